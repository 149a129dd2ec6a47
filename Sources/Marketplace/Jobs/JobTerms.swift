import ABI
import Verifier

/// What a sponsor offers, exactly as posted. A client binds to it by its hash.
public struct JobTerms: Equatable, Sendable {
    /// 0 POSTED, 1 BEST, 2 PROPORTIONAL, 3 FEDERATED.
    public var payout: UInt8
    /// Whether the evaluation data stays secret until the commitments are in.
    public var sealed: Bool
    /// The token of reward and bonds; zero is Ether.
    public var token: Address
    /// POSTED: for each slot. Others: the pool of all rounds. Units of the token, < 2^96.
    public var reward: UInt128
    public var slots: UInt32
    public var rounds: UInt32
    /// What a client stakes to take a slot.
    public var clientBond: UInt128
    /// What the sponsor stakes for each slot.
    public var sponsorBond: UInt128
    /// The improvement that is worth a reward, in parts per million of the loss to beat.
    public var minImprovementPpm: UInt32
    /// Largest norm of an update in a federated round, raw Q16.16.
    public var normBound: UInt64
    /// The DML-1 ArchSpec.
    public var arch: [UInt8]
    public var baseModelCid: [UInt8]
    public var samples: UInt32
    public var xDtype: UInt8
    public var yKind: UInt8
    public var modelDtype: UInt8
    /// What clients run, and what data is needed: served, never interpreted.
    public var trainerCid: [UInt8]
    public var metadataCid: [UInt8]
    /// Unsealed: one SHA-256 of the data blob. Sealed: one commitment for each round.
    public var evaluation: [Bytes32]
    public var jobSalt: Bytes32
    /// Seconds: fill, open or commit, data, claim, reveal.
    public var windows: [UInt32]
    /// Root of the clients allowed to accept; zero admits everyone.
    public var allowListRoot: Bytes32

    /// The tuple as the ABI declares it.
    public static let parameter = ABIParameter(
        "terms",
        .tuple([
            ABIParameter("payout", .uint8), ABIParameter("sealed", .bool),
            ABIParameter("token", .address), ABIParameter("reward", .uint96),
            ABIParameter("slots", .uint32), ABIParameter("rounds", .uint32),
            ABIParameter("clientBond", .uint96), ABIParameter("sponsorBond", .uint96),
            ABIParameter("minImprovementPpm", .uint32), ABIParameter("normBound", .uint64),
            ABIParameter("arch", .bytes), ABIParameter("baseModelCid", .bytes),
            ABIParameter("samples", .uint32), ABIParameter("xDtype", .uint8),
            ABIParameter("yKind", .uint8), ABIParameter("modelDtype", .uint8),
            ABIParameter("trainerCid", .bytes), ABIParameter("metadataCid", .bytes),
            ABIParameter("evaluation", .array(.bytes32)), ABIParameter("jobSalt", .bytes32),
            ABIParameter("windows", .fixedArray(.uint32, count: 5)),
            ABIParameter("allowListRoot", .bytes32),
        ]))

    init(_ fields: inout ABIFields) throws(ABIError) {
        payout = try fields.uint8()
        sealed = try fields.bool()
        token = try fields.address()
        reward = try fields.uint128()
        slots = try fields.uint32()
        rounds = try fields.uint32()
        clientBond = try fields.uint128()
        sponsorBond = try fields.uint128()
        minImprovementPpm = try fields.uint32()
        normBound = try fields.uint64()
        arch = try fields.bytes()
        baseModelCid = try fields.bytes()
        samples = try fields.uint32()
        xDtype = try fields.uint8()
        yKind = try fields.uint8()
        modelDtype = try fields.uint8()
        trainerCid = try fields.bytes()
        metadataCid = try fields.bytes()
        evaluation = try fields.bytes32Array()
        jobSalt = try fields.bytes32()
        windows = try fields.uint32Array()
        allowListRoot = try fields.bytes32()
    }
}
