import ABI
import Content

// What is offered, and the blobs that go with it.
extension Generator {
    /// Terms that `postJob` takes, if there is money and room.
    mutating func offer(by sponsor: Address) throws -> Offer {
        let kind = below(profile == .ledger ? 2 : 5)
        let features = chance(90) ? 1 : 2
        let isHonest = isHonest(sponsor)
        let base = parcel(of: try baseBlob(features, isHonest: isHonest))
        var offer = Offer(base: base.name)
        offer.features = features
        offer.payout = [0, 0, 1, 2, 3][kind] as UInt64
        offer.isSealed = kind != 0
        offer.token = chance(50) ? .zero : Cast.tokens[below(2)]
        let rewards: [UInt128] = [1, 19, 1_000, 1_000_003, 999_999_999_999_999]
        offer.reward = rewards[below(5)]
        if offer.token != .zero, chance(15) { offer.reward = (1 << 96) - 1 }
        offer.slots = UInt64(1 + below(3))
        offer.rounds = offer.isFederated ? UInt64(1 + below(3)) : UInt64(below(2))
        offer.clientBond = (offer.reward + 19) / 20 + UInt128(below(7))
        offer.sponsorBond =
            offer.isSealed ? offer.clientBond + UInt128(below(5)) : UInt128(below(9))
        offer.ppm = [0, 1, 10_000, 10_000, 200_000, 1_000_000][below(6)] as UInt64
        offer.normBound =
            offer.isFederated ? [1, 150_000, 1 << 40, 1 << 40][below(4)] as UInt64 : 0
        offer.modelDtype = [4, 4, 4, 2, 1][below(5)] as UInt64
        offer.jobSalt = salt()
        let hour: UInt64 = 3_600
        let day = 24 * hour
        if chance(12) {
            // Everyone but Eve and who owns nothing.
            offer.allowListRoot = Generator.allowRoot
        }
        let answer = offer.allowListRoot == .zero ? day : hour
        offer.windows = [hour, offer.isSealed ? hour : 4 * hour, 0, 0, 0]
        if offer.isSealed {
            offer.windows[2] = hour
            offer.windows[3] = offer.isFederated ? 0 : answer
            offer.windows[4] = answer + UInt64(below(9))
        }
        let secrets = try (0..<max(1, Int(offer.rounds))).map { _ in
            try secret(features, isHonest: isHonest)
        }
        offer.evaluation = secrets.enumerated().map { round, secret in
            let digest = SHA256.hash(secret.data)
            if !offer.isSealed { return digest }
            return MarketModel.sealing(
                sponsor: sponsor, jobSalt: offer.jobSalt, round: round, salt: secret.salt,
                data: digest)
        }
        let hash = try offer.hash()
        bases[hash] = base
        self.secrets[hash] = secrets
        return offer
    }

    /// A few base models, so that jobs share them; some are none.
    private mutating func baseBlob(_ features: Int, isHonest: Bool) throws -> [UInt8] {
        var parameters = [Int32](repeating: 0, count: features + 1)
        if chance(20) { parameters[0] = 30_000 }
        var blob = try TinyNetwork.model(parameters)
        if chance(profile == .adversary ? 8 : 3), !isHonest { blob[5] = 9 }
        return blob
    }

    private mutating func secret(_ features: Int, isHonest: Bool) throws -> Secret {
        var x: [Int8] = [-2, -1, 1, 2]
        var labels: [UInt16] = [0, 0, 1, 1]
        if chance(40) {
            x = (0..<4).map { _ in Int8(1 + below(6)) * (chance(50) ? 1 : -1) }
            labels = x.map { $0 > 0 ? 1 : 0 }
            if chance(20) { labels[0] = 1 - labels[0] }
        }
        if chance(profile == .adversary ? 8 : 3), !isHonest { labels[1] = 2 }
        if features == 2 { x = x.flatMap { [$0, Int8(3)] } }
        let data = TinyNetwork.data(x: x, labels: labels)
        return Secret(data: data, parcel: parcel(of: data), salt: salt())
    }

    /// A model that a client might submit, better or worse, rarely none at all.
    mutating func modelBlob(_ offer: Offer, isHonest: Bool) throws -> [UInt8] {
        let weights: [Int32] = [
            -90_112, -20_480, 1_024, 6_144, 30_720, 61_440, 90_112, 124_928,
        ]
        var parameters: [Int32] = []
        let exponent = Int8([0, 10, 2, 0, 0][Int(offer.modelDtype)])
        for index in 0...offer.features {
            let weight = index == offer.features ? Int32(below(3) * 1_024) : weights[below(8)]
            parameters.append(weight >> Int32(exponent))
        }
        if offer.features == 2, chance(10), !isHonest {
            // Both rows pass for themselves, together they fail the load proof.
            parameters = [.min, .min, 0]
        }
        let kind: UInt8 = chance(offer.isFederated ? 40 : 10) ? 1 : 0
        var blob = try TinyNetwork.model(
            parameters, dtype: offer.modelDtype, kind: kind, exponent: exponent)
        if chance(6), !isHonest { blob[7] = 1 }
        return blob
    }

    /// One thing wrong, or at the edge of wrong.
    mutating func brokenOffer(by sponsor: Address) throws -> Offer {
        var offer = try offer(by: sponsor)
        switch below(28) {
        case 0: offer.payout = 4
        case 1: offer.isSealed.toggle()
        case 2: offer.reward = 0
        case 3: offer.slots = [0, 65][below(2)] as UInt64
        case 4: offer.rounds = [0, 2, 101][below(3)] as UInt64
        case 5: offer.clientBond = (offer.reward - 1) / 20
        case 6: offer.sponsorBond = offer.clientBond - (offer.clientBond > 0 ? 1 : 0)
        case 7: offer.ppm = 1_000_001
        case 8: offer.normBound = 0
        case 9: offer.samples = [0, 1 << 20 + 1][below(2)] as UInt64
        case 10: offer.xDtype = 3
        case 11: offer.yKind = UInt64(1 + below(2))
        case 12: offer.modelDtype = 3
        case 13: offer.evaluation.append(.zero)
        case 14: offer.windows[below(5)] += 2_592_000
        case 15:
            let edges: [UInt64] = [3_599, 3_600, 14_399, 14_400, 86_399, 86_400]
            offer.windows[below(5)] = edges[below(6)]
        case 16: offer.brokenArch = [1, 2, 3]
        case 17: offer.trainer = [3, 4]
        case 18: offer.metadata = [0x7a]
        case 19: offer.base.form = [.broken, .empty, .foreign][below(3)]
        case 20: offer.slots = [64, 1][below(2)] as UInt64
        case 21:
            // Work beyond the budget of a job.
            offer.samples = 1 << 20
            offer.slots = 64
        case 22:
            // A life of a year is short enough, one of thirteen months is not.
            offer.payout = 1
            offer.isSealed = true
            offer.slots = UInt64(11 + below(3))
            offer.windows = [3_600, 3_600, 3_600, 86_400, 2_592_000]
        default: offer = hugeOffer(offer)
        }
        return offer
    }

    /// Two of these do not fit the machine, and the second pays rent.
    mutating func hugeOffer(_ offer: Offer) -> Offer {
        var offer = offer
        offer.payout = 0
        offer.isSealed = false
        offer.rounds = 1
        offer.evaluation = [.zero]
        offer.windows = [3_600, 14_400, 0, 0, 0]
        offer.normBound = 0
        offer.xDtype = 4
        offer.features = 16
        offer.samples = 1_000_000
        offer.slots = 1
        offer.clientBond = max(offer.clientBond, offer.reward / 20 + 1)
        return offer
    }

    /// What posting takes now, and sometimes not quite as much.
    mutating func posting(_ offer: Offer, _ model: MarketModel) -> Deed {
        let bytes = min(offer.reserved, model.capacity - model.reserved)
        let rent = RentModel.rent(
            reserved: model.reserved, bytes: bytes, seconds: offer.span,
            half: model.capacity / 2)
        let price = UInt256(rent).adding(UInt256(offer.scoringPrice)) ?? .max
        let isShort = profile != .adversary && chance(4)
        return .post(offer, maxRent: isShort ? price.subtracting(.one) ?? .zero : price)
    }

    static let allowed = [Cast.accounts[0], Cast.accounts[2], Cast.accounts[3], Cast.accounts[4]]
    static let allowRoot = AllowTree.parent(
        AllowTree.parent(AllowTree.leaf(allowed[0]), AllowTree.leaf(allowed[1])),
        AllowTree.parent(AllowTree.leaf(allowed[2]), AllowTree.leaf(allowed[3])))

    /// The proof of an account; that of another for those who are not allowed.
    static func allowProof(of account: Address) -> [Bytes32] {
        let index = allowed.firstIndex(of: account) ?? 0
        let leaves = allowed.map { AllowTree.leaf($0) }
        let uncle = index < 2 ? 2 : 0
        return [leaves[index ^ 1], AllowTree.parent(leaves[uncle], leaves[uncle + 1])]
    }
}
