import ABI
import Content
import Marketplace
import Vouchers

// What nobody should do.
extension Generator {
    /// Nil when there is no job to do it to.
    mutating func hostile(_ model: MarketModel) throws -> (Address, Deed)? {
        let account = Cast.accounts[below(Cast.count)]
        switch below(10) {
        case 0: return (account, try noise())
        case 1: return (account, try falseRelay(model))
        case 2:
            let sponsor = chance(80) ? Cast.sponsors[below(2)] : account
            return (sponsor, .post(try brokenOffer(by: sponsor)))
        case 3:
            guard let (sender, deed) = last else { return nil }
            return (chance(50) ? sender : account, deed)
        default: break
        }
        let live = model.jobs.filter { !$0.hasEnded }
        let pool = live.isEmpty || chance(4) ? model.jobs : live
        guard let job = pick(pool) else {
            return (account, .advance(job: chance(50) ? .zero : .max))
        }
        let holders = job.seats.compactMap { $0 }
        if chance(10), let spent = pick(holders.filter { $0.isPaid || $0.tried.count == 3 }) {
            return (spent.client, .commit(job: number(job), hash: salt()))
        }
        let client = chance(75) ? pick(holders)?.client ?? account : account
        let deed = try falseDeed(of: client, at: job, model)
        // Only a sponsor is believed when it cancels.
        if case .cancel = deed, chance(60) { return (job.sponsor, deed) }
        return (client, deed)
    }

    private mutating func falseDeed(
        of client: Address, at job: JobModel, _ model: MarketModel
    ) throws -> Deed {
        let id = chance(93) ? number(job) : UInt256(UInt64(model.jobs.count))
        let plan = plan(of: client, at: job)
        let other = pick(plans.filter { $0.job == job.id })
        let digest = SHA256.hash(plan?.blob ?? [])
        switch below(15) {
        case 0, 14: return .cancel(job: id)
        case 1, 2: return falseAcceptance(at: job, id)
        case 3, 4, 5: return falseUpload(at: job, id, other?.blob)
        case 6: return .commit(job: id, hash: copiedHash(at: job))
        case 7: return .claim(job: id, loss: UInt256(UInt64(below(4)) << 30))
        case 8:
            return .reveal(
                job: id, data: Name(SHA256.hash(secret(of: job)?.data ?? []), form()),
                salt: chance(50) ? salt() : secret(of: job)?.salt ?? .zero)
        case 9: return .advance(job: id)
        case 10:
            let body = [UInt8](repeating: 65, count: [0, 12, 512, 513][below(4)])
            let to = chance(70) ? job.sponsor : Cast.accounts[below(Cast.count)]
            return .say(job: id, to: to, body: body)
        default:
            if let age = job.slot(of: client).flatMap({ job.seats[$0]?.promise?.at }), chance(50) {
                now = max(now, age + MarketModel.minCommitAge)
            }
            let data = chance(70) ? job.dataDigest ?? .zero : SHA256.hash([])
            let model = chance(70) ? digest : SHA256.hash(other?.blob ?? [1])
            return .submit(
                job: id, model: Name(model, form()), data: Name(data, form()),
                salt: chance(70) ? plan?.salt ?? .zero : salt())
        }
    }

    private mutating func form() -> Name.Form {
        [.binary, .binary, .binary, .base32, .base16, .foreign, .broken, .empty][below(8)]
    }

    private mutating func copiedHash(at job: JobModel) -> Bytes32 {
        pick(job.seats.compactMap { $0?.promise?.hash }) ?? salt()
    }

    private mutating func falseAcceptance(at job: JobModel, _ id: UInt256) -> Deed {
        let payouts = [MarketModel.application] + Cast.portals
        return .accept(
            job: id, termsHash: chance(70) ? job.termsHash : .zero,
            payout: chance(70) ? .zero : payouts[below(payouts.count)],
            proof: chance(50)
                ? [] : Generator.allowProof(of: Cast.accounts[below(Cast.count)]))
    }

    private mutating func falseUpload(
        at job: JobModel, _ id: UInt256, _ copied: [UInt8]?
    ) -> Deed {
        // Somebody else's model takes part of one's own share, and is there before its owner.
        let blob =
            chance(50)
            ? copied ?? [1, 2, 3] : (0..<(1 + below(9))).map { _ in UInt8(below(256)) }
        var deed = (cid: Name(of: blob), size: blob.count, offset: 0, chunk: blob)
        switch below(8) {
        case 0: deed.cid.form = form()
        case 1: deed.cid = Name(SHA256.hash(blob + [0]))
        case 2: deed.size = [0, 1 << 20, Int(UInt32.max)][below(3)]
        case 3: deed.offset = below(2 * blob.count)
        case 4: deed.chunk = Array(blob[..<below(blob.count)])
        case 5: deed.chunk = []
        default: break
        }
        return .upload(
            job: id, cid: deed.cid, size: deed.size, offset: deed.offset, chunk: deed.chunk)
    }

    private mutating func noise() throws -> Deed {
        let valid = try Deed.withdraw(.ether, .one).payload()
        switch below(5) {
        case 0: return .noise([], code: "unknownMessage")
        case 1: return .noise([1, 2, 3], code: "unknownMessage")
        case 2: return .noise([0xde, 0xad, 0xbe, 0xef, 0], code: "unknownMessage")
        case 3:
            return .noise(Array(valid[..<(4 + below(valid.count - 4))]), code: "malformedMessage")
        default: return .noise(valid + [0], code: "malformedMessage")
        }
    }

    private mutating func falseRelay(_ model: MarketModel) throws -> Deed {
        let signer = Cast.accounts[below(Cast.count)]
        let nonce = model.nonces[signer] ?? 0
        let inner = Deed.withdraw(.ether, UInt256(UInt64(below(3))))
        switch below(5) {
        case 0:
            let old = nonce > 0 && chance(50) ? nonce - 1 : nonce + 1
            return try Cast.relay(inner, by: signer, nonce: UInt256(old), deadline: now + 9)
        case 1:
            return try Cast.relay(
                inner, by: signer, nonce: UInt256(nonce), deadline: now - UInt64(below(2)))
        case 2:
            return try Cast.relay(
                inner, by: signer, nonce: UInt256(nonce), deadline: now + 9, forged: true)
        case 3:
            let nested = try Cast.relay(
                inner, by: signer, nonce: UInt256(nonce + 1), deadline: now + 9)
            return try Cast.relay(nested, by: signer, nonce: UInt256(nonce), deadline: now + 9)
        default:
            return try Cast.relay(
                try noise(), by: signer, nonce: UInt256(nonce), deadline: now + 9)
        }
    }
}
