import ABI
import Content
import Marketplace
import Vouchers

extension MarketModel {
    /// `RentPaid(uint256 jobId, uint256 rent, uint256 scoring)`
    static let rentPaid = ABIFunction(
        "RentPaid", ABIParameter("jobId", .uint256), ABIParameter("rent", .uint256),
        ABIParameter("scoring", .uint256))

    /// All live jobs together.
    var reserved: UInt64 {
        jobs.filter { !$0.hasEnded }.map { $0.terms.reserved }.reduce(0, +)
    }

    /// The number of the job that it makes.
    mutating func post(_ offer: Offer, maxRent: UInt256) throws -> Int {
        if let code = offer.refusal { throw Refused(code) }
        guard reserved + offer.reserved <= capacity else { throw Refused("capacity") }
        let rent = UInt256(
            RentModel.rent(
                reserved: reserved, bytes: offer.reserved, seconds: offer.span,
                half: capacity / 2))
        let scoring = UInt256(offer.scoringPrice)
        guard let price = rent.adding(scoring), price <= maxRent else {
            throw Refused("rentTooHigh")
        }
        let id = jobs.count
        let hash = try offer.hash()
        let sponsorBonds = UInt256(offer.sponsorBond * UInt128(offer.slots))
        try stake(offer.rewards.adding(sponsorBonds) ?? .max, of: offer.asset, at: id)
        try stake(offer.storageBond, of: .ether, at: id)
        guard ledger.amount(of: .account(sender), in: .ether) >= price else {
            throw Refused("insufficientBalance")
        }
        ledger.move(
            price, of: .ether, from: .account(sender),
            to: rentReceiver.map { .account($0) } ?? .burned)
        jobs.append(JobModel(offer, hash: hash, id: id, sponsor: sender, now: now))
        say(
            NoticeFunctions.jobPosted, .uint(UInt64(id)), .address(sender), .bytes32(hash),
            .uint(offer.payout), .bool(offer.isSealed), .address(offer.token),
            .number(UInt256(offer.reward)), .uint(offer.slots), .uint(now + offer.windows[0]))
        say(MarketModel.rentPaid, .uint(UInt64(id)), .number(rent), .number(scoring))
        adopt(.base, as: offer.base, id)
        if !offer.isSealed, let digest = offer.evaluation.first {
            adopt(.data, as: Name(digest), id)
        }
        openWhenFilled(id)
        return id
    }

    /// FILLING ends when the base model and, unsealed, the data are whole.
    mutating func openWhenFilled(_ job: Int) {
        let terms = jobs[job].terms
        func blob(_ kind: FileModel.Kind) -> [UInt8]? {
            jobs[job].files.first { $0.kind == kind }?.blob
        }
        guard let base = blob(.base) else { return }
        let data = blob(.data)
        if !terms.isSealed, data == nil { return }
        charge(16 * terms.parameters + (data == nil ? 0 : terms.dataUnits))
        guard let judge = try? Judge(features: terms.features), let global = judge.isBase(base)
        else {
            effects.codes.append("invalidModel")
            cancel(job, reason: 2)
            return
        }
        if let data, !judge.isData(data, terms) {
            effects.codes.append("invalidData")
            cancel(job, reason: 3)
            return
        }
        jobs[job].global = global
        jobs[job].globalDigest = SHA256.hash(base)
        jobs[job].baseDigest = jobs[job].globalDigest
        guard let data else {
            beginRound(job)
            return
        }
        jobs[job].data = data
        jobs[job].phase = .open
        jobs[job].deadline = now + terms.windows[1]
        noticeOpening(job)
    }

    mutating func noticeOpening(_ job: Int) {
        say(
            NoticeFunctions.jobOpened, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .uint(now), .uint(jobs[job].deadline))
    }
}
