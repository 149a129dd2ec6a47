import ABI
import Marketplace
import RollupServer
import Vouchers

/// An input and what became of it.
struct StoredInput: Sendable {
    /// The names that JSON-RPC has for these.
    enum Status: String, Sendable {
        case none = "NONE"
        case accepted = "ACCEPTED"
        case rejected = "REJECTED"
        case exception = "EXCEPTION"
        case halted = "MACHINE_HALTED"
    }

    let metadata: ChainMetadata
    let payload: [UInt8]
    let transaction: Bytes32
    var status = Status.none
    /// Root of the outputs tree after this input.
    var root: Bytes32?
    /// Positions of its outputs among all.
    var outputs: Range<Int> = 0..<0
    /// Positions of its reports among all.
    var reports: Range<Int> = 0..<0
}

/// An output with the input that caused it.
struct StoredOutput: Sendable {
    let input: UInt64
    let output: Output
    /// `selector ‖ abi.encode(…)`.
    let encoded: [UInt8]
    /// The transaction that executed it.
    var execution: Bytes32?
}

/// A report with the input that caused it.
struct StoredReport: Sendable {
    let input: UInt64
    let payload: [UInt8]
}

/// Every input so far and everything that came of it.
struct History: Sendable {
    private(set) var inputs: [StoredInput] = []
    private(set) var outputs: [StoredOutput] = []
    private(set) var reports: [StoredReport] = []
    private(set) var tree = ProvableOutputs()
    /// Inputs that the application has finished, in order.
    private(set) var processed = 0
    /// Roots that proofs may lead to: the root after each input.
    private var roots: Set<Bytes32> = []

    /// The hash of a transaction that nobody signed and that made input `index`.
    static func pretendTransaction(ofInput index: UInt64) -> Bytes32 {
        var seed = Array("DeML pretend transaction".utf8)
        UInt256(index).bytes32.append(to: &seed)
        return Keccak256.hash(seed)
    }

    /// Notes an input that is on disk and not yet handed to the application; `transaction` made it,
    /// nil when nobody knows.
    mutating func add(
        _ metadata: ChainMetadata, payload: [UInt8], transaction: Bytes32? = nil
    ) {
        inputs.append(
            StoredInput(
                metadata: metadata, payload: payload,
                transaction: transaction ?? Self.pretendTransaction(ofInput: metadata.index)))
    }

    /// Notes what the application made of the first input that has no result yet.
    mutating func complete(with result: RequestResult) {
        guard processed < inputs.count else { return }
        let firstOutput = outputs.count
        let firstReport = reports.count
        switch result.status {
        case .accept: inputs[processed].status = .accepted
        case .reject: inputs[processed].status = .rejected
        case .exception: inputs[processed].status = .exception
        }
        for output in result.outputs { add(output) }
        for report in result.reports {
            reports.append(StoredReport(input: UInt64(processed), payload: report))
        }
        finish(outputs: firstOutput..<outputs.count, reports: firstReport..<reports.count)
    }

    /// Notes that the application died of the first input that has no result yet.
    mutating func halt() {
        guard processed < inputs.count else { return }
        inputs[processed].status = .halted
        finish(
            outputs: outputs.count..<outputs.count, reports: reports.count..<reports.count)
    }

    /// Whether `root` is the root after some input.
    func hasRoot(_ root: Bytes32) -> Bool { roots.contains(root) }

    /// Notes that output `index`, which exists, was executed.
    mutating func markExecuted(_ index: Int, by transaction: Bytes32) {
        outputs[index].execution = transaction
    }

    private mutating func finish(outputs: Range<Int>, reports: Range<Int>) {
        inputs[processed].outputs = outputs
        inputs[processed].reports = reports
        inputs[processed].root = tree.root
        roots.insert(tree.root)
        processed += 1
    }

    private mutating func add(_ output: Output) {
        let encoded = output.encoded
        tree.append(leaf: Keccak256.hash(encoded))
        outputs.append(StoredOutput(input: UInt64(processed), output: output, encoded: encoded))
    }
}
