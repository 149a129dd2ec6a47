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

/// What the chain says about an input: `Metadata` with nothing missing.
struct ChainMetadata: Equatable, Sendable {
    var chainID: UInt64
    var application: Address
    var sender: Address
    var blockNumber: UInt64
    var blockTimestamp: UInt64
    var prevRandao: Bytes32
    var index: UInt64

    var metadata: Metadata {
        Metadata(
            chainID: chainID, appContract: application, messageSender: sender,
            blockNumber: blockNumber, blockTimestamp: blockTimestamp, prevRandao: prevRandao,
            inputIndex: index)
    }

    /// Nil when something is missing.
    init?(_ metadata: Metadata) {
        guard let chainID = metadata.chainID, let application = metadata.appContract,
            let sender = metadata.messageSender, let number = metadata.blockNumber,
            let timestamp = metadata.blockTimestamp, let prevRandao = metadata.prevRandao,
            let index = metadata.inputIndex
        else { return nil }
        self.init(
            chainID: chainID, application: application, sender: sender, blockNumber: number,
            blockTimestamp: timestamp, prevRandao: prevRandao, index: index)
    }

    init(
        chainID: UInt64, application: Address, sender: Address, blockNumber: UInt64,
        blockTimestamp: UInt64, prevRandao: Bytes32, index: UInt64
    ) {
        self.chainID = chainID
        self.application = application
        self.sender = sender
        self.blockNumber = blockNumber
        self.blockTimestamp = blockTimestamp
        self.prevRandao = prevRandao
        self.index = index
    }
}

/// An output with the input that caused it.
struct StoredOutput: Sendable {
    enum Kind: Equatable, Sendable {
        case output(Output)
        /// Encoded as the contracts see it; DeML makes none, other applications may.
        case delegateCall(destination: Address, payload: [UInt8])
    }

    let input: UInt64
    let kind: Kind
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
    private var byTransaction: [Bytes32: Int] = [:]
    /// Roots that proofs may lead to: the root after each input.
    private var roots: Set<Bytes32> = []

    /// Notes an input that is on disk and not yet handed to the application.
    mutating func add(_ metadata: ChainMetadata, payload: [UInt8]) -> StoredInput {
        var seed = Array("DeML pretend transaction".utf8)
        UInt256(metadata.index).bytes32.append(to: &seed)
        let input = StoredInput(
            metadata: metadata, payload: payload, transaction: Keccak256.hash(seed))
        byTransaction[input.transaction] = inputs.count
        inputs.append(input)
        return input
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

    func input(ofTransaction hash: Bytes32) -> StoredInput? {
        byTransaction[hash].map { inputs[$0] }
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

    private mutating func add(_ output: HostOutput) {
        let kind: StoredOutput.Kind
        let encoded: [UInt8]
        switch output {
        case .voucher(let destination, let value, let payload):
            // The host has proved both lengths.
            let output = Output.voucher(
                destination: Address(destination) ?? .zero,
                value: UInt256(Bytes32(value) ?? .zero), payload: payload)
            kind = .output(output)
            encoded = output.encoded
        case .notice(let payload):
            kind = .output(.notice(payload: payload))
            encoded = Output.notice(payload: payload).encoded
        case .delegateCallVoucher(let destination, let payload):
            let destination = Address(destination) ?? .zero
            kind = .delegateCall(destination: destination, payload: payload)
            encoded =
                (try? ApplicationContract.delegateCallVoucher.encode([
                    .address(destination), .bytes(payload),
                ])) ?? []
        }
        tree.append(leaf: Keccak256.hash(encoded))
        outputs.append(StoredOutput(input: UInt64(processed), kind: kind, encoded: encoded))
    }
}
