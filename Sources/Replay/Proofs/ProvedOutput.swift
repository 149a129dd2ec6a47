import ABI
import Vouchers

/// An output with a proof that was checked: the root follows from the output and its siblings.
public struct ProvedOutput: Equatable, Sendable {
    public let proof: OutputsProof
    /// `selector ‖ abi.encode(…)`, as the contracts see it.
    public let output: [UInt8]
    /// The outputs root that the proof leads to; the claim of an epoch has to name it.
    public let root: Bytes32
    /// Outputs under that root; nil when whoever gave the proof did not say.
    public let count: UInt64?
    /// The application contract to call.
    public let application: Address

    /// Checks the proof: the error says what it leads to instead.
    public init(
        _ output: [UInt8], proof: OutputsProof, root: Bytes32, count: UInt64?,
        application: Address
    ) throws(ProofError) {
        guard let found = proof.root(over: Keccak256.hash(output)) else {
            throw .malformed(index: proof.index, siblings: proof.siblings.count)
        }
        guard found == root else {
            throw .wrongRoot(index: proof.index, expected: root, found: found)
        }
        self.proof = proof
        self.output = output
        self.root = root
        self.count = count
        self.application = application
    }

    public var index: UInt64 { proof.index }

    /// What stands in the tree.
    public var leaf: Bytes32 { Keccak256.hash(output) }

    /// What the contract does with it.
    public var treatment: ApplicationContract.Treatment {
        ApplicationContract.treatment(of: output)
    }

    /// The calldata of `executeOutput`; refused for what the contract does not execute.
    public func executeCall() throws(ProofError) -> [UInt8] {
        guard treatment != .notExecutable else { throw .notExecutable(index: index) }
        return try call(ApplicationContract.executeOutput)
    }

    /// The calldata of `validateOutput`.
    public func validateCall() throws(ProofError) -> [UInt8] {
        try call(ApplicationContract.validateOutput)
    }

    private func call(_ function: ABIFunction) throws(ProofError) -> [UInt8] {
        do throws(ABIError) {
            return try ApplicationContract.call(function, output: output, proof: proof)
        } catch {
            throw .malformed(index: index, siblings: proof.siblings.count)
        }
    }
}

/// Why an output cannot be proved, or not be executed.
public enum ProofError: Error, Equatable, Sendable, CustomStringConvertible {
    case noSuchOutput(index: UInt64, count: UInt64)
    case noOutputs
    case notExecutable(index: UInt64)
    case wrongRoot(index: UInt64, expected: Bytes32, found: Bytes32)
    case malformed(index: UInt64, siblings: Int)
    case noSuchInput(index: UInt64, count: UInt64)
    /// What line `line`, counted from 1, causes today is not what was recorded.
    case notAsRecorded(line: Int)
    case noApplication
    case notYetProvable(index: UInt64)
    case node(String)

    public var description: String {
        switch self {
        case .noSuchOutput(let index, let count):
            return "there is no output \(index): there are \(count), numbered 0 to \(count - 1)"
        case .noOutputs:
            return "there are no outputs"
        case .notExecutable(let index):
            return "output \(index) is a notice, which the contract refuses to execute "
                + "(OutputNotExecutable); validateOutput takes it"
        case .wrongRoot(let index, let expected, let found):
            return "the proof of output \(index) leads to \(Hex.string(found.bytes)), "
                + "not to the outputs root \(Hex.string(expected.bytes))"
        case .malformed(let index, let siblings):
            return "no proof: the index is \(index) and there are \(siblings) siblings, "
                + "expected less than 2^63 and \(OutputsTree.height)"
        case .noSuchInput(let index, let count):
            return count == 0
                ? "there is no input \(index): there are none"
                : "there is no input \(index): there are \(count), numbered 0 to \(count - 1)"
        case .notAsRecorded(let line):
            return "line \(line) causes something else than was recorded, so the proofs would not "
                + "be those of the recording; see deml replay"
        case .noApplication:
            return "no input names the application contract (app_contract)"
        case .notYetProvable(let index):
            return "output \(index) has no proof yet: the claim of its epoch is not computed"
        case .node(let reason):
            return "the node: \(reason)"
        }
    }
}
