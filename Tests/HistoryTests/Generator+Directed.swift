import ABI
import Content

// What somebody honest would do next.
extension Generator {
    mutating func directed(_ model: MarketModel) throws -> (Address, Deed) {
        let live = model.jobs.filter { !$0.hasEnded }
        let limit = profile == .ledger ? 2 : 1
        if live.isEmpty || (live.count < 1 + limit && chance(3)) {
            let sponsor = Cast.sponsors[below(2)]
            return (sponsor, .post(try offer(by: sponsor)))
        }
        let job = live[below(live.count)]
        if let deed = try nextDeed(at: job) { return deed }
        // Nobody has anything to do: time passes.
        jump(to: job.deadline)
        return advance(job)
    }

    func number(_ job: JobModel) -> UInt256 { UInt256(UInt64(job.id)) }

    private mutating func nextDeed(at job: JobModel) throws -> (Address, Deed)? {
        // What is over takes little but `advance`.
        if now >= job.deadline, chance(80) { return advance(job) }
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
        case .claim: return chance(6) ? nil : try claimDeed(at: job)
        case .reveal, .gather: return chance(6) ? nil : try clientDeed(at: job)
        case .score, .settled, .cancelled, .defaulted: return advance(job)
        }
    }

    private mutating func advance(_ job: JobModel) -> (Address, Deed) {
        (Cast.accounts[below(Cast.count)], .advance(job: number(job)))
    }

    private mutating func acceptance(at job: JobModel) -> (Address, Deed)? {
        let free = Cast.clients.filter { job.slot(of: $0) == nil }
        guard job.takenSlots < Int(job.terms.slots), let client = pick(free) else { return nil }
        let payouts = [client, .zero, Cast.account(0x77)]
        let proof =
            job.terms.allowListRoot == .zero ? [] : Generator.allowProof(of: client)
        return (
            client,
            .accept(
                job: number(job), termsHash: job.termsHash, payout: payouts[below(3)],
                proof: proof)
        )
    }

    /// Base model and data, whichever is missing.
    private mutating func delivery(at job: JobModel) -> (Address, Deed)? {
        var blobs = [bases[job.termsHash]]
        if !job.terms.isSealed { blobs.append(secrets[job.termsHash]?.first?.data) }
        let missing = blobs.compactMap { $0 }.filter { job.bytes(of: SHA256.hash($0)) == nil }
        guard let blob = pick(missing) else { return nil }
        return (job.sponsor, upload(blob, at: job, by: job.sponsor))
    }

    /// The whole blob, or a piece of what is missing.
    mutating func upload(_ blob: [UInt8], at job: JobModel, by sender: Address) -> Deed {
        let name = Name(of: blob, chance(90) ? .binary : .base16)
        func piece(_ range: Range<Int>) -> Deed {
            .upload(
                job: number(job), cid: name, size: blob.count, offset: range.lowerBound,
                chunk: Array(blob[range]))
        }
        if let open = job.uploads[sender], open.digest == name.digest,
            let first = open.bytes.firstIndex(where: { $0 == nil })
        {
            // From a little before the first gap on: the pieces overlap.
            return piece(max(0, first - below(3))..<blob.count)
        }
        if chance(12) {
            let start = below(blob.count)
            return piece(start..<min(blob.count, start + 1 + below(60)))
        }
        return piece(0..<blob.count)
    }

    /// The next thing that some client has to do.
    private mutating func clientDeed(at job: JobModel) throws -> (Address, Deed)? {
        var open: [(Int, JobModel.Seat)] = []
        for (slot, seat) in job.seats.enumerated() {
            guard let seat, !seat.isPaid, seat.tried.count < 3 || job.terms.isSealed else {
                continue
            }
            switch job.phase {
            case .commit where seat.promise != nil && chance(70): continue
            case .reveal:
                let entry = job.entries.first { $0.slot == slot }
                guard entry?.status == .due else { continue }
            case .gather where seat.promise == nil || seat.opened?.isWhole == true: continue
            default: break
            }
            open.append((slot, seat))
        }
        guard let (_, seat) = pick(open) else { return nil }
        let waits = job.phase == .open && !job.queue.isEmpty && chance(50)
        if waits { return advance(job) }
        // Who brings the bytes of another along has no room for its own.
        if job.phase == .gather || job.phase == .reveal, chance(12),
            let other = pick(plans.filter { $0.job == job.id && $0.round == job.round })
        {
            return (seat.client, upload(other.blob, at: job, by: seat.client))
        }
        return try deed(of: seat, at: job)
    }

    private mutating func deed(
        of seat: JobModel.Seat, at job: JobModel
    ) throws -> (Address, Deed)? {
        let client = seat.client
        guard let promise = seat.promise, let plan = plan(of: client, at: job) else {
            guard job.phase == .open || job.phase == .commit else { return nil }
            return (client, try commitment(of: client, at: job))
        }
        if job.phase == .commit, chance(40) {
            return (client, try commitment(of: client, at: job))
        }
        let digest = SHA256.hash(plan.blob)
        if job.bytes(of: digest) == nil, seat.opened != nil || chance(60) {
            return (client, upload(plan.blob, at: job, by: client))
        }
        guard job.phase != .commit, seat.opened == nil else { return nil }
        if job.phase == .open, now < promise.at + MarketModel.minCommitAge {
            if promise.at + MarketModel.minCommitAge > job.deadline { return nil }
            let ready = promise.at + MarketModel.minCommitAge
            now = max(now, [ready - 1, ready, ready, ready, ready + 1][below(5)])
        }
        guard let data = job.dataDigest else { return nil }
        return (
            client,
            .submit(
                job: number(job), model: Name(digest, chance(90) ? .binary : .base32),
                data: Name(data), salt: plan.salt)
        )
    }

    /// A new plan, and the commitment to it. Some plans are copies of others'.
    mutating func commitment(of client: Address, at job: JobModel) throws -> Deed {
        var blob = try modelBlob(job.terms)
        if chance(12), let other = pick(plans.filter { $0.job == job.id }) { blob = other.blob }
        let plan = Plan(
            job: job.id, round: job.round, client: client, blob: blob, salt: salt())
        plans.append(plan)
        return .commit(
            job: number(job),
            hash: MarketModel.commitment(
                job: job.id, round: job.round, client: client, model: SHA256.hash(blob),
                salt: plan.salt))
    }

    func plan(of client: Address, at job: JobModel) -> Plan? {
        plans.last { $0.job == job.id && $0.round == job.round && $0.client == client }
    }

    func secret(of job: JobModel) -> Secret? {
        guard let secrets = secrets[job.termsHash], job.round < secrets.count else { return nil }
        return secrets[job.round]
    }

    private mutating func dataDeed(at job: JobModel) -> (Address, Deed)? {
        guard let secret = secret(of: job), !chance(10) else { return nil }
        if job.data != nil { return advance(job) }
        let digest = SHA256.hash(secret.data)
        if job.named == nil, chance(60) || job.bytes(of: digest) != nil {
            return (
                job.sponsor, .reveal(job: number(job), data: Name(digest), salt: secret.salt)
            )
        }
        return (job.sponsor, upload(secret.data, at: job, by: job.sponsor))
    }

    /// The true loss, a better one, or a very bad one.
    private mutating func claimDeed(at job: JobModel) throws -> (Address, Deed)? {
        var silent: [Address] = []
        for (slot, seat) in job.seats.enumerated() {
            guard let seat, seat.promise != nil, job.claims[slot] == nil else { continue }
            silent.append(seat.client)
        }
        guard let client = pick(silent), let plan = plan(of: client, at: job),
            let data = job.data
        else { return nil }
        let judge = try Judge(features: job.terms.features)
        let model = judge.parameters(of: plan.blob, over: job.global, job.terms)
        var loss = UInt256(model.flatMap { judge.score($0, on: data) }?.loss ?? 5)
        switch below(10) {
        case 0: loss = UInt256(UInt64(below(1_000)))
        case 1: loss = chance(50) ? .max : UInt256(job.worst)
        default: break
        }
        return (client, .claim(job: number(job), loss: loss))
    }
}
