import ABI
import TestSupport
import Testing

@testable import Vouchers

/// What a full ledger takes and what it does not.
@Suite struct LedgerLimitsTests {
    private let token = address(9)

    private static func address(_ number: UInt64) -> Address {
        Address(UInt256(number).bytes32) ?? .zero
    }

    private func item(_ number: UInt64) -> Asset { .erc1155(token, id: UInt256(number)) }

    private func limits(ether: Int = 9, erc20: Int = 9, collectibles: Int = 9, assets: Int = 9)
        -> LedgerLimits
    {
        var limits = LedgerLimits()
        limits.ether = ether
        limits.erc20 = erc20
        limits.collectibles = collectibles
        limits.assets = assets
        return limits
    }

    @Test func theLimitsAreThoseOfTheProtocol() {
        let limits = LedgerLimits()
        #expect(limits.ether == 524_288)
        #expect(limits.erc20 == 262_144)
        #expect(limits.collectibles == 262_144)
        #expect(limits.assets == 262_144)
    }

    @Test func eachKindHasItsOwnRoom() {
        var ledger = Ledger()
        let ada = Pocket.account(LedgerLimitsTests.address(1))
        let bob = Pocket.account(LedgerLimitsTests.address(2))
        let assets: [Asset] = [.ether, .erc20(token), .erc721(token, id: .one)]
        let full = limits(ether: 1, erc20: 1, collectibles: 1)
        for asset in assets {
            #expect(ledger.hasRoom(for: [(asset, .one)], in: ada, full))
            _ = ledger.apply([Move(.one, of: asset, from: .chain, to: ada)])
        }
        for asset in assets {
            // More of what is there needs no room, nor does nothing.
            #expect(ledger.hasRoom(for: [(asset, .one)], in: ada, full))
            #expect(ledger.hasRoom(for: [(asset, .zero)], in: bob, full))
            #expect(!ledger.hasRoom(for: [(asset, .one)], in: bob, full))
        }
        #expect(!ledger.hasRoom(for: [(item(1), .one)], in: ada, full), "a collectible, too")
        // A balance that is spent makes room.
        _ = ledger.apply([Move(.one, of: .ether, from: ada, to: .escrow(job: 0))])
        #expect(ledger.hasRoom(for: [(.ether, .one)], in: bob, full))
        #expect(ledger.isConserved())
    }

    @Test func aDepositNeedsRoomForAllOfIt() {
        var ledger = Ledger()
        let ada = Pocket.account(LedgerLimitsTests.address(1))
        let three: [(asset: Asset, amount: UInt256)] = [
            (item(1), .one), (item(2), .one), (item(3), .one),
        ]
        #expect(!ledger.hasRoom(for: three, in: ada, limits(collectibles: 2)))
        #expect(ledger.hasRoom(for: three, in: ada, limits(collectibles: 3)))
        #expect(!ledger.hasRoom(for: three, in: ada, limits(assets: 2)))
        #expect(ledger.hasRoom(for: three, in: ada, limits(assets: 3)))
        // What is named twice counts once.
        #expect(ledger.hasRoom(for: three + three, in: ada, limits(collectibles: 3, assets: 3)))
        #expect(!ledger.hasRoom(for: three + three, in: ada, limits(collectibles: 2)))
        _ = ledger.apply(three.map { Move($0.amount, of: $0.asset, from: .chain, to: ada) })
        let bob = Pocket.account(LedgerLimitsTests.address(2))
        #expect(ledger.hasRoom(for: three, in: bob, limits(collectibles: 6, assets: 3)))
        #expect(!ledger.hasRoom(for: three, in: bob, limits(collectibles: 5, assets: 3)))
    }

    /// An asset is kept for good: its room does not come back.
    @Test func assetsStay() {
        var ledger = Ledger()
        let ada = Pocket.account(LedgerLimitsTests.address(1))
        _ = ledger.apply([
            Move(.one, of: item(1), from: .chain, to: ada),
            Move(.one, of: item(1), from: ada, to: .chain),
        ])
        #expect(ledger.balanceCount == 0)
        #expect(!ledger.hasRoom(for: [(item(2), .one)], in: ada, limits(assets: 1)))
        #expect(ledger.hasRoom(for: [(item(1), .one)], in: ada, limits(assets: 1)))
    }

    /// Nobody's money is held back by a limit: escrow pays although the ledger is full.
    @Test func whatComesFromEscrowIsCredited() {
        var ledger = Ledger()
        let ada = Pocket.account(LedgerLimitsTests.address(1))
        let bob = Pocket.account(LedgerLimitsTests.address(2))
        let full = limits(ether: 1)
        let two = UInt256(2 as UInt64)
        let done = ledger.apply([
            Move(two, of: .ether, from: .chain, to: ada),
            Move(.one, of: .ether, from: ada, to: .escrow(job: 0)),
            Move(.one, of: .ether, from: .escrow(job: 0), to: bob),
        ])
        #expect(done)
        #expect(ledger.held.ether == 2)
        #expect(ledger.hasRoom(for: [(.ether, .one)], in: bob, full))
        #expect(!ledger.hasRoom(for: [(.ether, .one)], in: .account(token), full))
        // Escrows are not counted.
        #expect(ledger.hasRoom(for: [(.ether, .one)], in: .escrow(job: 7), full))
    }

    /// A thousand ids in one deposit, many times.
    @Test func batchesAreCreditedWhole() {
        var ledger = Ledger()
        var deposited = true
        for number in 0..<UInt64(20) {
            let owner = Pocket.account(LedgerLimitsTests.address(number))
            let credits = (0..<UInt64(1_000)).map {
                (asset: item($0 * 7_919 % 4_096), amount: UInt256.one)
            }
            deposited =
                deposited && ledger.canDeposit(credits)
                && ledger.hasRoom(for: credits, in: owner, LedgerLimits())
                && ledger.apply(
                    credits.map { Move($0.amount, of: $0.asset, from: .chain, to: owner) })
        }
        #expect(deposited)
        #expect(ledger.held.collectibles == 20_000)
        #expect(ledger.isConserved())
    }
}
