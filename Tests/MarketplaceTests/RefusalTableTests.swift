import ABI
import Content
import Foundation
import Testing
import Vouchers

@testable import Marketplace

/// Every code that an input or a query may be answered with, each by one case.
@Suite struct RefusalTableTests {
    /// A market and the input that gets the answer.
    typealias Case = () throws -> String?

    static func open(_ clients: [Address] = [Market.ada]) throws -> Market {
        try Market.withOpenJob(clients: clients)
    }

    private static func query(_ path: String) throws -> String? {
        let answer = try open().inspect(path)
        return (answer["error"] as? [String: Any])?["code"] as? String
    }

    private static var atTheGate: [(String, Case)] {
        [
            (
                "missingMetadata",
                {
                    var market = Market()
                    return market.send([], Metadata())
                }
            ),
            (
                "malformedDeposit",
                {
                    var market = Market()
                    return market.send([1], from: AddressBook(.v2_1).portals.ether)
                }
            ),
            (
                "portalOfAnotherRelease",
                {
                    var market = Market()
                    return market.send([1], from: AddressBook(.v2_0).portals.ether)
                }
            ),
            (
                "depositOverflow",
                {
                    var market = Market()
                    market.deposit(ether: .max, to: Market.ada)
                    return market.deposit(ether: .one, to: Market.ada)
                }
            ),
            (
                "ledgerFull",
                {
                    var market = Market { $0.accounts = 0 }
                    return market.deposit(ether: .one, to: Market.ada)
                }
            ),
            (
                "unknownMessage",
                {
                    var market = Market()
                    return market.send([1, 2, 3, 4], from: Market.ada)
                }
            ),
            (
                "malformedMessage",
                {
                    var market = Market()
                    return market.send(MessageFunctions.advance.selectorBytes, from: Market.ada)
                }
            ),
            ("invalidQuery", { try query("nothing") }), ("notFound", { try query("jobs/9") }),
            (
                "zeroAmount",
                {
                    var market = try open()
                    return try market.send(
                        MessageFunctions.withdrawEther, .uint(0), .bytes([]), from: Market.ada)
                }
            ),
            (
                "badRecipient",
                {
                    var market = try open()
                    return try market.send(
                        MessageFunctions.withdrawEther, .uint(1), .bytes([1]), from: Market.ada)
                }
            ),
            (
                "tooManyIds",
                {
                    var market = try open()
                    let ids = (0...256).map { ABIValue.uint(UInt64($0)) }
                    return try market.send(
                        MessageFunctions.withdrawERC1155Batch, .address(Market.ada), .array(ids),
                        .array(ids.map { _ in .uint(1) }), .bytes([]), from: Market.ada)
                }
            ),
            (
                "insufficientBalance",
                {
                    var market = try open()
                    return try market.send(
                        MessageFunctions.withdrawEther, .number(.max), .bytes([]), from: Market.ada)
                }
            ),
        ]
    }

    private static var ofRelays: [(String, Case)] {
        func relayed(
            nonce: UInt64 = 0, deadline: UInt64 = .max, from number: UInt8 = 1,
            _ message: (Signer) throws -> [UInt8] = { _ in [] }, signed: [UInt8]? = nil
        ) throws -> String? {
            var market = Market()
            market.deposit(ether: .one, to: try Signer(1).address)
            let signer = try Signer(number)
            return market.send(
                try signer.relay(
                    try message(signer), nonce: nonce, deadline: deadline, signed: signed),
                from: Market.eve)
        }
        return [
            ("invalidSignature", { try relayed(signed: [1]) }),
            ("wrongNonce", { try relayed(nonce: 1) }),
            ("unknownAccount", { try relayed(from: 2) }),
            ("expired", { try relayed(deadline: 9) }),
            (
                "nestedRelay",
                { try relayed { try $0.relay([], nonce: 0, deadline: .max) } }
            ),
        ]
    }

    private static var ofPosting: [(String, Case)] {
        func posted(
            _ changes: TinyJob.Changes, maxRent: UInt256 = .max,
            _ configuration: (inout Configuration) -> Void = { _ in }
        ) throws -> String? {
            var market = Market(Configuration(contracts: AddressBook(.v2_1)), configuration)
            market.fund()
            return try market.post(changes, maxRent: maxRent)
        }
        return [
            ("invalidTerms", { try posted(TinyJob.Changes(slots: 0)) }),
            ("invalidArchitecture", { try posted(TinyJob.Changes(arch: [])) }),
            ("rentTooHigh", { try posted(TinyJob.Changes(), maxRent: .zero) }),
            ("capacity", { try posted(TinyJob.Changes()) { $0.contentCapacity = 9 } }),
            (
                "unsupported",
                {
                    let identity = try CID(binary: [1, 0x55, 0, 1, 9])
                    return try posted(TinyJob.Changes(baseCid: identity))
                }
            ),
        ]
    }

    private static var ofClients: [(String, Case)] {
        [
            (
                "unknownJob",
                {
                    var market = try open()
                    return try market.advance(7)
                }
            ),
            (
                "wrongPhase",
                {
                    var market = try open()
                    return try market.claim(1, from: Market.ada)
                }
            ),
            (
                "scoring",
                {
                    var market = try Market.withSealedJob(.sealed(payout: 1)) { $0.inputBudget = 1 }
                    try market.commitAndReveal([(Market.ada, 5)])
                    return try market.claim(1, from: Market.ada)
                }
            ),
            (
                "notSponsor",
                {
                    var market = try open()
                    return try market.cancel(from: Market.ada)
                }
            ),
            (
                "sponsorSlot",
                {
                    var market = try open()
                    return try market.accept(Market.sponsor)
                }
            ),
            (
                "notSlotHolder",
                {
                    var market = try open()
                    return try market.commit([], from: Market.eve)
                }
            ),
            (
                "invalidPayout",
                {
                    var market = try open()
                    return try market.accept(Market.eve, payout: Market.application)
                }
            ),
            (
                "termsMismatch",
                {
                    var market = try open()
                    return try market.send(
                        MessageFunctions.acceptJob, .uint(0), .bytes32(.zero), .address(.zero),
                        .array([]), from: Market.eve)
                }
            ),
            (
                "notAllowed",
                {
                    let changes = TinyJob.Changes(allowListRoot: Market.salt)
                    var market = try Market.withOpenJob(changes)
                    return try market.accept(Market.ada)
                }
            ),
            (
                "alreadyAccepted",
                {
                    var market = try open()
                    return try market.accept(Market.ada)
                }
            ),
            (
                "noFreeSlot",
                {
                    var market = try open([Market.ada, Market.bob])
                    return try market.accept(Market.eve)
                }
            ),
            (
                "tooLate",
                {
                    var market = try open()
                    market.now += TinyJob.openWindow - 1
                    return try market.accept(Market.eve)
                }
            ),
            (
                "invalidRecipient",
                {
                    var market = try open()
                    return try market.send(
                        MessageFunctions.sendMessage, .uint(0), .address(Market.eve), .bytes([]),
                        from: Market.ada)
                }
            ),
            (
                "messageTooLong",
                {
                    var market = try open()
                    return try market.send(
                        MessageFunctions.sendMessage, .uint(0), .address(Market.sponsor),
                        .bytes([UInt8](repeating: 0, count: 513)), from: Market.ada)
                }
            ),
        ]
    }

    private static var table: [(String, Case)] {
        atTheGate + ofRelays + ofPosting + ofClients + ofSubmissions + ofStreams
    }

    @Test func everyCodeIsTheAnswerToItsCase() throws {
        for (code, run) in Self.table { #expect(try run() == code) }
    }

    /// All but the one that says that the application is at fault.
    @Test func theTableIsComplete() {
        let codes = Set(Self.table.map { $0.0 })
        #expect(codes.count == Self.table.count)
        #expect(codes.union(["internalFault"]) == Set(RefusalCode.allCases.map { $0.name }))
    }

    /// Codes and texts are the protocol's: each has one, and no two are the same.
    @Test func everyCodeHasATextOfItsOwn() {
        let texts = Set(RefusalCode.allCases.map { $0.message })
        #expect(texts.count == RefusalCode.allCases.count)
        #expect(texts.allSatisfy { $0.hasSuffix(".") && $0.count < 100 })
    }
}
