import ABI
import Content

// The adversary sees everything, and does what was found to hurt: the numbers are the rows of the
// attacks in the threat model.
extension Generator {
    mutating func attack(_ model: MarketModel) throws -> (Address, Deed)? {
        if chance(30), let relay = awaitedRelay(model) {
            return (Cast.adversaries[below(4)], relay)
        }
        let live = model.jobs.filter { !$0.hasEnded }
        let own = live.filter { Cast.adversaries.contains($0.sponsor) }
        if live.count < 4, chance(own.isEmpty ? 30 : 8) { return try trap(model) }
        guard let job = pick(live) else { return nil }
        let seats = job.seats.enumerated().compactMap { slot, seat in
            seat.map { (slot: slot, seat: $0) }
        }
        let mine = seats.filter { !isHonest($0.seat.client) }
        switch below(19) {
        case 0, 1: return squat(at: job)
        case 2, 3: return try pick(mine.map { $0.seat }).flatMap { try copy(by: $0, at: job) }
        case 4, 5: return pick(mine.map { $0.seat }).flatMap { junk(by: $0, at: job) }
        case 6: return pick(mine.map { $0.seat }).flatMap { linked(by: $0, at: job) }
        case 7: return disturb(job, mine.map { $0.seat })
        case 8: return replay()
        case 9, 10, 11: return try participate(mine, at: job)
        case 12: return try sponsor(pick(own) ?? job)
        case 13: return fill(model)
        case 15, 16, 17: return try probe(model, job)
        case 14: return withdrawal(model, by: Cast.adversaries[below(4)])
        default:
            guard let (sender, deed) = try hostile(model) else { return nil }
            return (isHonest(sender) ? Cast.adversaries[below(4)] : sender, deed)
        }
    }

    /// 10, 14: a job that nobody should take, posted all the same.
    private mutating func trap(_ model: MarketModel) throws -> (Address, Deed) {
        (Cast.adversaries[0], posting(try offer(by: Cast.adversaries[0]), model))
    }

    /// 9, 11: takes slots, and commits to nothing that it could show.
    private mutating func squat(at job: JobModel) -> (Address, Deed)? {
        let clients = [Cast.accounts[4], Cast.accounts[5], Cast.accounts[6]]
        if let squatter = pick(clients.filter { job.slot(of: $0) != nil }), chance(60) {
            let seen = job.files.first { isHonest($0.owner) }?.stream ?? []
            let hash = chance(50) ? salt() : SHA256.hash(seen)
            return (squatter, .commit(job: number(job), hash: hash))
        }
        guard let client = pick(clients) else { return nil }
        return (client, acceptance(at: job, by: client))
    }

    /// 5, 11, 15: takes what somebody honest has sent, and commits to it or sends it first.
    private mutating func copy(
        by seat: JobModel.Seat, at job: JobModel
    ) throws -> (Address, Deed)? {
        let victims = job.files.filter { $0.kind == .model && isHonest($0.owner) }
        guard let file = pick(victims) else { return nil }
        if let blob = file.blob, chance(60) {
            return (seat.client, promise(blob, by: seat.client, at: job))
        }
        let parcel = Parcel(name: file.name, stream: file.stream)
        var deed = piece(of: parcel, 0..<file.stream.count, at: job)
        if case .upload(let id, let cid, _, let offset, let chunk) = deed {
            deed = .upload(job: id, cid: cid, size: file.size, offset: offset, chunk: chunk)
        }
        return (seat.client, deed)
    }

    /// 2, 12, 17: streams that begin anew without end, or are none, or are somebody else's model.
    private mutating func junk(by seat: JobModel.Seat, at job: JobModel) -> (Address, Deed)? {
        let global = job.files.first { $0.kind == .global || $0.kind == .base }?.blob
        let blob = plan(of: seat.client, at: job)?.blob ?? global ?? [1]
        let parcel =
            chance(60) ? spoiled(blob) : self.parcel(of: chance(50) ? global ?? blob : blob)
        let end = chance(50) ? 1 + below(parcel.stream.count) : parcel.stream.count
        return (seat.client, piece(of: parcel, 0..<end, at: job))
    }

    /// 4: a root that links a block of the victim, and one that never comes.
    private mutating func linked(by seat: JobModel.Seat, at job: JobModel) -> (Address, Deed)? {
        let victims = job.files.filter { $0.kind == .model && isHonest($0.owner) }
        guard let stream = pick(victims)?.stream, !stream.isEmpty else { return nil }
        var dag = TinyDag()
        dag.chunk = max(1, stream.count / 2)
        let blocks = dag.root(of: stream).children
        let root = dag.node(blocks + dag.root(of: [9, 9, 9]).children)
        let car = TinyDag.car(of: root)
        let parcel = Parcel(name: Name(SHA256.hash(root.section ?? []), .root), stream: car)
        return (seat.client, piece(of: parcel, 0..<(car.count - 2), at: job))
    }

    /// 8: messages that are refused, to a job that has scores pending.
    private mutating func disturb(
        _ job: JobModel, _ seats: [JobModel.Seat]
    ) -> (Address, Deed)? {
        let account = pick(seats)?.client ?? Cast.pauper
        let id = number(job)
        switch below(5) {
        case 0: return (Cast.pauper, .claim(job: id, loss: .one))
        case 1: return (account, .commit(job: id, hash: salt()))
        case 2: return (account, .claim(job: id, loss: .zero))
        case 3:
            return (account, .say(job: id, to: account, body: [UInt8](repeating: 1, count: 513)))
        default:
            return (account, .submit(job: id, model: Name(of: []), data: Name(of: []), salt: .zero))
        }
    }

    /// 15: sends what somebody honest has signed, too early, late, or once more.
    private mutating func replay() -> (Address, Deed)? {
        pick(signed).map { (Cast.adversaries[below(4)], $0) }
    }

    /// Plays by the rules with its own slots, and claims what it likes.
    private mutating func participate(
        _ mine: [(slot: Int, seat: JobModel.Seat)], at job: JobModel
    ) throws -> (Address, Deed)? {
        guard let (slot, seat) = pick(mine) else { return nil }
        if job.phase == .claim {
            let truth = try loss(of: seat.client, at: job) ?? 0
            let loss = chance(70) ? truth : UInt64(below(1 << 20))
            return (seat.client, .claim(job: number(job), loss: UInt256(loss)))
        }
        guard hasDeed(seat, slot, at: job) else { return nil }
        // It waits as long as it takes, but never makes time pass for the honest.
        if let promise = seat.promise, job.phase == .open, now < promise.at + 600 {
            // 15: too early, by a relay as likely as not.
            guard chance(30), let plan = plan(of: seat.client, at: job) else { return nil }
            return (seat.client, submission(of: plan, at: job))
        }
        return try deed(of: seat, at: job)
    }

    /// 6, 10: cancels, reveals late, or sends the wrong data.
    private mutating func sponsor(_ job: JobModel) throws -> (Address, Deed)? {
        guard !isHonest(job.sponsor) else { return nil }
        switch job.phase {
        case .filling: return chance(80) ? delivery(at: job) : (job.sponsor, cancel(job))
        case .data:
            // With as little time left as it can have.
            if job.data == nil, job.deadline > now + 120, chance(60) { return nil }
            return dataDeed(at: job)
        default: return (job.sponsor, cancel(job))
        }
    }

    private func cancel(_ job: JobModel) -> Deed { .cancel(job: number(job)) }

    /// 6: takes all the room that there is.
    private mutating func fill(_ model: MarketModel) -> (Address, Deed)? {
        let sponsor = Cast.adversaries[0]
        let full = model.jobs.first {
            !$0.hasEnded && $0.sponsor == sponsor && $0.terms.reserved > 1 << 20
        }
        if let full { return (sponsor, cancel(full)) }
        guard chance(25), let offer = try? offer(by: sponsor) else { return nil }
        return (sponsor, posting(hugeOffer(offer), model))
    }
}
