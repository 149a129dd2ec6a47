import ABI
import Testing
import Vouchers

@testable import Marketplace

/// Who a withdrawal goes to, and how: whatever somebody deposited, somebody can receive.
@Suite struct WithdrawalTests {
    private static let token = Market.actor(0x77)
    private static let recipient = Market.actor(0x55)

    /// One of each asset, and the message that withdraws it to `bytes`.
    private func withdraw(
        _ portal: Int, to bytes: [UInt8], from book: AddressBook = AddressBook(.v2_1)
    ) throws -> (code: String?, market: Market) {
        var market = Market(Configuration(contracts: book))
        let one = try PortalPayload.one(through: portal, of: Self.token, from: Market.ada)
        #expect(market.send(one.payload, from: book.portals.all[portal]) == nil)
        let code = market.send(
            try PortalPayload.withdrawal(one.asset, to: bytes), from: Market.ada)
        return (code, market)
    }

    @Test(arguments: 0..<5) func nobodyNamedIsTheSender(portal: Int) throws {
        let (code, market) = try withdraw(portal, to: [])
        #expect(code == nil)
        let asset = try PortalPayload.one(through: portal, of: Self.token, from: Market.ada).asset
        #expect(
            market.vouchers == [
                try Market.payout.voucher(.one, of: asset, owner: Market.ada, to: Market.ada)
            ])
        // To name oneself is the same.
        #expect(try withdraw(portal, to: Market.ada.bytes).market.vouchers == market.vouchers)
    }

    @Test(arguments: 0..<5) func twentyBytesAreTheRecipient(portal: Int) throws {
        let (code, market) = try withdraw(portal, to: Self.recipient.bytes)
        #expect(code == nil)
        let asset = try PortalPayload.one(through: portal, of: Self.token, from: Market.ada).asset
        #expect(
            market.vouchers == [
                try Market.payout.voucher(.one, of: asset, owner: Market.ada, to: Self.recipient)
            ])
        // The notice and the list of vouchers are the owner's.
        #expect(market.notices(NoticeFunctions.withdrawn).count == 1)
        let account = try market.inspect("accounts/\(Market.ada.checksummed)")
        #expect((account["vouchers"] as? [String: Any])?["items"] as? [Int] == [1])
    }

    /// What went there would be lost, whatever the release.
    private static var bad: [[UInt8]] {
        let portals = ContractsRelease.allCases.flatMap { AddressBook($0).portals.all }
        return [
            [1], [UInt8](repeating: 1, count: 19), [UInt8](repeating: 1, count: 21),
            recipient.word.bytes, Address.zero.bytes, Market.application.bytes,
        ] + portals.map(\.bytes)
    }

    @Test func whatIsNoRecipientIsRefusedAndTakesNothing() throws {
        for portal in 0..<5 {
            for bytes in Self.bad {
                let (code, market) = try withdraw(portal, to: bytes)
                #expect(code == "badRecipient")
                #expect(market.vouchers.isEmpty)
                let asset = try PortalPayload.one(
                    through: portal, of: Self.token, from: Market.ada
                ).asset
                #expect(market.balance(Market.ada, in: asset) == .one)
            }
        }
    }

    /// Under a release with the library every ERC-20 token leaves by it, a returned deposit too.
    @Test func tokensLeaveByTheLibraryOfTheRelease() throws {
        let book = AddressBook(.v3_0_0_alpha_10)
        let library = try #require(book.safeERC20Transfer)
        let safe = Payout(from: Market.application, safeERC20Transfer: library)
        let voucher = try safe.voucher(
            .one, of: .erc20(Self.token), owner: Market.ada, to: Self.recipient)
        #expect(voucher.destination == library)
        let paid = try withdraw(1, to: Self.recipient.bytes, from: book).market
        #expect(paid.vouchers == [voucher])
        var full = Market(Configuration(contracts: book)) { $0.accounts = 0 }
        let coins = PortalPayload.erc20(.one, of: Self.token, from: Self.recipient)
        #expect(full.send(coins, from: book.portals.erc20) == "ledgerFull")
        #expect(full.vouchers == [voucher])
        // Everything else leaves as ever.
        for portal in [0, 2, 3, 4] {
            let old = try withdraw(portal, to: []).market.vouchers
            #expect(try withdraw(portal, to: [], from: book).market.vouchers == old)
        }
    }

    /// Distinct ids count: they are what costs gas.
    @Test func aBatchHasAtMost256Ids() throws {
        let portal = AddressBook(.v2_1).portals.erc1155Batch
        let ids = (0..<300).map { UInt256(UInt64($0)) }
        var market = Market()
        let deposit = try PortalPayload.batch(
            ids: ids, amounts: ids.map { _ in UInt256(5 as UInt64) }, of: Self.token,
            from: Market.ada)
        #expect(market.send(deposit, from: portal) == nil)
        func withdraw(_ ids: [UInt256]) throws -> String? {
            try market.send(
                MessageFunctions.withdrawERC1155Batch, .address(Self.token),
                .array(ids.map { .number($0) }), .array(ids.map { _ in .uint(1) }), .bytes([]),
                from: Market.ada)
        }
        #expect(try withdraw(Array(ids[..<257])) == "tooManyIds")
        #expect(market.vouchers.isEmpty)
        #expect(try withdraw(Array(ids[..<256])) == nil)
        // In parts it all goes, and an id that comes twice is one id.
        #expect(try withdraw(Array(ids[256...]) + Array(ids[256...])) == nil)
        #expect(try withdraw(Array(ids[..<256]) + Array(ids[..<256])) == nil)
        #expect(market.vouchers.count == 3)
        #expect(
            market.balance(Market.ada, in: .erc1155(Self.token, id: ids[0]))
                == UInt256(2 as UInt64))
    }
}
