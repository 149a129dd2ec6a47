import ABI
import Content

// What somebody honest would do next, if not always in time.
extension Generator {
    mutating func directed(_ model: MarketModel) throws -> (Address, Deed) {
        let live = model.jobs.filter { !$0.hasEnded }
        let limit = profile == .ledger ? 2 : 1
        if live.isEmpty || (live.count < 1 + limit && chance(3)) {
            let sponsor = Cast.sponsors[below(2)]
            return (sponsor, posting(try offer(by: sponsor), model))
        }
        let job = live[below(live.count)]
        if let deed = try nextDeed(at: job) { return deed }
        // Nobody has anything to do: time passes.
        jump(to: job.nextDeadline)
        return advance(job)
    }

    func number(_ job: JobModel) -> UInt256 { UInt256(UInt64(job.id)) }

    private mutating func nextDeed(at job: JobModel) throws -> (Address, Deed)? {
        // What is over takes little but `advance`.
        if job.isOver || now >= job.deadline, chance(80) { return advance(job) }
        switch job.phase {
        case .filling:
            if chance(3) { return nil }
            if chance(35), let deed = acceptance(at: job) { return deed }
            return delivery(at: job)
        case .open:
            if chance(12), let deed = acceptance(at: job) { return deed }
            return chance(3) ? nil : try clientDeed(at: job) ?? acceptance(at: job)
        case .commit:
            if chance(25), let deed = acceptance(at: job) { return deed }
            return chance(8) ? nil : try clientDeed(at: job) ?? acceptance(at: job)
        case .data: return dataDeed(at: job)
        case .claim:
            if chance(15) { return try clientDeed(at: job) }
            return chance(6) ? nil : try claimDeed(at: job)
        case .reveal, .gather: return chance(6) ? nil : try clientDeed(at: job)
        case .score, .settled, .cancelled, .defaulted: return advance(job)
        }
    }

    mutating func advance(_ job: JobModel) -> (Address, Deed) {
        (Cast.accounts[below(Cast.count)], .advance(job: number(job)))
    }

    mutating func acceptance(at job: JobModel) -> (Address, Deed)? {
        let free = Cast.clients.filter { job.slot(of: $0) == nil }
        guard job.takenSlots < Int(job.terms.slots), let client = pick(free) else { return nil }
        return (client, acceptance(at: job, by: client))
    }

    mutating func acceptance(at job: JobModel, by client: Address) -> Deed {
        let payouts = [client, .zero, Cast.account(0x77)]
        let proof = job.terms.allowListRoot == .zero ? [] : Generator.allowProof(of: client)
        return .accept(
            job: number(job), termsHash: job.termsHash, payout: payouts[below(3)], proof: proof)
    }

    /// Base model and data, whichever is missing.
    mutating func delivery(at job: JobModel) -> (Address, Deed)? {
        let base = job.files.contains { $0.kind == .base && $0.isWhole }
        let data = job.terms.isSealed || job.files.contains { $0.kind == .data && $0.isWhole }
        let parcels = [
            base ? nil : bases[job.termsHash],
            data ? nil : secrets[job.termsHash]?.first?.parcel,
        ]
        guard let parcel = pick(parcels.compactMap { $0 }) else { return nil }
        return (job.sponsor, upload(parcel, at: job, by: job.sponsor))
    }

    /// The next thing that some client has to do.
    private mutating func clientDeed(at job: JobModel) throws -> (Address, Deed)? {
        let busy = job.seats.enumerated().compactMap { slot, seat -> JobModel.Seat? in
            guard let seat, hasDeed(seat, slot, at: job) else { return nil }
            return seat
        }
        guard let seat = pick(busy) else { return nil }
        if job.phase == .commit, seat.promise != nil, chance(70) { return nil }
        if job.phase == .open, !job.queue.isEmpty, chance(50) { return advance(job) }
        return try deed(of: seat, at: job)
    }

    /// Whether a seat has something to do in this phase.
    func hasDeed(_ seat: JobModel.Seat, _ slot: Int, at job: JobModel) -> Bool {
        switch job.phase {
        case .open: return !seat.isPaid && seat.attempts < 3 && seat.opened == nil
        case .commit: return true
        case .claim: return seat.promise != nil
        case .reveal:
            return seat.opened == nil
                && job.entries.contains { $0.slot == slot && $0.status == .due }
        case .gather: return seat.promise != nil && seat.opened == nil
        default: return false
        }
    }

    /// Commits, uploads, submits, in this order; nil when there is nothing to do but wait.
    mutating func deed(of seat: JobModel.Seat, at job: JobModel) throws -> (Address, Deed)? {
        let client = seat.client
        guard let promise = seat.promise, let plan = plan(of: client, at: job) else {
            guard job.phase == .open || job.phase == .commit else { return nil }
            return (client, try commitment(of: client, at: job))
        }
        if job.phase == .commit || job.phase == .open && chance(4) {
            return (client, try commitment(of: client, at: job))
        }
        let file = job.file(.model, of: client).map { job.files[$0] }
        guard file?.isWhole == true, file?.blob == plan.blob else {
            return (client, upload(plan.parcel, at: job, by: client))
        }
        guard job.phase != .claim else { return nil }
        if job.phase == .open {
            let ready = promise.at + MarketModel.minCommitAge
            if ready > job.deadline { return nil }
            if now < ready { now = [ready - 1, ready, ready, ready, ready + 1][below(5)] }
        }
        return (client, submission(of: plan, at: job))
    }

    /// Names the model and the data by one of their names each.
    mutating func submission(of plan: Plan, at job: JobModel) -> Deed {
        let data = job.files.first { $0.kind == .data }
        let raw = Name(of: data?.blob ?? [])
        return .submit(
            job: number(job),
            model: chance(50) ? plan.parcel.name : Name(of: plan.blob, .base32),
            data: chance(50) ? data?.name ?? raw : raw, salt: plan.salt)
    }

    /// A new plan, and the commitment to it. Some plans are copies of others'.
    mutating func commitment(of client: Address, at job: JobModel) throws -> Deed {
        var blob = try modelBlob(job.terms, isHonest: isHonest(client))
        if !isHonest(client), chance(12), let other = pick(plans.filter { $0.job == job.id }) {
            blob = other.blob
        }
        return promise(blob, by: client, at: job)
    }

    mutating func promise(_ blob: [UInt8], by client: Address, at job: JobModel) -> Deed {
        let plan = Plan(
            job: job.id, round: job.round, client: client, blob: blob,
            parcel: parcel(of: blob), salt: salt())
        plans.append(plan)
        return .commit(
            job: number(job),
            hash: MarketModel.commitment(
                job: job.id, round: job.round, client: client, blob: blob, salt: plan.salt))
    }

    func plan(of client: Address, at job: JobModel) -> Plan? {
        plans.last { $0.job == job.id && $0.round == job.round && $0.client == client }
    }

    func secret(of job: JobModel) -> Secret? {
        guard let secrets = secrets[job.termsHash], job.round < secrets.count else { return nil }
        return secrets[job.round]
    }

    mutating func dataDeed(at job: JobModel) -> (Address, Deed)? {
        guard let secret = secret(of: job), isHonest(job.sponsor) || !chance(10) else {
            return nil
        }
        if job.data != nil { return advance(job) }
        let file = job.files.first { $0.kind == .data }
        let isThere = file?.isWhole == true && file?.blob == secret.data
        if isThere || chance(8) {
            let name = chance(50) ? secret.parcel.name : Name(of: secret.data)
            return (job.sponsor, .reveal(job: number(job), data: name, salt: secret.salt))
        }
        return (job.sponsor, upload(secret.parcel, at: job, by: job.sponsor))
    }

    /// The true loss, a better one, or a very bad one.
    private mutating func claimDeed(at job: JobModel) throws -> (Address, Deed)? {
        let silent = job.seats.enumerated().compactMap { slot, seat -> Address? in
            seat?.promise != nil && job.claims[slot] == nil ? seat?.client : nil
        }
        guard let client = pick(silent) else { return nil }
        var loss = UInt256(try loss(of: client, at: job) ?? 5)
        switch below(10) {
        case 0: loss = UInt256(UInt64(below(1_000)))
        case 1: loss = chance(50) ? .max : UInt256(job.worst)
        default: break
        }
        return (client, .claim(job: number(job), loss: loss))
    }

    /// The loss of what the client has committed to.
    func loss(of client: Address, at job: JobModel) throws -> UInt64? {
        guard let plan = plan(of: client, at: job), let data = job.data else { return nil }
        let judge = try Judge(features: job.terms.features)
        let model = judge.parameters(of: plan.blob, over: job.global, job.terms)
        return model.flatMap { judge.score($0, on: data) }?.loss
    }
}
