import ABI
import Foundation
import Marketplace
import Rollup
import RollupServer
import Terminal
import Vouchers

/// The pretend chain, the application and what came of it.
public actor DevelopmentNode {
    nonisolated let settings: NodeSettings
    private let inputLog: InputLog
    private let marks: ChainMarks
    private let supervisor: AppSupervisor
    private let log: @Sendable (String) -> Void
    private let wall: @Sendable () -> UInt64
    private(set) var history = History()
    private var clock: BlockClock
    /// Whether inputs of the log are run again, which is not worth a line for each.
    private var isReplaying = true
    /// Transactions that made no input, with their blocks.
    private(set) var otherTransactions: [Bytes32: (ChainTransaction, BlockClock.Block)] = [:]

    /// Opens the state in `folder`, made when missing. Nothing runs before `start`.
    ///
    /// When the log has inputs, its application address and chain are taken over. `wall` tells
    /// the time in seconds since 1970.
    public init(
        settings: NodeSettings, program: ApplicationProgram, folder: String,
        clock mode: BlockClock.Mode = .wall, log: @escaping @Sendable (String) -> Void,
        wall: @escaping @Sendable () -> UInt64 = { UInt64(max(0, Date().timeIntervalSince1970)) }
    ) throws {
        try Files.makeFolder(folder)
        var settings = settings
        inputLog = try InputLog(folder: folder)
        if let first = inputLog.inputs.first?.metadata {
            settings.application = first.application
            settings.chainID = first.chainID
        }
        self.settings = settings
        self.log = log
        self.wall = wall
        marks = try ChainMarks(folder: folder)
        clock = BlockClock(mode: mode)
        supervisor = AppSupervisor(program: program, log: log)
        if inputLog.discarded > 0 {
            log("cut off \(inputLog.discarded) bytes of an input that was never acknowledged")
        }
    }

    /// Starts the application and replays the log.
    public func start() async throws {
        try await supervisor.start()
        for (metadata, payload) in inputLog.inputs {
            clock.follow(.init(number: metadata.blockNumber, timestamp: metadata.blockTimestamp))
            _ = history.add(metadata, payload: payload)
            await process(Self.request(metadata, payload))
        }
        isReplaying = false
        clock.restore(offset: marks.clockOffset, movedAfter: marks.clockBlock)
        for mark in marks.executions where mark.index < history.outputs.count {
            history.markExecuted(mark.index, by: mark.transaction)
        }
        if !inputLog.inputs.isEmpty {
            log("ran \(inputLog.inputs.count) inputs of the log, outputs root \(outputsRoot)")
        }
    }

    /// Ends the application.
    public func stop() async {
        await supervisor.stop()
    }

    /// Root over all outputs so far.
    public var outputsRoot: String { Hex.string(history.tree.root.bytes) }

    /// Why the application takes no more input; nil while it does.
    var failure: String? {
        get async { await supervisor.failure }
    }

    /// The block that the chain is at.
    var latestBlock: BlockClock.Block {
        .init(number: clock.last.number, timestamp: clock.now(wall: wall()))
    }

    /// Moves the time ahead by `seconds`; false when that is too far.
    func advanceClock(by seconds: UInt64) throws -> Bool {
        guard clock.advance(by: seconds) else { return false }
        try marks.save(clock)
        log("block time moved ahead by \(seconds) s")
        return true
    }

    /// Sets the time, which must not be in the past.
    func setClock(to time: UInt64) throws -> Bool {
        guard clock.set(to: time, wall: wall()) else { return false }
        try marks.save(clock)
        log("block time set to \(time)")
        return true
    }

    /// Does what `transaction` says and returns its hash. An input is on disk by then, and on its
    /// way to the application.
    func send(_ transaction: ChainTransaction) async throws -> Bytes32 {
        switch try ChainCalls.effect(of: transaction, in: settings) {
        case .nothing:
            return record(transaction)
        case .execution(let output, let proof):
            return try execute(output, proof, transaction)
        case .input(let sender, let payload):
            if let failure = await failure {
                throw ChainRevert(reason: "the application takes no more input: \(failure)")
            }
            return try add(payload, from: sender)
        }
    }

    /// Asks the application a question; the answer comes after all inputs that were sent before.
    func inspect(_ query: [UInt8]) async throws -> (RequestResult, processed: Int) {
        let result = try await supervisor.deliver(RequestJSON(.inspect(query)))
        return (result, history.processed)
    }

    private func add(_ payload: [UInt8], from sender: Address) throws -> Bytes32 {
        var next = clock
        let block = next.mine(wall: wall())
        var seed = Array("DeML pretend randomness".utf8)
        UInt256(block.number).bytes32.append(to: &seed)
        let metadata = ChainMetadata(
            chainID: settings.chainID, application: settings.application, sender: sender,
            blockNumber: block.number, blockTimestamp: block.timestamp,
            prevRandao: Keccak256.hash(seed), index: UInt64(history.inputs.count))
        let length = metadata.encoded(with: payload).count
        guard length <= ChainCalls.inputLimit else {
            let arguments: [ABIValue] = [
                .address(settings.application), .uint(UInt64(length)),
                .uint(UInt64(ChainCalls.inputLimit)),
            ]
            throw ChainRevert(
                reason: "InputTooLarge: \(length) bytes, at most \(ChainCalls.inputLimit)",
                data: (try? ChainCalls.inputTooLarge.encode(arguments)) ?? [])
        }
        let request = Self.request(metadata, payload)
        try inputLog.append(request.bytes)
        clock = next
        let input = history.add(metadata, payload: payload)
        // Tasks of an actor need not run in order, so the queue is joined before this returns. It
        // holds the node until the input is answered: with a weak reference an optimised build
        // finds that it could be gone at once, and refuses to compile.
        supervisor.enqueue(request) { [self] result in
            await complete(metadata.index, with: result)
        }
        return input.transaction
    }

    private func process(_ request: RequestJSON) async {
        let result: Result<RequestResult, any Error>
        do {
            result = .success(try await supervisor.deliver(request))
        } catch {
            result = .failure(error)
        }
        complete(UInt64(history.processed), with: result)
    }

    private func complete(_ index: UInt64, with result: Result<RequestResult, any Error>) {
        switch result {
        case .success(let result):
            history.complete(with: result)
            if !isReplaying { log(Self.line(about: index, result)) }
        case .failure(let error):
            history.halt()
            log("input \(index) was not processed: \(error)")
        }
    }

    private func record(_ transaction: ChainTransaction) -> Bytes32 {
        var seed = Array("DeML pretend transaction without input".utf8)
        UInt256(UInt64(otherTransactions.count)).bytes32.append(to: &seed)
        seed += transaction.from.bytes + transaction.data
        let hash = Keccak256.hash(seed)
        otherTransactions[hash] = (transaction, latestBlock)
        return hash
    }

    private func execute(
        _ output: [UInt8], _ proof: OutputsProof, _ transaction: ChainTransaction
    ) throws -> Bytes32 {
        guard let root = proof.root(over: Keccak256.hash(output)), history.hasRoot(root) else {
            throw ChainRevert(reason: "InvalidOutputsMerkleRoot: the proof leads to no known root")
        }
        let index = Int(proof.index)
        guard ApplicationContract.treatment(of: output) != .notExecutable else {
            throw ChainRevert(reason: "OutputNotExecutable: a notice cannot be executed")
        }
        guard history.outputs[index].execution == nil else {
            throw ChainRevert(reason: "OutputNotReexecutable: output \(index) was executed before")
        }
        let hash = record(transaction)
        try marks.append(.init(index: index, transaction: hash))
        history.markExecuted(index, by: hash)
        log("output \(index) was executed")
        return hash
    }

    private static func request(_ metadata: ChainMetadata, _ payload: [UInt8]) -> RequestJSON {
        RequestJSON(.advance(Input(metadata: metadata.metadata, payload: payload)))
    }

    private static func line(about index: UInt64, _ result: RequestResult) -> String {
        var text = "input \(index): \(result.outputs.count) outputs"
        for report in result.reports.prefix(3) {
            text += ", report \(String(decoding: report.prefix(200), as: UTF8.self))"
        }
        return text
    }
}
