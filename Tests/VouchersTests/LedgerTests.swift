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

    @Test func whatIsBurnedStaysBurned() {
        var ledger = Ledger()
        let ten = UInt256(10 as UInt64)
        let four = UInt256(4 as UInt64)
        let burned = ledger.apply([
            Move(ten, of: .ether, from: .chain, to: .account(ada)),
            Move(ten, of: .ether, from: .account(ada), to: .escrow(job: 3)),
            Move(four, of: .ether, from: .escrow(job: 3), to: .burned),
        ])
        #expect(burned)
        #expect(ledger.balance(of: .burned, in: .ether) == four)
        let totals = ledger.totals(of: .ether)
        #expect(totals.burned == four)
        #expect(totals.isBalanced)
        for target: Pocket in [.account(ada), .escrow(job: 3), .burned, .chain] {
            let taken = ledger.apply([
                Move(.one, of: .ether, from: .escrow(job: 3), to: .account(ada)),
                Move(.one, of: .ether, from: .burned, to: target),
            ])
            #expect(!taken)
            #expect(ledger.totals(of: .ether) == totals)
        }
        #expect(ledger.balance(of: .escrow(job: 3), in: .ether) == UInt256(6 as UInt64))
        // What is burned counts for what the application can hold.
        let rest = UInt256.max.subtracting(ten) ?? .zero
        #expect(ledger.canDeposit([(.ether, rest)]))
        #expect(!ledger.canDeposit([(.ether, rest), (.ether, .one)]))
        #expect(ledger.isConserved())
    }

    /// A list that fails leaves neither new assets nor sums that began anew.
    @Test func whatFailsLeavesNoTrace() {
        var ledger = Ledger()
        let asset = Asset.erc20(token)
        _ = ledger.apply([
            Move(.max, of: asset, from: .chain, to: .account(ada)),
            Move(.max, of: asset, from: .account(ada), to: .chain),
        ])
        let before = ledger.totals(of: asset)
        let failed = ledger.apply([
            Move(.one, of: .ether, from: .chain, to: .account(ada)),
            Move(.max, of: asset, from: .chain, to: .account(ada)),
            Move(.one, of: asset, from: .account(ada), to: .burned),
            Move(.one, of: .ether, from: .chain, to: .account(ada)),
            Move(UInt256(3 as UInt64), of: .ether, from: .account(ada), to: .chain),
        ])
        #expect(!failed)
        #expect(ledger.assetCount == 1)
        #expect(ledger.totals(of: asset) == before)
        #expect(ledger.balanceCount == 0)
        #expect(ledger.held == Ledger.Counts())
        #expect(ledger.isConserved())
    }

    @Test func aPocketListsWhatItHas() {
        var ledger = Ledger()
        let items = (0..<250).map { Asset.erc721(token, id: UInt256(UInt64($0))) }
        let assets: [Asset] = [.ether, .erc20(token)] + items
        for asset in assets.reversed() {
            _ = ledger.apply([
                Move(.one, of: asset, from: .chain, to: .account(ada)),
                Move(.one, of: asset, from: .chain, to: .account(token)),
            ])
        }
        // A balance that was spent is not listed; the asset is.
        _ = ledger.apply([Move(.one, of: items[7], from: .account(ada), to: .escrow(job: 1))])
        let owned = assets.filter { $0 != items[7] }
        let first = ledger.assets(of: .account(ada), offset: 0, limit: 100)
        #expect(first.total == 251)
        #expect(first.items.map(\.asset) == Array(owned[..<100]))
        #expect(first.items.allSatisfy { $0.amount == .one })
        let last = ledger.assets(of: .account(ada), offset: 200, limit: 100)
        #expect(last.items.map(\.asset) == Array(owned[200...]))
        #expect(ledger.assets(of: .account(ada), offset: 251, limit: 1).items.isEmpty)
        #expect(ledger.assets(of: .account(ada), offset: -5, limit: 2).items.count == 2)
        #expect(ledger.assets(of: .account(token), offset: 0, limit: 1_000).total == 252)
        #expect(
            ledger.assets(of: .escrow(job: 1), offset: 0, limit: 9).items.first?.asset == items[7])
        #expect(ledger.assets(of: .account(.zero), offset: 0, limit: 9).total == 0)
        #expect(ledger.assetCount == 252)
        #expect(ledger.assets(offset: 0, limit: 1_000).map(\.asset) == assets)
        #expect(ledger.assets(offset: 250, limit: 10).map(\.asset) == Array(assets[250...]))
    }
}
