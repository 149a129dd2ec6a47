import ABI
import Content
import Verifier
import Vouchers

extension State {
    /// Checks the terms, takes the money, and puts up the job.
    func decidePosting(
        _ terms: JobTerms, termsHash: Bytes32, maxRent: UInt256, _ context: Context
    ) throws(Refusal) -> Decision {
        try terms.checkLimits()
        let architecture: Architecture
        do throws(VerifierError) {
            architecture = try Architecture(parsing: terms.arch)
        } catch {
            throw Refusal(.invalidArchitecture, at: error.code)
        }
        let storage = try terms.storage(for: architecture)
        let work = try terms.work(for: architecture, storage)
        for (name, cid) in [
            ("trainerCid", terms.trainerCid), ("metadataCid", terms.metadataCid),
        ] where !cid.isEmpty {
            _ = try CID(cid, named: "terms.\(name)")
        }
        let base = try CID(terms.baseModelCid, named: "terms.baseModelCid")
        try base.requireFile(named: "terms.baseModelCid")
        let endsBy = terms.end(from: context.now)
        let price = try price(of: storage, work, until: endsBy, maxRent, context)
        let job = Job(
            id: jobCount, sponsor: context.sender, terms: terms, termsHash: termsHash,
            architecture: architecture, baseCid: base, storage: storage, work: work,
            postedAt: context.now, endsBy: endsBy,
            phase: .filling(
                Filling(deadline: context.now.later(by: UInt64(terms.windows[0])))))
        var turn = Turn(at: job, isNew: true, state: self, context: context)
        try turn.takeStake()
        try turn.pay(price)
        try turn.noticePosting(price)
        try turn.adopt(.base, base)
        if !terms.sealed { try turn.adopt(.data, .raw(digest: terms.evaluation[0])) }
        try turn.openWhenFilled()
        return try turn.afterWork()
    }

    /// What the job pays for good; refused when there is no room, or it is more than the sponsor
    /// would pay.
    private func price(
        of storage: StorageNeeds, _ work: WorkNeeds, until endsBy: UInt64, _ maxRent: UInt256,
        _ context: Context
    ) throws(Refusal) -> Price {
        let rent = try self.rent(
            of: storage.reserved, for: endsBy - context.now, context.configuration)
        // Below 2^37 · 2^19.
        let price = Price(rent: rent, scoring: UInt256(work.admitted * Limits.weiPerUnit))
        guard price.sum <= maxRent else {
            throw Refusal(.rentTooHigh, at: "\(price.sum) wei, at most \(maxRent)")
        }
        return price
    }
}

/// What a job pays for good, in wei.
private struct Price {
    let rent: UInt256
    let scoring: UInt256

    /// Both are below 2^111.
    var sum: UInt256 { rent.adding(scoring) ?? .max }
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

    /// Rent and the price of scoring go to who keeps the machine, or to nobody: also when the
    /// receiver is the application itself, from whose balance nobody could withdraw.
    fileprivate mutating func pay(_ price: Price) throws(Refusal) {
        var pocket = Pocket.burned
        if let receiver = context.configuration.rentReceiver, receiver != context.application {
            pocket = .account(receiver)
        }
        try decision.take(price.sum, of: .ether, from: context.sender, to: pocket, state.ledger)
    }

    fileprivate mutating func noticePosting(_ price: Price) throws(Refusal) {
        try decision.notice(
            NoticeFunctions.jobPosted, .uint(job.id), .address(job.sponsor),
            .bytes32(job.termsHash), .uint(UInt64(job.terms.payout)), .bool(job.terms.sealed),
            .address(job.terms.token), .number(UInt256(job.terms.reward)),
            .uint(UInt64(job.terms.slots)), .uint(job.nextDeadline))
        try decision.notice(
            NoticeFunctions.rentPaid, .uint(job.id), .number(price.rent), .number(price.scoring))
    }
}
