import ABI
import Marketplace
import Rollup
import Vouchers

/// All outputs of a replayed fixture, each of which can be proved.
public struct OutputBook: Sendable {
    private var outputs: [[UInt8]] = []
    private var tree = ProvableOutputs()
    private let application: Address

    /// Runs the inputs of `fixture` in this process, up to input `last` when it is given: the proofs
    /// are then those under the root of an epoch that ended with it.
    ///
    /// Throws `ProofError` when there is no such input, or when what comes out is not what was
    /// recorded.
    public init(
        replaying fixture: Fixture, through last: UInt64? = nil, configuration: Configuration
    ) async throws {
        let (count, application) = try Self.extent(of: fixture, through: last)
        self.application = application
        var line = 0
        var firstDifference: Int?
        var encoded: [[UInt8]] = []
        let inputs = Array(fixture.inputs.prefix(count))
        try await EngineTarget(configuration: configuration).run(inputs) { outcome in
            if let recording = fixture.recording, recording.outcomes[line] != outcome {
                firstDifference = firstDifference ?? line + 1
            }
            line += 1
            for recorded in outcome.outputs { encoded.append(recorded.output.encoded) }
        }
        if let firstDifference { throw ProofError.notAsRecorded(line: firstDifference) }
        for output in encoded { append(output) }
    }

    /// The outputs of an application that somebody else has run.
    public init(outputs: [[UInt8]], application: Address) {
        self.application = application
        for output in outputs { append(output) }
    }

    public var count: UInt64 { tree.count }
    public var root: Bytes32 { tree.root }

    /// Output `index` with its proof, which has been checked.
    public func proved(_ index: UInt64) throws(ProofError) -> ProvedOutput {
        guard count > 0 else { throw .noOutputs }
        guard let proof = tree.proof(of: index) else {
            throw .noSuchOutput(index: index, count: count)
        }
        return try ProvedOutput(
            outputs[Int(index)], proof: proof, root: root, count: count, application: application)
    }

    private mutating func append(_ output: [UInt8]) {
        outputs.append(output)
        tree.append(leaf: Keccak256.hash(output))
    }

    /// How many lines there are up to input `last`, and the application that the inputs name.
    private static func extent(
        of fixture: Fixture, through last: UInt64?
    ) throws(ProofError) -> (lines: Int, application: Address) {
        var application: Address?
        var inputs: UInt64 = 0
        for (index, line) in fixture.inputs.enumerated() {
            guard let request = try? RollupRequest(parsingJSON: line),
                case .advance(let input) = request
            else { continue }
            application = application ?? input.metadata.appContract
            inputs += 1
            if let last, input.metadata.inputIndex == last {
                guard let application else { throw .noApplication }
                return (index + 1, application)
            }
        }
        if let last { throw .noSuchInput(index: last, count: inputs) }
        guard let application else { throw .noApplication }
        return (fixture.inputs.count, application)
    }
}
