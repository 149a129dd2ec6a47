import ABI
import Content
import Verifier
import Vouchers

@testable import Marketplace

/// A job small enough to compute by hand: logistic regression on one feature, four samples.
enum TinyJob {
    static let reward: UInt64 = 1_000
    static let bond: UInt64 = 50
    static let fillWindow: UInt64 = 3_600
    static let openWindow: UInt64 = 86_400
    /// COMMIT and DATA.
    static let window: UInt64 = 3_600
    /// CLAIM and REVEAL.
    static let answerWindow: UInt64 = 86_400

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

    /// A label that the head does not have.
    static var invalidData: [UInt8] {
        var data = data
        data[data.count - 2] = 2
        return data
    }

    /// Weight and bias in raw Q16.16.
    static func model(weight: Int32, bias: Int32 = 0, dtype: UInt8 = 4) throws -> [UInt8] {
        Array("DMLW".utf8) + [1, 0, dtype, 0] + (try architecture.id.bytes[..<16]) + [2, 0]
            + [UInt8](repeating: 0, count: 6) + [0, 0, 0, 0]
            + le32(UInt32(bitPattern: weight)) + le32(UInt32(bitPattern: bias))
    }

    /// As long as a model, and none.
    static func noModel(_ number: UInt8 = 1) throws -> [UInt8] {
        var model = try model(weight: 65_536)
        model[7] = number
        return model
    }

    static func base() throws -> [UInt8] { try model(weight: 0) }

    /// The loss of a model with this weight on the data.
    static func loss(_ weight: Int32) throws -> UInt64 {
        try loss(of: try model(weight: weight), on: data, architecture)
    }

    /// The loss that a client would claim.
    static func loss(
        of model: [UInt8], on data: [UInt8], _ architecture: Architecture
    ) throws -> UInt64 {
        var evaluation = Evaluation(
            architecture: architecture,
            model: try Model.base(parsing: model, architecture: architecture),
            data: try Dataset(parsing: data, architecture: architecture))
        while !evaluation.isFinished { _ = evaluation.step(budget: 1_000_000) }
        return evaluation.metrics.loss
    }

    struct Changes {
        var payout: UInt64 = 0
        var isSealed = false
        var token = Address.zero
        var reward: UInt64 = TinyJob.reward
        var slots: UInt64 = 2
        var rounds: UInt64 = 1
        var bond: UInt64 = TinyJob.bond
        var sponsorBond: UInt64 = 0
        var ppm: UInt64 = 10_000
        var normBound: UInt64 = 0
        var arch = TinyJob.arch
        var base: [UInt8]?
        var baseCid: CID?
        var data = TinyJob.data
        var samples: UInt64 = 4
        var yKind: UInt64 = 0
        var evaluation: [Bytes32]?
        var jobSalt = Bytes32.zero
        var windows: [UInt64]?
        var allowListRoot = Bytes32.zero
        var sponsor = Market.sponsor

        /// Data that are committed to, three clients, and the windows of a sealed job.
        static func sealed(
            payout: UInt64, reward: UInt64 = 900, rounds: UInt64 = 1, slots: UInt64 = 3
        ) -> Changes {
            Changes(
                payout: payout, isSealed: true, reward: reward, slots: slots, rounds: rounds,
                sponsorBond: 60, normBound: payout == 3 ? 1 << 40 : 0)
        }
    }

    static func terms(_ changes: Changes = Changes()) throws -> ABIValue {
        let base = try changes.base ?? TinyJob.base()
        return .tuple([
            .uint(changes.payout), .bool(changes.isSealed), .address(changes.token),
            .uint(changes.reward), .uint(changes.slots), .uint(changes.rounds),
            .uint(changes.bond), .uint(changes.sponsorBond), .uint(changes.ppm),
            .uint(changes.normBound), .bytes(changes.arch),
            .bytes((changes.baseCid ?? CID.raw(base)).binary), .uint(changes.samples), .uint(1),
            .uint(changes.yKind), .uint(4), .bytes([]), .bytes([]),
            .array(evaluation(changes).map { .bytes32($0) }), .bytes32(changes.jobSalt),
            .array(windows(changes).map { .uint($0) }), .bytes32(changes.allowListRoot),
        ])
    }

    static func windows(_ changes: Changes) -> [UInt64] {
        if let windows = changes.windows { return windows }
        guard changes.isSealed else { return [fillWindow, openWindow, 0, 0, 0] }
        return [
            fillWindow, window, window, changes.payout == 3 ? 0 : answerWindow, answerWindow,
        ]
    }

    private static func evaluation(_ changes: Changes) -> [Bytes32] {
        if let evaluation = changes.evaluation { return evaluation }
        let digest = SHA256.hash(changes.data)
        guard changes.isSealed else { return [digest] }
        return (0..<changes.rounds).map { round in
            Commitment.dataHash(
                chainID: Market.chainID, application: Market.application,
                sponsor: changes.sponsor, jobSalt: changes.jobSalt, round: UInt32(round),
                salt: Market.salt, dataDigest: digest)
        }
    }

    static func termsHash(_ changes: Changes = Changes()) throws -> Bytes32 {
        Keccak256.hash(try ABIEncoder.encode([try terms(changes)], as: [JobTerms.parameter]))
    }

    static func le32(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
