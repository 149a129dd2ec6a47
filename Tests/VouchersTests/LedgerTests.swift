import ABI
import TestSupport
import Testing

@testable import Vouchers

@Suite struct LedgerTests {
    private let ada = Address([UInt8](repeating: 1, count: 20)) ?? .zero
    private let token = Address([UInt8](repeating: 9, count: 20)) ?? .zero

    @Test func aMoveTakesWhatItPuts() {
        var ledger = Ledger()
        let deposited = ledger.apply([
            Move(UInt256(10 as UInt64), of: .ether, from: .chain, to: .account(ada))
        ])
        #expect(deposited)
        let posted = ledger.apply([
            Move(UInt256(4 as UInt64), of: .ether, from: .account(ada), to: .escrow(job: 0))
        ])
        #expect(posted)
        #expect(ledger.balance(of: .account(ada), in: .ether) == UInt256(6 as UInt64))
        #expect(ledger.totals(of: .ether).inEscrow == UInt256(4 as UInt64))
        #expect(ledger.isConserved())
    }

    @Test func aListOfMovesIsMadeWholeOrNotAtAll() {
        var ledger = Ledger()
        _ = ledger.apply([Move(.one, of: .ether, from: .chain, to: .account(ada))])
        let before = ledger.totals(of: .ether)
        let done = ledger.apply([
            Move(.one, of: .ether, from: .account(ada), to: .escrow(job: 1)),
            Move(.one, of: .erc20(token), from: .chain, to: .account(ada)),
            Move(.one, of: .ether, from: .account(ada), to: .chain),
        ])
        #expect(!done)
        #expect(ledger.totals(of: .ether) == before)
        #expect(ledger.balance(of: .account(ada), in: .ether) == .one)
        #expect(ledger.balance(of: .account(ada), in: .erc20(token)).isZero)
        #expect(ledger.isConserved())
    }

    @Test func depositsThatWouldOverflowAreSeenBeforehand() {
        var ledger = Ledger()
        let asset = Asset.erc20(token)
        #expect(ledger.canDeposit([(asset, .max)]))
        #expect(!ledger.canDeposit([(asset, .max), (.ether, .one), (asset, .one)]))
        _ = ledger.apply([Move(.max, of: asset, from: .chain, to: .account(ada))])
        #expect(!ledger.canDeposit([(asset, .one)]))
        let overflowed = ledger.apply([Move(.one, of: asset, from: .chain, to: .account(ada))])
        #expect(!overflowed)
        #expect(ledger.balance(of: .account(ada), in: asset) == .max)
        #expect(ledger.isConserved())
    }

    /// A token may have a supply near 2^256 and still be honest: what went out can come back.
    @Test func whatWasWithdrawnCanBeDepositedAgain() {
        var ledger = Ledger()
        let asset = Asset.erc20(token)
        for _ in 0..<3 {
            #expect(ledger.canDeposit([(asset, .max)]))
            let deposited = ledger.apply([Move(.max, of: asset, from: .chain, to: .account(ada))])
            #expect(deposited)
            #expect(ledger.totals(of: asset).deposited == .max)
            #expect(ledger.totals(of: asset).vouchered.isZero)
            #expect(ledger.isConserved())
            let paid = ledger.apply([Move(.max, of: asset, from: .account(ada), to: .chain)])
            #expect(paid)
            #expect(ledger.totals(of: asset).isBalanced)
        }
        // A list that fails after the sums began anew leaves balances as they were.
        let failed = ledger.apply([
            Move(.max, of: asset, from: .chain, to: .account(ada)),
            Move(.one, of: .ether, from: .account(ada), to: .chain),
        ])
        #expect(!failed)
        #expect(ledger.balance(of: .account(ada), in: asset).isZero)
        #expect(ledger.isConserved())
    }

    @Test func aShortageIsFoundWhereTheSumIsTooMuch() {
        var ledger = Ledger()
        let items = (0..<3).map { Asset.erc1155(token, id: UInt256(UInt64($0))) }
        for item in items {
            _ = ledger.apply([
                Move(UInt256(10 as UInt64), of: item, from: .chain, to: .account(ada))
            ])
        }
        func shortage(_ amounts: [(Int, UInt64)]) -> Int? {
            ledger.firstShortage(
                of: amounts.map { (items[$0.0], UInt256($0.1)) }, in: .account(ada))
        }
        #expect(shortage([]) == nil)
        #expect(shortage([(0, 10), (1, 10), (2, 10)]) == nil)
        #expect(shortage([(0, 4), (1, 10), (0, 6)]) == nil)
        #expect(shortage([(0, 4), (1, 10), (0, 7)]) == 2)
        #expect(shortage([(2, 11)]) == 0)
        #expect(ledger.firstShortage(of: [(items[0], .one)], in: .account(token)) == 0)
    }

    /// Random moves against a model that is nothing but a table of balances.
    @Test(arguments: 0..<20) func moneyIsConserved(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var ledger = Ledger()
        var model: [Int: Int] = [:]
        let pockets: [Pocket] = [
            .chain, .account(ada), .account(token), .escrow(job: 0), .escrow(job: 1),
        ]
        for _ in 0..<300 {
            var moves: [Move] = []
            var next = model
            var isPossible = true
            for _ in 0...random.next() % 3 {
                let from = Int(random.next() % 5)
                let to = Int(random.next() % 5)
                let amount = Int(random.next() % 50)
                moves.append(
                    Move(
                        UInt256(UInt64(amount)), of: .erc20(token), from: pockets[from],
                        to: pockets[to]))
                if from != 0 {
                    if next[from, default: 0] < amount { isPossible = false }
                    next[from, default: 0] -= amount
                }
                if to != 0 { next[to, default: 0] += amount }
            }
            let done = ledger.apply(moves)
            #expect(done == isPossible, "seed \(seed)")
            if isPossible { model = next }
            for index in 1..<5 {
                #expect(
                    ledger.balance(of: pockets[index], in: .erc20(token))
                        == UInt256(UInt64(model[index, default: 0])), "seed \(seed)")
            }
            #expect(ledger.isConserved(), "seed \(seed)")
        }
    }
}
