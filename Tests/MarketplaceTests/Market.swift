import ABI
import Content
import Foundation
import Testing
import Verifier
import Vouchers

@testable import Marketplace

/// An engine with a clock and a few actors, so that a test reads like a ledger.
struct Market {
    static let sponsor = actor(1)
    static let ada = actor(2)
    static let bob = actor(3)
    static let eve = actor(4)
    static let application = actor(0xaa)
    static let chainID: UInt64 = 31_337

    var engine: Engine
    var now: UInt64 = 1_700_000_000
    var inputs: UInt64 = 0
    /// Every output so far.
    var outputs: [Output] = []

    init(scoringBudget: UInt64 = Limits.scoringBudget) {
        var configuration = Configuration()
        configuration.scoringBudget = scoringBudget
        engine = Engine(configuration: configuration)
    }

    static func actor(_ number: UInt8) -> Address {
        Address([UInt8](repeating: number, count: 20)) ?? .zero
    }

    /// Sends a payload, and gives the code of the error report: nil when there is none.
    @discardableResult
    mutating func send(_ payload: [UInt8], from sender: Address) -> String? {
        let metadata = Metadata(
            chainID: Market.chainID, appContract: Market.application, messageSender: sender,
            blockNumber: inputs, blockTimestamp: now, inputIndex: inputs)
        inputs += 1
        let outcome = engine.advance(Input(metadata: metadata, payload: payload))
        outputs += outcome.outputs
        return outcome.reports.lazy.compactMap(Market.errorCode).first
    }

    @discardableResult
    mutating func send(
        _ function: ABIFunction, _ values: ABIValue..., from sender: Address
    ) throws -> String? {
        send(try function.encode(values), from: sender)
    }

    mutating func deposit(
        ether amount: UInt64, to account: Address, then message: [UInt8] = []
    ) -> String? {
        let payload = account.bytes + UInt256(amount).bytes32.bytes + message
        return send(payload, from: PortalAddresses.v2_1.ether)
    }

    /// The answer to a query, as JSON.
    func inspect(_ path: String) throws -> [String: Any] {
        let reports = engine.inspect(Array(path.utf8))
        let report = try #require(reports.first)
        let value = try JSONSerialization.jsonObject(with: Data(report))
        return try #require(value as? [String: Any])
    }

    func balance(_ account: Address, in asset: Asset = .ether) -> UInt256 {
        engine.state.ledger.balance(of: .account(account), in: asset)
    }

    func escrow(_ job: UInt64, in asset: Asset = .ether) -> UInt256 {
        engine.state.ledger.balance(of: .escrow(job: job), in: asset)
    }

    /// The arguments of every notice of this kind.
    func notices(_ function: ABIFunction) -> [[ABIValue]] {
        outputs.compactMap { output in
            guard case .notice(let payload) = output,
                ABIFunction.selector(of: payload) == function.selector
            else { return nil }
            return try? function.decode(payload)
        }
    }

    var vouchers: [Output] {
        outputs.filter { if case .voucher = $0 { true } else { false } }
    }

    private static func errorCode(_ report: [UInt8]) -> String? {
        let value = try? JSONSerialization.jsonObject(with: Data(report))
        let error = (value as? [String: Any])?["error"] as? [String: Any]
        return error?["code"] as? String
    }
}

/// A job small enough to compute by hand: logistic regression on one feature, four samples.
enum TinyJob {
    static let reward: UInt64 = 1_000
    static let bond: UInt64 = 50
    static let openWindow: UInt64 = 86_400

    /// Dense 1 → 1 with bias, sigmoid head.
    static let arch: [UInt8] =
        Array("DMLA".utf8) + [1, 1] + le32(1) + [1, 0x01] + le32(1) + [1, 2]

    static var architecture: Architecture {
        get throws { try Architecture(parsing: arch) }
    }

    /// x = −2, −1, 1, 2 and y = 0, 0, 1, 1, in i8 with exponent 16: whole numbers.
    static let data: [UInt8] =
        Array("DMLD".utf8) + [1, 1, 0, 15] + le32(4) + le32(1) + [1, 0]
        + [UInt8](repeating: 0, count: 14)
        + [0xfc, 0xfe, 2, 4]
        + [0, 0, 0, 0, 1, 0, 1, 0]

    /// Weight and bias in raw Q16.16.
    static func model(weight: Int32, bias: Int32 = 0, dtype: UInt8 = 4) throws -> [UInt8] {
        Array("DMLW".utf8) + [1, 0, dtype, 0] + (try architecture.id.bytes[..<16]) + [2, 0]
            + [UInt8](repeating: 0, count: 6) + [0, 0, 0, 0]
            + le32(UInt32(bitPattern: weight)) + le32(UInt32(bitPattern: bias))
    }

    static func base() throws -> [UInt8] { try model(weight: 0) }

    struct Changes {
        var slots: UInt64 = 2
        var reward: UInt64 = TinyJob.reward
        var ppm: UInt64 = 10_000
        var sponsorBond: UInt64 = 0
        var token = Address.zero
        var base: [UInt8]?
        var data = TinyJob.data
        var samples: UInt64 = 4
    }

    static func terms(_ changes: Changes = Changes()) throws -> ABIValue {
        let base = try changes.base ?? TinyJob.base()
        return .tuple([
            .uint(0), .bool(false), .address(changes.token), .uint(changes.reward),
            .uint(changes.slots), .uint(1), .uint(bond), .uint(changes.sponsorBond),
            .uint(changes.ppm), .uint(0), .bytes(arch), .bytes(CID.raw(base).binary),
            .uint(changes.samples), .uint(1), .uint(0), .uint(4), .bytes([]), .bytes([]),
            .array([.bytes32(SHA256.hash(changes.data))]), .bytes32(.zero),
            .array([.uint(3_600), .uint(openWindow), .uint(0), .uint(0), .uint(0)]),
            .bytes32(.zero),
        ])
    }

    static func termsHash(_ changes: Changes = Changes()) throws -> Bytes32 {
        Keccak256.hash(try ABIEncoder.encode([try terms(changes)], as: [JobTerms.parameter]))
    }

    static func le32(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

extension Market {
    /// Ether for everyone, far more than the tests need.
    mutating func fund() {
        for account in [Market.sponsor, Market.ada, Market.bob, Market.eve] {
            _ = deposit(ether: 1_000_000_000_000_000_000, to: account)
        }
    }

    mutating func post(_ changes: TinyJob.Changes = .init()) throws -> String? {
        try send(MessageFunctions.postJob, try TinyJob.terms(changes), from: Market.sponsor)
    }

    mutating func upload(_ blob: [UInt8], job: UInt64 = 0, from sender: Address) throws -> String? {
        try send(
            MessageFunctions.upload, .uint(job), .bytes(CID.raw(blob).binary),
            .uint(UInt64(blob.count)), .uint(0), .bytes(blob), from: sender)
    }

    /// A job that is open: posted, funded, filled.
    static func withOpenJob(
        _ changes: TinyJob.Changes = .init(), scoringBudget: UInt64 = Limits.scoringBudget
    ) throws -> Market {
        var market = Market(scoringBudget: scoringBudget)
        market.fund()
        #expect(try market.post(changes) == nil)
        #expect(
            try market.upload(changes.base ?? TinyJob.base(), from: Market.sponsor) == nil)
        #expect(try market.upload(changes.data, from: Market.sponsor) == nil)
        return market
    }

    mutating func accept(
        _ client: Address, payout: Address? = nil, job: UInt64 = 0,
        _ changes: TinyJob.Changes = .init()
    ) throws -> String? {
        try send(
            MessageFunctions.acceptJob, .uint(job), .bytes32(try TinyJob.termsHash(changes)),
            .address(payout ?? client), .array([]), from: client)
    }

    static let salt = Keccak256.hash([7])

    mutating func commit(
        _ model: [UInt8], from client: Address, as owner: Address? = nil, job: UInt64 = 0
    ) throws -> String? {
        let hash = Commitment.hash(
            chainID: Market.chainID, application: Market.application, job: job, round: 0,
            client: owner ?? client, modelDigest: SHA256.hash(model), salt: Market.salt)
        return try send(MessageFunctions.commit, .uint(job), .bytes32(hash), from: client)
    }

    mutating func submit(
        _ model: [UInt8], from client: Address, job: UInt64 = 0, data: [UInt8] = TinyJob.data
    ) throws -> String? {
        try send(
            MessageFunctions.submit, .uint(job), .bytes(CID.raw(model).binary),
            .bytes(CID.raw(data).binary), .bytes32(Market.salt), from: client)
    }

    mutating func advance(_ job: UInt64 = 0) throws -> String? {
        try send(MessageFunctions.advance, .uint(job), from: Market.eve)
    }

    /// Commits, waits, uploads and submits.
    mutating func offer(_ model: [UInt8], from client: Address) throws -> String? {
        if let code = try commit(model, from: client) { return code }
        now += Limits.minCommitAge
        if let code = try upload(model, from: client) { return code }
        return try submit(model, from: client)
    }
}

extension Engine {
    /// The same engine with another budget for each input.
    func withScoringBudget(_ budget: UInt64) -> Engine {
        var engine = self
        engine.configuration.scoringBudget = budget
        return engine
    }
}
