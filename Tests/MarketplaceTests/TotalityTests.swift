import ABI
import Content
import Foundation
import TestSupport
import Testing
import Verifier
import Vouchers

@testable import Marketplace

@Suite struct TotalityTests {
    @Test func aDepositWithABadMessageIsStillCredited() {
        var market = Market()
        #expect(
            market.deposit(ether: UInt256(5 as UInt64), to: Market.ada, then: [1, 2, 3])
                == "unknownMessage")
        #expect(market.balance(Market.ada) == UInt256(5 as UInt64))
    }

    @Test func aDepositMayCarryTheJobItPaysFor() throws {
        var market = Market()
        let message = try MessageFunctions.postJob.encode([
            try TinyJob.terms(), .number(.max),
        ])
        #expect(market.deposit(ether: Market.funded, to: Market.sponsor, then: message) == nil)
        #expect(market.notices(NoticeFunctions.jobPosted).first?[1] == .address(Market.sponsor))
    }

    @Test func aDepositNeedsOnlyItsSender() {
        var engine = Engine(configuration: Configuration(contracts: AddressBook(.v2_1)))
        let payload = Market.ada.bytes + UInt256.one.bytes32.bytes
        let outcome = engine.advance(
            Input(
                metadata: Metadata(messageSender: AddressBook(.v2_1).portals.ether),
                payload: payload))
        #expect(outcome.reports.isEmpty)
        #expect(engine.state.ledger.balance(of: .account(Market.ada), in: .ether) == .one)
    }

    @Test func whatMetadataLacksIsNamed() {
        var engine = Engine(configuration: Configuration(contracts: AddressBook(.v2_1)))
        let outcome = engine.advance(
            Input(metadata: Metadata(messageSender: Market.ada), payload: [0, 0, 0, 0]))
        #expect(outcome.outputs.isEmpty)
        #expect(outcome.reports.count == 1)
        let nobody = engine.advance(Input(metadata: Metadata(), payload: []))
        #expect(String(decoding: nobody.reports[0], as: UTF8.self).contains("msg_sender"))
    }

    @Test func aRefusedMessageLeavesNoTrace() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        _ = try market.commit(model, from: Market.ada)
        let hostile: [(Address, [UInt8])] = [
            (Market.eve, try MessageFunctions.commit.encode([.uint(0), .bytes32(.zero)])),
            (Market.eve, try MessageFunctions.withdrawEther.encode([.number(.max), .bytes([])])),
            (Market.ada, try MessageFunctions.withdrawEther.encode([.uint(0), .bytes([])])),
            (Market.ada, try MessageFunctions.commit.encode([.number(.max), .bytes32(.zero)])),
            (
                Market.ada,
                try MessageFunctions.upload.encode([
                    .uint(0), .bytes(CID.raw(model).binary), .uint(1 << 30), .uint(0), .bytes([1]),
                ])
            ),
            (Market.sponsor, try MessageFunctions.cancelJob.encode([.uint(0)])),
            (Market.ada, []), (Market.ada, [0xff]),
            (Market.ada, MessageFunctions.postJob.selectorBytes),
        ]
        let before = try snapshot(market)
        for (sender, payload) in hostile {
            let (outputs, digest) = (market.outputs.count, try market.digest())
            #expect(market.send(payload, from: sender) != nil)
            #expect(market.outputs.count == outputs)
            #expect(try snapshot(market) == before)
            #expect(try market.digest() == digest)
        }
    }

    /// Every answer that could show a difference.
    private func snapshot(_ market: Market) throws -> [[[UInt8]]] {
        var paths = [
            "jobs", "jobs/0", "jobs/0/submissions", "jobs/0/leaderboard", "jobs/0/files", "audit",
        ]
        for account in [Market.sponsor, Market.ada, Market.bob, Market.eve] {
            paths.append("accounts/\(account.checksummed)")
        }
        return paths.map { market.engine.inspect(Array($0.utf8)) }
    }

    /// Damaged messages and noise: no trap, one report at most, money conserved (which the engine
    /// asserts after every input in debug builds).
    @Test(arguments: 0..<6) func noInputTraps(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        let samples: [[UInt8]] = [
            try MessageFunctions.postJob.encode([try TinyJob.terms(), .number(.max)]),
            try MessageFunctions.upload.encode([
                .uint(0), .bytes(CID.raw(model).binary), .uint(UInt64(model.count)), .uint(3),
                .bytes(model),
            ]),
            try MessageFunctions.submit.encode([
                .uint(0), .bytes(CID.raw(model).binary), .bytes(CID.raw(TinyJob.data).binary),
                .bytes32(Market.salt),
            ]),
            try MessageFunctions.withdrawERC1155Batch.encode([
                .address(Market.ada), .array([.uint(7), .uint(7)]), .array([.uint(1), .uint(1)]),
                .bytes([]),
            ]),
        ]
        let portals = AddressBook(.v2_1).portals
        let senders = [
            Market.sponsor, Market.ada, Market.eve, portals.ether, portals.erc20, portals.erc721,
            portals.erc1155Single, portals.erc1155Batch,
        ]
        for _ in 0..<1_500 {
            var payload = samples[Int(random.next() % UInt64(samples.count))]
            for _ in 0..<random.next() % 4 {
                let index = Int(random.next() % UInt64(payload.count))
                payload[index] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 5 == 0 {
                payload.removeLast(Int(random.next() % UInt64(payload.count)))
            }
            let sender = senders[Int(random.next() % UInt64(senders.count))]
            market.now &+= random.next() % 50
            _ = market.send(payload, from: sender)
        }
        #expect(market.engine.state.ledger.isConserved(), "seed \(seed)")
    }

    /// Block times at the edge of the type: windows saturate, nothing overflows.
    @Test func timesNearTheEndOfTheirTypeAreHarmless() throws {
        for start in [.max, .max - 600, .max - 3_600, 0] as [UInt64] {
            var market = Market()
            market.now = start
            market.fund()
            _ = try market.post()
            _ = try market.upload(TinyJob.base(), from: Market.sponsor)
            _ = try market.upload(TinyJob.data, from: Market.sponsor)
            try market.send(
                MessageFunctions.acceptJob, .uint(0), .bytes32(try TinyJob.termsHash()),
                .address(.zero), .array([]), from: Market.ada)
            try market.send(
                MessageFunctions.commit, .uint(0), .bytes32(.zero), from: Market.ada)
            _ = try market.upload(TinyJob.base(), from: Market.ada)
            _ = try market.submit(TinyJob.base(), from: Market.ada)
            market.now = 0
            _ = try market.advance()
            market.now = .max
            _ = try market.advance()
            #expect(market.engine.state.ledger.isConserved())
        }
    }

    @Test(arguments: [
        "", "/", "nothing", "jobs/99999999999999999999999", "jobs/-1", "jobs/0/x", "jobs/0/x/y",
        "jobs?phase=sideways", "jobs?limit=x", "jobs?offset=18446744073709551615", "accounts/",
        "accounts/0x12", "jobs/0/files/x", "rent?bytes=x", "rent/1",
        "rent?bytes=9223372036854775807&seconds=9223372036854775807", "content/", "content/zz",
        "0x", "0x1", "0xzz", "{", "{}", "{\"path\":1}", "{\"path\":\"jobs\"} ",
        "content/bafkqaaa/bytes?offset=9223372036854775807&length=5",
    ]) func everyQueryIsAnswered(path: String) throws {
        let market = try Market.withOpenJob()
        let reports = market.engine.inspect(Array(path.utf8))
        #expect(reports.count == 1)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(reports[0])) }
    }

    @Test func theThreeFormsOfAQueryAreTheSame() throws {
        let market = try Market.withOpenJob()
        let plain = market.engine.inspect(Array("jobs/0".utf8))
        #expect(!String(decoding: plain[0], as: UTF8.self).contains("error"))
        for form in [
            "/jobs/0", "jobs/0/", "{\"path\":\"jobs/0\"}", Hex.string(Array("jobs/0".utf8)),
        ] {
            #expect(market.engine.inspect(Array(form.utf8)) == plain)
        }
        let nested = Hex.string(Array("{\"x\":[1],\"path\":\"/jobs/0\"}".utf8))
        #expect(market.engine.inspect(Array(nested.utf8)) == plain)
    }
}
