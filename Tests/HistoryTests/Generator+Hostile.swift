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
        case 0 where chance(25):
            let portal = Cast.foreignPortals[below(Cast.foreignPortals.count)]
            return (portal, .withdraw(.ether, .one, to: []))
        case 0: return (account, try noise())
        case 1: return (account, try falseRelay(model))
        case 2:
            let sponsor = chance(80) ? Cast.sponsors[below(2)] : account
            return (sponsor, posting(try brokenOffer(by: sponsor), model))
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
        if chance(10), let spent = pick(holders.filter { $0.isPaid || $0.attempts == 3 }) {
            return (spent.client, .commit(job: number(job), hash: salt()))
        }
        var client = chance(75) ? pick(holders)?.client ?? account : account
        if chance(15) { client = job.sponsor }
        if chance(25), let sender = uploader(at: job) {
            let other = pick(plans.filter { $0.job == job.id })
            let own = plan(of: sender, at: job)?.blob
            return (sender, falseUpload(at: job, number(job), own, other))
        }
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
        switch below(15) {
        case 0, 14: return .cancel(job: id)
        case 1, 2: return falseAcceptance(at: job, id)
        case 3, 4, 5: return falseUpload(at: job, id, plan?.blob, other)
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
            let data = job.files.first { $0.kind == .data }?.name ?? Name(of: [])
            let model = plan?.parcel.name ?? Name(of: [])
            return .submit(
                job: id,
                model: chance(70) ? model : Name(of: other?.blob ?? [1], form()),
                data: chance(70) ? data : Name(data.digest, form()),
                salt: chance(70) ? plan?.salt ?? .zero : salt())
        }
    }

    /// Somebody who may upload now.
    private mutating func uploader(at job: JobModel) -> Address? {
        switch job.phase {
        case .filling, .data: return job.data == nil ? job.sponsor : nil
        case .open, .claim, .reveal, .gather:
            return pick(job.seats.compactMap { $0?.promise == nil ? nil : $0?.client })
        default: return nil
        }
    }

    private mutating func form() -> Name.Form {
        [
            .binary, .binary, .binary, .base32, .base16, .root, .rootOld, .foreign, .broken,
            .empty,
        ][below(10)]
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

    /// A piece of something else, of the same gone wrong, or at another place.
    private mutating func falseUpload(
        at job: JobModel, _ id: UInt256, _ own: [UInt8]?, _ other: Plan?
    ) -> Deed {
        let blob = own ?? other?.blob ?? secret(of: job)?.data ?? [1, 2, 3]
        var parcel = chance(40) ? spoiled(blob) : self.parcel(of: blob)
        if job.phase == .filling, chance(40), let base = bases[job.termsHash] {
            parcel = damaged(base)
        }
        if chance(20), let other { parcel = other.parcel }
        if chance(10) { parcel = Parcel(raw: (0..<(1 + below(9))).map { _ in UInt8(below(256)) }) }
        if chance(8) {
            parcel = Parcel(name: Name(parcel.name.digest, form()), stream: parcel.stream)
        }
        let count = parcel.stream.count
        let due = job.files.first { $0.name.isSame(as: parcel.name) }?.stream.count ?? 0
        var offset = chance(60) ? 0 : min(due, count - 1)
        let end = chance(50) ? count : offset + 1 + below(count - offset)
        var chunk = Array(parcel.stream[offset..<end])
        var size = count
        switch below(14) {
        case 0: size = [0, count + 1, 1 << 20, Int(UInt32.max)][below(4)]
        case 1: offset = below(2 * count)
        case 2: chunk = []
        default: break
        }
        return .upload(job: id, cid: parcel.name, size: size, offset: offset, chunk: chunk)
    }

    private mutating func noise() throws -> Deed {
        let valid = try Deed.withdraw(.ether, .one, to: []).payload()
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
        let inner = Deed.withdraw(.ether, UInt256(UInt64(below(3))), to: [])
        switch below(6) {
        case 5:
            // Nobody's account yet.
            return try Cast.relay(inner, by: Cast.pauper, nonce: .zero, deadline: now + 9)
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
