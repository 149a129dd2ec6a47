import ABI
import Vouchers

/// What the pretend chain has mined: transactions, their blocks, and what they left to accounts.
struct MinedChain: Sendable {
    private let settings: NodeSettings
    private(set) var transactions: [Bytes32: MinedTransaction] = [:]
    private(set) var blocks = ChainBlocks()
    private(set) var accounts: ChainAccounts

    init(_ settings: NodeSettings) {
        self.settings = settings
        accounts = ChainAccounts(settings)
    }

    /// Adds a transaction that was checked; `output` is what it executed.
    mutating func add(_ transaction: MinedTransaction, executing output: Output? = nil) {
        put(transaction)
        accounts.apply(transaction, executing: output)
    }

    /// Adds an input of a log that has no transactions beside it, as fixtures have none: the
    /// transaction is made up, and nobody's nonce counts it.
    mutating func add(_ input: StoredInput) {
        let metadata = input.metadata
        let arguments: [ABIValue] = [.address(metadata.application), .bytes(input.payload)]
        put(
            MinedTransaction(
                hash: input.transaction,
                call: ChainTransaction(
                    from: metadata.sender, to: settings.inputBox, value: .zero,
                    data: (try? PortalFunctions.addInput.encode(arguments)) ?? []),
                nonce: 0, signed: nil,
                block: .init(number: metadata.blockNumber, timestamp: metadata.blockTimestamp),
                outcome: .input(Int(metadata.index))))
        accounts.apply(
            depositFrom: metadata.sender, input.payload, portals: settings.contracts.portals)
    }

    private mutating func put(_ transaction: MinedTransaction) {
        transactions[transaction.hash] = transaction
        blocks.add(transaction.hash, to: transaction.block)
    }
}
