import ABI
import TestSupport
import Testing
import Vouchers

@testable import Marketplace

/// A portal says the truth about its caller and nothing about the token: a token of anybody's own
/// may claim anything.
@Suite struct HostileDepositTests {
    private static let token = Market.actor(0x77)
    private static let other = Market.actor(0x78)
    private let portals = AddressBook(.v2_1).portals

    private func number(_ value: UInt64) -> UInt256 { UInt256(value) }

    @Test(arguments: 0..<5) func everyPortalCredits(portal: Int) throws {
        var market = Market()
        let one = try PortalPayload.one(through: portal, of: Self.token, from: Market.ada)
        #expect(market.send(one.payload, from: one.portal) == nil)
        #expect(market.balance(Market.ada, in: one.asset) == .one)
        #expect(
            market.notices(NoticeFunctions.deposited) == [
                [
                    .address(Market.ada), .uint(UInt64(one.asset.kind)),
                    .address(one.asset.token), .number(one.asset.id), .number(.one),
                ]
            ])
    }

    /// The message comes after the credit, which it can spend, and speaks for the depositor.
    @Test(arguments: 0..<5) func theMessageOfADepositIsTheDepositors(portal: Int) throws {
        var market = Market()
        let asset = try PortalPayload.one(through: portal, of: Self.token, from: Market.ada).asset
        let one = try PortalPayload.one(
            through: portal, of: Self.token, from: Market.ada,
            then: try PortalPayload.withdrawal(asset))
        #expect(market.send(one.payload, from: one.portal) == nil)
        #expect(market.balance(Market.ada, in: asset).isZero)
        let voucher = try Market.payout.voucher(
            .one, of: asset, owner: Market.ada, to: Market.ada)
        #expect(market.vouchers == [voucher])
        // Somebody else's portal call cannot spend it.
        let stranger = try PortalPayload.one(
            through: portal, of: Self.other, from: Market.eve,
            then: try PortalPayload.withdrawal(asset == .ether ? .erc20(Self.token) : asset))
        #expect(market.send(stranger.payload, from: stranger.portal) == "insufficientBalance")
        #expect(market.vouchers.count == 1)
    }

    @Test(arguments: 0..<5) func aRefusedMessageLeavesTheCredit(portal: Int) throws {
        for message in [[0xff], [1, 2, 3, 4], MessageFunctions.relay.selectorBytes] {
            var market = Market()
            let one = try PortalPayload.one(
                through: portal, of: Self.token, from: Market.ada, then: message)
            #expect(market.send(one.payload, from: one.portal) != nil)
            #expect(market.balance(Market.ada, in: one.asset) == .one)
            #expect(market.outputs.count == 1)
        }
    }

    /// Servers that leave fields out lose messages, not money.
    @Test(arguments: 0..<5) func aDepositNeedsNoMetadataButItsSender(portal: Int) throws {
        let full = Metadata(
            chainID: 1, appContract: Market.application, blockTimestamp: 5, inputIndex: 0)
        var holes = [Metadata(), full, full, full, full]
        holes[1].chainID = nil
        holes[2].appContract = nil
        holes[3].blockTimestamp = nil
        holes[4].inputIndex = nil
        for var metadata in holes {
            var engine = Engine(configuration: Configuration(contracts: AddressBook(.v2_1)))
            let one = try PortalPayload.one(
                through: portal, of: Self.token, from: Market.ada,
                then: try MessageFunctions.advance.encode([.uint(0)]))
            metadata.messageSender = one.portal
            let outcome = engine.advance(Input(metadata: metadata, payload: one.payload))
            #expect(outcome.outputs.count == 1)
            #expect(outcome.reports.count == 1)
            #expect(
                String(decoding: outcome.reports[0], as: UTF8.self).contains("missingMetadata"))
            #expect(engine.state.ledger.balance(of: .account(Market.ada), in: one.asset) == .one)
        }
    }

    @Test func aTokenThatClaimsEverythingTwiceIsCreditedOnce() throws {
        var market = Market()
        let top = PortalPayload.erc20(.max, of: Self.token, from: Market.eve)
        #expect(market.send(top, from: portals.erc20) == nil)
        #expect(market.send(top, from: portals.erc20) == "depositOverflow")
        let one = PortalPayload.erc20(.one, of: Self.token, from: Market.ada)
        #expect(market.send(one, from: portals.erc20) == "depositOverflow")
        // Nobody else's token is touched by that.
        let honest = PortalPayload.erc20(.max, of: Self.other, from: Market.ada)
        #expect(market.send(honest, from: portals.erc20) == nil)
        #expect(market.deposit(ether: number(5), to: Market.ada) == nil)
        #expect(market.balance(Market.eve, in: .erc20(Self.token)) == .max)
        let paid = try market.send(
            MessageFunctions.withdrawERC20, .address(Self.token), .number(.max), .bytes([]),
            from: Market.eve)
        #expect(paid == nil)
        // What has left makes room: an honest token with such a supply is never refused.
        #expect(market.send(top, from: portals.erc20) == nil)
        #expect(market.engine.state.ledger.isConserved())
    }

    @Test func depositsOfNothingChangeNothing() throws {
        var market = Market()
        for payload in [
            (portals.ether, PortalPayload.ether(.zero, from: Market.ada)),
            (portals.erc20, PortalPayload.erc20(.zero, of: Self.token, from: Market.ada)),
            (
                portals.erc1155Single,
                try PortalPayload.erc1155(.zero, id: .max, of: Self.token, from: Market.ada)
            ),
            (
                portals.erc1155Batch,
                try PortalPayload.batch(
                    ids: [.max, .zero], amounts: [.zero, .zero], of: Self.token, from: Market.ada)
            ),
        ] {
            #expect(market.send(payload.1, from: payload.0) == nil)
        }
        #expect(market.engine.state.ledger.assetCount == 0)
        #expect(market.notices(NoticeFunctions.deposited).count == 5)
    }

    @Test func theApplicationMayHaveABalanceLikeAnyone() throws {
        var market = Market()
        let payload = PortalPayload.ether(number(9), from: Market.application)
        #expect(market.send(payload, from: portals.ether) == nil)
        #expect(market.balance(Market.application) == number(9))
        let stranger = try market.send(
            MessageFunctions.withdrawEther, .uint(9), .bytes([]), from: Market.eve)
        #expect(stranger == "insufficientBalance")
    }

    @Test func aTokenThatSendsOneItemTwiceOwesTwo() throws {
        var market = Market()
        for depositor in [Market.ada, Market.bob, Market.ada] {
            let payload = try PortalPayload.erc721(id: .max, of: Self.token, from: depositor)
            #expect(market.send(payload, from: portals.erc721) == nil)
        }
        let item = Asset.erc721(Self.token, id: .max)
        #expect(market.balance(Market.ada, in: item) == number(2))
        #expect(market.engine.state.ledger.totals(of: item).deposited == number(3))
        for (owner, code) in [
            (Market.ada, nil), (Market.bob, nil), (Market.ada, nil),
            (Market.ada, "insufficientBalance"), (Market.bob, "insufficientBalance"),
        ] as [(Address, String?)] {
            let refusal = try market.send(
                MessageFunctions.withdrawERC721, .address(Self.token), .number(.max), .bytes([]),
                from: owner)
            #expect(refusal == code)
        }
        #expect(market.vouchers.count == 3)
    }
}

/// Lists of ids, as long as an input can be.
@Suite struct HostileBatchTests {
    private static let token = Market.actor(0x77)
    private let portal = AddressBook(.v2_1).portals.erc1155Batch

    private func number(_ value: UInt64) -> UInt256 { UInt256(value) }

    private func deposit(
        _ ids: [UInt256], _ amounts: [UInt256], then message: [UInt8] = [],
        _ market: inout Market
    ) throws -> String? {
        let payload = try PortalPayload.batch(
            ids: ids, amounts: amounts, of: Self.token, from: Market.eve, then: message)
        return market.send(payload, from: portal)
    }

    private func withdraw(
        _ ids: [UInt256], _ amounts: [UInt256], _ market: inout Market
    ) throws -> String? {
        try market.send(
            MessageFunctions.withdrawERC1155Batch, .address(Self.token),
            .array(ids.map { .number($0) }), .array(amounts.map { .number($0) }), .bytes([]),
            from: Market.eve)
    }

    private func balance(_ id: UInt256, _ market: Market) -> UInt256 {
        market.balance(Market.eve, in: .erc1155(Self.token, id: id))
    }

    @Test func repeatedIDsAddUp() throws {
        var market = Market()
        let seven = number(7)
        #expect(
            try deposit([seven, .max, seven], [number(1), number(2), number(3)], &market) == nil)
        #expect(balance(seven, market) == number(4))
        #expect(balance(.max, market) == number(2))
        #expect(
            try withdraw([seven, seven], [number(3), number(2)], &market) == "insufficientBalance")
        #expect(try withdraw([seven, seven], [number(4), .zero], &market) == "zeroAmount")
        #expect(try withdraw([seven, seven], [number(3), .max], &market) == "insufficientBalance")
        #expect(try withdraw([seven], [number(1), number(1)], &market) == "malformedMessage")
        #expect(try withdraw([], [], &market) == "zeroAmount")
        #expect(market.vouchers.isEmpty)
        #expect(balance(seven, market) == number(4))
        #expect(
            try withdraw([seven, .max, seven], [number(1), number(2), number(3)], &market) == nil)
        #expect(balance(seven, market).isZero)
        #expect(market.vouchers.count == 1)
        #expect(market.notices(NoticeFunctions.withdrawn).count == 3)
    }

    @Test func aSumThatOverflowsIsRefusedWhole() throws {
        var market = Market()
        let ids = [number(1), number(2), number(1)]
        #expect(try deposit(ids, [.max, .one, .one], &market) == "depositOverflow")
        #expect(market.outputs.isEmpty)
        #expect(market.engine.state.ledger.assetCount == 0)
        #expect(try deposit(ids, [.max, .one, .zero], &market) == nil)
        #expect(try deposit([number(2), number(1)], [.one, .one], &market) == "depositOverflow")
        #expect(balance(number(2), market) == .one)
    }

    @Test func listsOfUnequalLengthAreNoDeposit() throws {
        var market = Market()
        #expect(try deposit([.one], [], &market) == "malformedDeposit")
        #expect(try deposit([], [.one], &market) == "malformedDeposit")
        #expect(market.engine.state.ledger.assetCount == 0)
    }

    @Test func anEmptyListStillCarriesItsMessage() throws {
        var market = Market()
        #expect(market.deposit(ether: .one, to: Market.eve) == nil)
        let message = try PortalPayload.withdrawal(.ether)
        #expect(try deposit([], [], then: message, &market) == nil)
        #expect(market.vouchers.count == 1)
        #expect(try deposit([], [], then: [9], &market) == "unknownMessage")
    }

    /// As many ids as 65,216 bytes hold, in an order that does not matter, near the end of the type.
    @Test(arguments: [false, true]) func theLongestListIsCreditedAndPaid(isOneID: Bool) throws {
        var market = Market()
        var ids: [UInt256] = []
        for index in 0..<1_014 {
            let offset = number(isOneID ? 0 : UInt64(index * 389 % 1_014))
            ids.append(try #require(UInt256.max.subtracting(offset)))
        }
        let ones = [UInt256](repeating: .one, count: ids.count)
        let payload = try PortalPayload.batch(
            ids: ids, amounts: ones, of: Self.token, from: Market.eve)
        #expect(payload.count <= 65_216 && payload.count + 64 > 65_216)
        #expect(market.send(payload, from: portal) == nil)
        #expect(balance(.max, market) == number(isOneID ? 1_014 : 1))
        if isOneID {
            #expect(try withdraw(ids + [.max], ones + [.one], &market) == "insufficientBalance")
            #expect(try withdraw(ids, ones, &market) == nil)
        } else {
            // A block would not take them at once.
            #expect(try withdraw(ids, ones, &market) == "tooManyIds")
            for start in stride(from: 0, to: ids.count, by: 256) {
                let part = Array(ids[start...].prefix(256))
                #expect(try withdraw(part, Array(ones.prefix(part.count)), &market) == nil)
            }
        }
        #expect(balance(.max, market).isZero)
        #expect(market.engine.state.ledger.isConserved())
        #expect(market.notices(NoticeFunctions.withdrawn).count == 1_014)
    }
}

/// Token ids are free to invent, so there is a last one; it goes back where it came from.
@Suite struct FullLedgerTests {
    private static let token = Market.actor(0x77)
    private let portals = AddressBook(.v2_1).portals

    private func market(room: Int) -> Market {
        Market { $0.ledgerLimits.collectibles = room }
    }

    private func ids(_ range: ClosedRange<UInt64>) -> [UInt256] { range.map { UInt256($0) } }

    private func deposit(
        _ ids: [UInt256], from depositor: Address = Market.eve, then message: [UInt8] = [],
        _ market: inout Market
    ) throws -> String? {
        let payload = try PortalPayload.batch(
            ids: ids, amounts: ids.map { _ in .one }, of: Self.token, from: depositor,
            then: message)
        return market.send(payload, from: portals.erc1155Batch)
    }

    @Test func whatHasNoRoomIsSentBackWhole() throws {
        var market = market(room: 4)
        #expect(try deposit(ids(1...3), &market) == nil)
        let before = market.engine.state.ledger.totals(
            of: .erc1155(Self.token, id: UInt256(3 as UInt64)))
        let withdrawal = try PortalPayload.withdrawal(.ether)
        #expect(try deposit(ids(3...5), then: withdrawal, &market) == "ledgerFull")
        let back = try Market.payout.batchVoucher(
            ids: ids(3...5), amounts: [.one, .one, .one], of: Self.token, to: Market.eve)
        #expect(market.vouchers == [back])
        // Nothing of it was credited, and its message was not run.
        let asset = Asset.erc1155(Self.token, id: UInt256(3 as UInt64))
        #expect(market.engine.state.ledger.totals(of: asset) == before)
        #expect(market.notices(NoticeFunctions.deposited).count == 3)
        #expect(market.engine.state.ledger.isConserved())
        let account = try market.inspect("accounts/\(Market.eve.checksummed)")
        #expect((account["vouchers"] as? [String: Any])?["items"] as? [Int] == [3])
    }

    @Test func oneItemIsSentBackByItsOwnCall() throws {
        var market = market(room: 0)
        let item = try PortalPayload.erc721(id: .max, of: Self.token, from: Market.ada)
        #expect(market.send(item, from: portals.erc721) == "ledgerFull")
        let one = try PortalPayload.erc1155(
            UInt256(9 as UInt64), id: .one, of: Self.token, from: Market.ada)
        #expect(market.send(one, from: portals.erc1155Single) == "ledgerFull")
        #expect(
            market.vouchers == [
                try Market.payout.voucher(
                    .one, of: .erc721(Self.token, id: .max), owner: Market.ada, to: Market.ada),
                try Market.payout.voucher(
                    UInt256(9 as UInt64), of: .erc1155(Self.token, id: .one), owner: Market.ada,
                    to: Market.ada),
            ])
        #expect(market.engine.state.ledger.assetCount == 0)
    }

    /// What the ledger knows already, and nothing at all, need no room; other kinds have their own.
    @Test func eachKindHasRoomOfItsOwn() throws {
        var market = market(room: 2)
        #expect(try deposit(ids(1...2), &market) == nil)
        #expect(try deposit(ids(1...2), &market) == nil)
        #expect(try deposit([], &market) == nil)
        #expect(try deposit(ids(1...1), from: Market.ada, &market) == "ledgerFull")
        #expect(market.deposit(ether: .one, to: Market.bob) == nil)
        let coins = PortalPayload.erc20(.one, of: Self.token, from: Market.bob)
        #expect(market.send(coins, from: portals.erc20) == nil)
        let paid = try market.send(
            MessageFunctions.withdrawERC1155Single, .address(Self.token), .uint(1), .uint(2),
            .bytes([]), from: Market.eve)
        #expect(paid == nil)
        #expect(market.engine.state.ledger.balanceCount == 3)
    }
}

/// Whatever a portal sends: either it is credited to the last unit, or it is reported.
@Suite struct DepositTotalityTests {
    @Test(arguments: 0..<4) func nothingThatParsesIsLost(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let portals = AddressBook(.v2_1).portals
        var counts = (credited: 0, refused: 0, malformed: 0)
        var market = Market()
        for _ in 0..<600 {
            let portal = Int(random.next() % 5)
            let token = Market.actor(UInt8(random.next() % 3))
            let depositor = Market.actor(UInt8(1 + random.next() % 4))
            var (sender, payload, _) = try PortalPayload.one(
                through: portal, of: token, from: depositor, then: [UInt8(random.next() % 256)])
            for _ in 0..<random.next() % 4 {
                payload[Int(random.next() % UInt64(payload.count))] = UInt8(random.next() % 256)
            }
            if random.next() % 6 == 0 { payload.removeLast(Int(random.next() % 40)) }
            let deposit = Deposit(payload: payload, from: sender, of: portals)
            let before = market.engine.state.ledger
            let outputs = market.outputs.count
            let code = market.send(payload, from: sender)
            let after = market.engine.state.ledger
            guard let deposit else {
                #expect(code == "malformedDeposit", "seed \(seed)")
                #expect(market.outputs.count == outputs, "seed \(seed)")
                counts.malformed += 1
                continue
            }
            if code == "depositOverflow" {
                #expect(market.outputs.count == outputs, "seed \(seed)")
                counts.refused += 1
                continue
            }
            for credit in deposit.credits {
                let pocket = Pocket.account(deposit.depositor)
                #expect(
                    after.balance(of: pocket, in: credit.asset)
                        == before.balance(of: pocket, in: credit.asset).adding(credit.amount),
                    "seed \(seed)")
            }
            counts.credited += 1
        }
        #expect(counts.credited > 100 && counts.malformed > 50, "seed \(seed): \(counts)")
        #expect(market.engine.state.ledger.isConserved())
    }
}
