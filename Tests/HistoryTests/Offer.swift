import ABI
import Content
import Marketplace
import Vouchers

/// The terms of a job over the smallest network there is: one Dense neuron with bias and a sigmoid.
struct Offer {
    var payout: UInt64 = 0
    var isSealed = false
    var token = Address.zero
    var reward: UInt128 = 1_000
    var slots: UInt64 = 2
    var rounds: UInt64 = 1
    var clientBond: UInt128 = 50
    var sponsorBond: UInt128 = 60
    var ppm: UInt64 = 10_000
    var normBound: UInt64 = 0
    var features = 1
    /// Instead of the network's own.
    var brokenArch: [UInt8]?
    var base: Name
    var samples: UInt64 = 4
    var xDtype: UInt64 = 1
    var yKind: UInt64 = 0
    var modelDtype: UInt64 = 4
    var trainer: [UInt8] = []
    var metadata: [UInt8] = []
    var evaluation: [Bytes32] = []
    var jobSalt = Bytes32.zero
    /// Fill; open or commit; data, claim, reveal.
    var windows: [UInt64] = [3_600, 14_400, 0, 0, 0]
    var allowListRoot = Bytes32.zero

    var asset: Asset { token == .zero ? .ether : .erc20(token) }
    var isFederated: Bool { payout == 3 }

    /// Rewards that leave the sponsor's balance: POSTED pays each slot, the others share.
    var rewards: UInt256 { UInt256(payout == 0 ? reward * UInt128(slots) : reward) }

    /// `abi.encode` gives its hash; the order is that of the protocol page.
    var value: ABIValue {
        .tuple([
            .uint(payout), .bool(isSealed), .address(token), .number(UInt256(reward)),
            .uint(slots), .uint(rounds), .number(UInt256(clientBond)),
            .number(UInt256(sponsorBond)), .uint(ppm), .uint(normBound),
            .bytes(brokenArch ?? TinyNetwork.arch(features: features)), .bytes(base.bytes),
            .uint(samples), .uint(xDtype), .uint(yKind), .uint(modelDtype), .bytes(trainer),
            .bytes(metadata), .array(evaluation.map { .bytes32($0) }), .bytes32(jobSalt),
            .array(windows.map { .uint($0) }), .bytes32(allowListRoot),
        ])
    }

    func hash() throws -> Bytes32 {
        Keccak256.hash(try ABIEncoder.encode([value], as: [JobTerms.parameter]))
    }
}

/// Sizes, from the formats in `docs/arithmetic.md`.
extension Offer {
    /// 32 bytes of header, x in i8, i16, i32 or u8 padded to four bytes, y in u16.
    var dataSize: UInt64 {
        let width: UInt64 = xDtype == 4 ? 4 : xDtype == 2 ? 2 : 1
        let x = samples * UInt64(features) * width
        return 32 + (x + 3) / 4 * 4 + 2 * samples
    }

    var parameters: UInt64 { UInt64(features) + 1 }

    /// 32 bytes of header, two exponents padded to four, then the parameters.
    var baseSize: UInt64 { 36 + 4 * parameters }
    var modelSize: UInt64 { 36 + modelDtype * parameters }

    /// What the stream of a file of this length may hold at the worst.
    private static func bound(_ length: UInt64) -> UInt64 { length + length / 16 + 1_024 }

    /// Files at their bounds, what scoring works with, and a fixed part for everything else.
    var reserved: UInt64 {
        let files =
            Offer.bound(baseSize) + Offer.bound(dataSize) + slots * Offer.bound(modelSize)
            + (isFederated ? baseSize : 0)
        let working = (isFederated ? 30 : 9) * parameters + 8 * samples + 12 * 2
        let arch = UInt64(TinyNetwork.arch(features: features).count)
        let fixed =
            8_192 + 32 * 640 + 2 * arch + 320 + 192 * 2 + 64 * max(1, rounds) + 1_792 * slots
        return files + working + fixed
    }

    /// One gwei a reserved byte.
    var storageBond: UInt256 { UInt256(reserved * 1_000_000_000) }
}

/// Times and units, from the formulas of the protocol page.
extension Offer {
    /// All windows at their longest.
    var life: UInt64 {
        if !isSealed { return windows[0] + windows[1] }
        let round = windows[1] + windows[2] + windows[4]
        if isFederated { return windows[0] + round * rounds }
        let reveals = payout == 0 ? 1 : slots
        return windows[0] + windows[1] + windows[2] + windows[3] + windows[4] * reveals
    }

    /// From posting to the end by time alone.
    var span: UInt64 { life + life / 4 + 604_800 }

    /// Parsing the data.
    var dataUnits: UInt64 { (dataSize + 3) / 4 }

    /// Loading a submission.
    var loadUnits: UInt64 { 16 * parameters }

    /// One pass over an update or a mean of a federated round.
    var federatedUnits: UInt64 { 24 * parameters }

    /// One sample, four for the area under the curve included.
    var sampleUnits: UInt64 {
        TinyNetwork.workPerSample(features: features) + 4
    }

    /// What `postJob` admits for the whole job.
    var admittedUnits: UInt64 {
        let (n, p) = (slots, parameters)
        let evaluation = samples * sampleUnits + 16 * p
        if isFederated {
            return rounds
                * (dataUnits + (2 * n + 3) * evaluation + (5 * n + 8) * 16 * p
                    + (3 * n + 6) * 8 * p)
        }
        return dataUnits + (1 + (isSealed ? n : 3 * n)) * evaluation
    }

    /// 2^19 wei a unit.
    var scoringPrice: UInt64 { admittedUnits << 19 }
}

extension Offer {
    /// Why `postJob` refuses the terms themselves; nil when it does not. From the table of fields.
    var refusal: String? {
        guard areWithinLimits else { return "invalidTerms" }
        if brokenArch != nil { return "invalidArchitecture" }
        guard yKind == 0, samples * UInt64(features) <= 1 << 24,
            admittedUnits <= 100_000_000_000
        else { return "invalidTerms" }
        for cid in [trainer, metadata] where !cid.isEmpty && cid.first != 0x01 {
            return "invalidCid"
        }
        return base.refusal
    }

    private var areWithinLimits: Bool {
        let hour: UInt64 = 3_600
        let day = 24 * hour
        let other = hour...(30 * day)
        // Nobody's bond depends on one hour that another chose.
        let answer = (allowListRoot == .zero ? day : hour)...(30 * day)
        return payout <= 3 && (isSealed || payout == 0) && reward > 0
            && (1...64).contains(slots) && (isFederated ? 1...100 : 0...1).contains(rounds)
            && clientBond * 20 >= reward && (!isSealed || sponsorBond >= clientBond)
            && ppm <= 1_000_000 && (!isFederated || normBound > 0)
            && (1...(1 << 20)).contains(samples) && [1, 2, 4, 0x11].contains(xDtype)
            && [0, 1].contains(yKind) && [1, 2, 4].contains(modelDtype)
            && evaluation.count == Int(max(1, rounds))
            && (hour...(7 * day)).contains(windows[0])
            && (isSealed ? other : (4 * hour)...(30 * day)).contains(windows[1])
            && (isSealed ? other.contains(windows[2]) : windows[2] == 0)
            && (isSealed && !isFederated ? answer.contains(windows[3]) : windows[3] == 0)
            && (isSealed ? answer.contains(windows[4]) : windows[4] == 0)
            && life <= 1 << 25
    }
}
