import ABI
import Content
import Verifier
import Vouchers

extension State {
    /// Checks the terms, takes the money, and puts up the job.
    func decidePosting(
        _ terms: JobTerms, termsHash: Bytes32, _ context: Context
    ) throws(Refusal) -> Decision {
        try terms.checkLimits()
        let architecture: Architecture
        do throws(VerifierError) {
            architecture = try Architecture(parsing: terms.arch)
        } catch {
            throw Refusal(.invalidArchitecture, at: error.code)
        }
        let storage = try terms.storage(for: architecture)
        try terms.checkWork(for: architecture)
        for (name, cid) in [
            ("trainerCid", terms.trainerCid), ("metadataCid", terms.metadataCid),
        ] where !cid.isEmpty {
            _ = try CID(cid, named: "terms.\(name)")
        }
        let base = try CID(terms.baseModelCid, named: "terms.baseModelCid")
        _ = try base.requireDigest(named: "terms.baseModelCid")
        var room = Room(decision: Decision(), budget: context.configuration.scoringBudget)
        makeRoom(for: storage.footprint, context, &room)
        // At most the capacity is reserved, and less than that is freed.
        let free = Limits.contentCapacity - reservedBytes + room.freed
        guard storage.footprint <= free else {
            throw Refusal(.capacity, at: "\(storage.footprint) bytes, \(free) free")
        }
        let job = Job(
            id: UInt64(jobs.count), sponsor: context.sender, terms: terms, termsHash: termsHash,
            architecture: architecture, baseCid: base, baseDigest: content.digest(of: base),
            storage: storage, postedAt: context.now,
            phase: .filling(
                Filling(deadline: context.now.later(by: UInt64(terms.windows[0])))))
        var turn = Turn(
            at: job, isNew: true, state: self, context: context, continuing: room.decision)
        turn.budget = room.budget
        try turn.takeStake()
        try turn.noticePosting()
        try turn.adoptSharedContent()
        try turn.rollForward()
        return turn.finish()
    }
}

/// Capacity that jobs free because their time is up, and what that decides.
private struct Room {
    var decision: Decision
    /// Work that is left for scoring.
    var budget: UInt64
    var freed: UInt64 = 0
}

extension State {
    /// When the capacity is short, rolls forward the jobs whose deadlines have passed longest ago:
    /// nobody may have sent them a message since. A few only, so that the cost stays bounded.
    fileprivate func makeRoom(for footprint: UInt64, _ context: Context, _ room: inout Room) {
        guard reservedBytes + footprint > Limits.contentCapacity else { return }
        for id in deadlines.passed(at: context.now, limit: Limits.rolledForRoom) {
            guard case .live(let job) = jobs[Int(id)] else { continue }
            var turn = Turn(
                at: job, state: self, context: context, continuing: room.decision)
            turn.budget = room.budget
            do throws(Refusal) {
                try turn.rollForward()
            } catch {
                continue
            }
            room.budget = turn.budget
            if turn.ended != nil { room.freed += job.storage.footprint }
            room.decision = turn.finish()
        }
    }
}

extension Turn {
    /// The rewards, the sponsor bond for every slot, and the storage bond in Ether.
    fileprivate mutating func takeStake() throws(Refusal) {
        // POSTED pays each slot, the others share one pool. Below (2^96 + 2^96) · 2^6.
        let slots = UInt128(job.terms.slots)
        let rewards = job.payout == .posted ? job.terms.reward * slots : job.terms.reward
        let stake = UInt256(rewards + job.terms.sponsorBond * slots)
        try decision.take(
            stake, of: job.asset, from: context.sender, to: job.escrow, state.ledger)
        try decision.take(
            job.storage.bond, of: .ether, from: context.sender, to: job.escrow, state.ledger)
    }

    fileprivate mutating func noticePosting() throws(Refusal) {
        try decision.notice(
            NoticeFunctions.jobPosted, .uint(job.id), .address(job.sponsor),
            .bytes32(job.termsHash), .uint(UInt64(job.terms.payout)), .bool(job.terms.sealed),
            .address(job.terms.token), .number(UInt256(job.terms.reward)),
            .uint(UInt64(job.terms.slots)), .uint(job.nextDeadline ?? 0))
    }
}
