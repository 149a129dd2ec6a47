import ABI
import Testing
import Vouchers

@testable import DevNode

/// What transactions leave to accounts and in the log.
@Suite struct MinedChainTests {
    static let settings = NodeSettings(contracts: AddressBook(.v2_1))
    static let block = BlockClock.Block(number: 1001, timestamp: 1_760_000_000)
    static let ether = UInt256(UInt64(1_000_000_000_000_000_000))

    static func mined(
        _ sample: SignedTransactionTests.Sample, _ outcome: MinedTransaction.Outcome
    ) throws -> MinedTransaction {
        let signed = try SignedTransaction(raw: sample.bytes)
        return MinedTransaction(
            hash: signed.hash, call: signed.call, nonce: signed.nonce, signed: signed,
            block: block, outcome: outcome)
    }

    static func believed(
        _ number: UInt8, _ outcome: MinedTransaction.Outcome
    ) throws -> MinedTransaction {
        MinedTransaction(
            hash: Keccak256.hash([number]),
            call: ChainTransaction(
                from: SignedTransactionTests.receiver, to: settings.contracts.portals.ether,
                value: ether, data: [number]),
            nonce: UInt64(number), signed: nil, block: block, outcome: outcome)
    }

    @Test func movesEtherAndFeesAndCountsNonces() throws {
        var chain = MinedChain(Self.settings)
        let (alice, bob) = (SignedTransactionTests.signer, SignedTransactionTests.receiver)
        let application = Self.settings.application
        #expect(chain.accounts.balance(of: alice) == ChainAccounts.endowment)
        #expect(chain.accounts.balance(of: application) == .zero)
        chain.add(try Self.mined(SignedTransactionTests.dynamicFee, .transfer))
        #expect(chain.accounts.nonce(of: alice) == 8)
        // One Ether and 27,236 gas at 5 wei are gone.
        let rest = UInt256(UInt128(9_999) * 1_000_000_000_000_000_000 - 27_236 * 5)
        #expect(chain.accounts.balance(of: alice) == rest)
        #expect(chain.accounts.balance(of: bob) == ChainAccounts.endowment.adding(Self.ether))
        chain.add(try Self.believed(0, .input(0)))
        #expect(chain.accounts.balance(of: application) == Self.ether)
        #expect(chain.accounts.balance(of: bob) == ChainAccounts.endowment)
        let voucher = Output.voucher(destination: alice, value: Self.ether, payload: [])
        try chain.accounts.check(voucher)
        var execution = try Self.believed(1, .execution(0))
        execution = MinedTransaction(
            hash: execution.hash,
            call: ChainTransaction(from: bob, to: application, value: .zero, data: []), nonce: 1,
            signed: nil, block: Self.block, outcome: .execution(0))
        chain.add(execution, executing: voucher)
        #expect(chain.accounts.balance(of: application) == .zero)
        #expect(chain.accounts.balance(of: alice) == rest.adding(Self.ether))
        #expect(throws: ChainRevert.self) { try chain.accounts.check(voucher) }
        let entry = chain.blocks.entry(1001, latest: 1001)
        #expect(entry?.transactions.count == 3)
        #expect(chain.blocks.position(of: execution.hash, in: 1001) == 2)
    }

    @Test func takesWhatTheChainWouldTake() throws {
        var accounts = ChainAccounts(Self.settings)
        let transaction = try SignedTransaction(raw: SignedTransactionTests.dynamicFee.bytes)
        var refusal = #expect(throws: TransactionRefusal.self) {
            try accounts.check(transaction, chainID: 31337)
        }
        #expect(refusal?.reason.hasPrefix("nonce too high: next nonce 0, tx nonce 7") == true)
        let before = MinedTransaction(
            hash: .zero,
            call: ChainTransaction(
                from: transaction.call.from, to: .zero,
                value: UInt256(UInt128(9_999) * 1_000_000_000_000_000_000 - 60_000 * 2_000_000_000),
                data: []), nonce: 6, signed: nil, block: Self.block, outcome: .transfer)
        accounts.apply(before, executing: nil)
        try accounts.check(transaction, chainID: 31337)
        refusal = #expect(throws: TransactionRefusal.self) {
            try accounts.check(transaction, chainID: 1)
        }
        #expect(refusal?.reason == "invalid chain id for signer: have 31337 want 1")
        // A wei less than gas at its highest price and the value come to.
        accounts.apply(
            MinedTransaction(
                hash: .zero,
                call: ChainTransaction(
                    from: transaction.call.from, to: .zero, value: .one, data: []), nonce: 6,
                signed: nil, block: Self.block, outcome: .transfer), executing: nil)
        refusal = #expect(throws: TransactionRefusal.self) {
            try accounts.check(transaction, chainID: 31337)
        }
        #expect(refusal?.reason.hasPrefix("insufficient funds for gas * price + value") == true)
        accounts.apply(
            try Self.mined(SignedTransactionTests.dynamicFee, .transfer), executing: nil)
        refusal = #expect(throws: TransactionRefusal.self) {
            try accounts.check(transaction, chainID: 31337)
        }
        #expect(refusal?.reason == "nonce too low: next nonce 8, tx nonce 7")
    }

    @Test func theLogGivesBackWhatItGot() throws {
        let folder = try InputLogTests.Folder()
        let transactions = [
            try Self.mined(SignedTransactionTests.accessListed, .input(0)),
            try Self.believed(2, .execution(5)), try Self.believed(3, .transfer),
        ]
        do {
            let log = try TransactionLog(folder: folder.path, inputs: 0)
            for transaction in transactions { try log.append(transaction) }
        }
        let again = try TransactionLog(folder: folder.path, inputs: 1)
        #expect(again.transactions == transactions)
    }

    /// A crash between the two files leaves a transaction without its input, which nobody was told of.
    @Test func aTransactionWithoutItsInputDoesNotCount() throws {
        let folder = try InputLogTests.Folder()
        let transactions = [try Self.believed(0, .input(0)), try Self.believed(1, .input(1))]
        do {
            let log = try TransactionLog(folder: folder.path, inputs: 0)
            for transaction in transactions { try log.append(transaction) }
        }
        #expect(throws: StateFileError.self) {
            try TransactionLog(folder: folder.path, inputs: 0)
        }
        for _ in 0..<2 {
            let log = try TransactionLog(folder: folder.path, inputs: 1)
            #expect(log.transactions == Array(transactions.prefix(1)))
        }
        do {
            let log = try TransactionLog(folder: folder.path, inputs: 1)
            try log.append(transactions[1])
            try log.removeLast()
            try log.append(transactions[1])
        }
        #expect(try TransactionLog(folder: folder.path, inputs: 2).transactions == transactions)
    }

    @Test func aBlockIsFoundByItsNumberAndItsHash() {
        var blocks = ChainBlocks()
        let (one, two, three) = (Keccak256.hash([1]), Keccak256.hash([2]), Keccak256.hash([3]))
        blocks.add(one, to: .init(number: 1005, timestamp: 50))
        blocks.add(two, to: .init(number: 1002, timestamp: 20))
        blocks.add(three, to: .init(number: 1005, timestamp: 50))
        #expect(blocks.entry(1005, latest: 1005)?.transactions == [one, three])
        #expect(blocks.entry(1002, latest: 1005)?.block.timestamp == 20)
        #expect(
            blocks.entry(1004, latest: 1005)
                == .init(block: .init(number: 1004, timestamp: 20), transactions: []))
        #expect(blocks.entry(7, latest: 1005)?.block.timestamp == 0)
        #expect(blocks.entry(1006, latest: 1005) == nil)
        #expect(blocks.number(ofHash: ChainBlocks.hash(of: 1002)) == 1002)
        #expect(blocks.number(ofHash: one) == nil)
    }
}
