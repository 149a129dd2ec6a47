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
    private let transactionLog: TransactionLog
    private let marks: ChainMarks
    private let supervisor: AppSupervisor
    private let log: @Sendable (String) -> Void
    private let wall: @Sendable () -> UInt64
    private(set) var history = History()
    private(set) var chain: MinedChain
    private var clock: BlockClock
    /// Whether inputs of the log are run again, which is not worth a line for each.
    private var isReplaying = true

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
        transactionLog = try TransactionLog(folder: folder, inputs: inputLog.inputs.count)
        if let first = inputLog.inputs.first?.metadata {
            settings.application = first.application
            settings.chainID = first.chainID
        }
        self.settings = settings
        chain = MinedChain(settings)
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
        var makers: [UInt64: Bytes32] = [:]
        for transaction in transactionLog.transactions {
            if case .input(let index) = transaction.outcome {
                makers[UInt64(index)] = transaction.hash
            }
        }
        for (metadata, payload) in inputLog.inputs {
            clock.follow(.init(number: metadata.blockNumber, timestamp: metadata.blockTimestamp))
            history.add(metadata, payload: payload, transaction: makers[metadata.index])
            await process(Self.request(metadata, payload))
        }
        isReplaying = false
        clock.restore(offset: marks.clockOffset, movedAfter: marks.clockBlock)
        for input in history.inputs where makers[input.metadata.index] == nil { chain.add(input) }
        for transaction in transactionLog.transactions { put(transaction) }
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

    /// What the chain is like now, to be shown.
    var objects: ChainObjects {
        ChainObjects(settings: settings, chain: chain, history: history, latest: latestBlock)
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

    /// Does what `signed` says and returns its hash, if the chain takes it.
    func send(_ signed: SignedTransaction) async throws -> Bytes32 {
        try await send(signed.call, signed: signed)
    }

    /// Does what `call` says and returns the hash of the transaction. It is on disk by then, as its
    /// input is, which is on its way to the application. Nothing has changed when this throws.
    func send(_ call: ChainTransaction, signed: SignedTransaction? = nil) async throws -> Bytes32 {
        let failure = await failure
        // Nothing waits from here on: what is checked stays so until the transaction counts.
        if let signed {
            try chain.accounts.check(signed, chainID: settings.chainID)
        } else {
            try chain.accounts.check(call.value, of: call.from)
        }
        switch try ChainCalls.effect(of: call, in: settings) {
        case .nothing:
            return try mine(call, signed, .transfer)
        case .execution(let output, let proof):
            let index = try executable(output, proof)
            let hash = try mine(call, signed, .execution(index))
            log("output \(index) was executed")
            return hash
        case .input(let sender, let payload):
            if let failure {
                throw ChainRevert(reason: "the application takes no more input: \(failure)")
            }
            return try add(payload, from: sender, by: call, signed)
        }
    }

    /// Gas for a transaction that would not revert: its intrinsic gas, and enough for what the
    /// contracts of a real chain do.
    func estimateGas(_ call: ChainTransaction) throws -> UInt64 {
        if case .execution(let output, let proof) = try ChainCalls.effect(of: call, in: settings) {
            _ = try executable(output, proof)
        }
        return IntrinsicGas.of(call.data) + 100_000
    }

    /// Asks the application a question; the answer comes after all inputs that were sent before.
    func inspect(_ query: [UInt8]) async throws -> (RequestResult, processed: Int) {
        let result = try await supervisor.deliver(RequestJSON(.inspect(query)))
        return (result, history.processed)
    }

    private func add(
        _ payload: [UInt8], from sender: Address, by call: ChainTransaction,
        _ signed: SignedTransaction?
    ) throws -> Bytes32 {
        var next = clock
        let block = next.mine(wall: wall())
        let metadata = ChainMetadata(
            chainID: settings.chainID, application: settings.application, sender: sender,
            blockNumber: block.number, blockTimestamp: block.timestamp,
            prevRandao: BlockClock.randomness(of: block.number),
            index: UInt64(history.inputs.count))
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
        let transaction = transaction(call, signed, .input(history.inputs.count), in: block)
        try transactionLog.append(transaction)
        do {
            try inputLog.append(request.bytes)
        } catch {
            try transactionLog.removeLast()
            throw error
        }
        clock = next
        history.add(metadata, payload: payload, transaction: transaction.hash)
        put(transaction)
        // Tasks of an actor need not run in order, so the queue is joined before this returns. It
        // holds the node until the input is answered: with a weak reference an optimised build
        // finds that it could be gone at once, and refuses to compile.
        supervisor.enqueue(request) { [self] result in
            await complete(metadata.index, with: result)
        }
        return transaction.hash
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

    /// A transaction without input, in the block that the chain is at.
    private func mine(
        _ call: ChainTransaction, _ signed: SignedTransaction?,
        _ outcome: MinedTransaction.Outcome
    ) throws -> Bytes32 {
        let transaction = transaction(call, signed, outcome, in: clock.last)
        try transactionLog.append(transaction)
        put(transaction)
        return transaction.hash
    }

    private func transaction(
        _ call: ChainTransaction, _ signed: SignedTransaction?,
        _ outcome: MinedTransaction.Outcome, in block: BlockClock.Block
    ) -> MinedTransaction {
        let hash: Bytes32
        if let signed {
            hash = signed.hash
        } else if case .input(let index) = outcome {
            hash = History.pretendTransaction(ofInput: UInt64(index))
        } else {
            var seed = Array("DeML pretend transaction without input".utf8)
            UInt256(UInt64(chain.transactions.count)).bytes32.append(to: &seed)
            hash = Keccak256.hash(seed + call.from.bytes + call.data)
        }
        return MinedTransaction(
            hash: hash, call: call, nonce: chain.accounts.nonce(of: call.from), signed: signed,
            block: block, outcome: outcome)
    }

    /// Counts a transaction that is on the disk.
    private func put(_ transaction: MinedTransaction) {
        var executed: Output?
        if case .execution(let index) = transaction.outcome, index < history.outputs.count {
            history.markExecuted(index, by: transaction.hash)
            executed = history.outputs[index].output
        }
        chain.add(transaction, executing: executed)
    }

    /// The index of the output that the proof is for, which can be executed now.
    private func executable(_ output: [UInt8], _ proof: OutputsProof) throws -> Int {
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
        try chain.accounts.check(history.outputs[index].output)
        return index
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
