import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// The sponsor takes the job back, which is only possible before anyone has committed.
    mutating func cancelBySponsor() throws(Refusal) {
        try requireSponsor()
        switch job.phase {
        case .filling:
            break
        case .open(let phase):
            guard now < phase.closesAt, !job.hasCommitments else { throw wrongPhase() }
        case .commit:
            guard !job.hasCommitments else { throw wrongPhase() }
        case .data, .claim, .reveal, .gather, .score:
            throw wrongPhase()
        }
        try cancel(.bySponsor)
    }

    /// Ends a job in which something is still to be done when its own end has come. What was paid or
    /// earned stands, bonds that were not lost return, the rest is the sponsor's.
    mutating func endOverdue() throws(Refusal) {
        switch job.phase {
        case .filling: try cancel(.contentNeverCame)
        case .data(let phase) where phase.evaluation == nil: try defaultOnData()
        case .reveal(let phase):
            // As if only the claims had been made that were shown to be true.
            try settleSealed(
                phase.entries.filter { $0.status == .verified }, base: phase.base.loss)
        case .open, .commit, .data, .claim, .gather, .score: try cancel(.overdue)
        }
    }

    /// Gives everything back: bonds to the clients, the rest to the sponsor.
    mutating func cancel(_ reason: CancelReason) throws(Refusal) {
        try closeSlots()
        try decision.notice(
            NoticeFunctions.jobCancelled, .uint(job.id), .uint(UInt64(reason.rawValue)))
        _ = returnRest()
        end(.cancelled(reason))
    }

    /// The sponsor kept the data back: each client that had committed gets the sponsor bond of its
    /// slot, earlier rounds are paid, bonds and the rest return.
    mutating func defaultOnData() throws(Refusal) {
        let round = job.round
        let sponsorBond = UInt256(job.terms.sponsorBond)
        for slot in job.slots where slot.commitmentOrder != nil {
            decision.move(
                sponsorBond, of: job.asset, from: job.escrow, to: .account(slot.client))
        }
        try closeSlots()
        decision.counters.append((job.sponsor, .defaulted))
        _ = returnRest()
        try decision.notice(NoticeFunctions.jobDefaulted, .uint(job.id), .uint(UInt64(round)))
        end(.defaulted)
    }

    /// Closes a job whose bonds and rewards have been dealt with: the rest is the sponsor's.
    mutating func finishSettlement() throws(Refusal) {
        decision.counters.append((job.sponsor, .settled))
        let refund = returnRest()
        try decision.notice(
            NoticeFunctions.jobSettled, .uint(job.id), .uint(UInt64(job.paidSlots)),
            .number(refund))
        end(.settled)
    }

    /// Drops the content and leaves a summary.
    private mutating func end(_ outcome: EndedJob.Outcome) {
        if job.payout == .federated, let global = file(.global)?.whole {
            // The last global model outlives the job, so that it can be read back.
            decision.content.append(.keep(global))
        }
        decision.content.append(.dropAll)
        let losses = finalLosses
        ended = EndedJob(
            id: job.id, sponsor: job.sponsor, termsHash: job.termsHash, payout: job.payout,
            isSealed: job.terms.sealed, token: job.terms.token, reward: job.terms.reward,
            slots: job.terms.slots, slotsTaken: UInt32(job.takenSlots),
            paidSlots: job.paidSlots, rounds: job.global == nil ? 0 : job.round + 1,
            outcome: outcome, postedAt: job.postedAt, endedAt: now, samples: job.terms.samples,
            baseLoss: losses.base, bestLoss: losses.best, modelDigest: losses.model)
    }

    private var finalLosses: (base: UInt64?, best: UInt64?, model: Bytes32?) {
        switch job.phase {
        case .open(let phase):
            return (phase.baseMetrics?.loss, phase.best?.loss, phase.best?.digest)
        case .claim(let phase):
            return (phase.base.loss, nil, nil)
        case .reveal(let phase):
            let best = phase.entries.filter { $0.status == .verified }
                .min { ($0.claim, $0.order) < ($1.claim, $1.order) }
            var digest: Bytes32?
            if let best, case .submitted(let submission) = job.slots[best.slot].stage {
                digest = submission.digest
            }
            return (phase.base.loss, best?.claim, digest)
        case .score(let phase):
            return (phase.scoring.base?.loss, nil, job.global?.digest)
        case .filling, .commit, .data, .gather:
            return (nil, nil, job.payout == .federated ? job.global?.digest : nil)
        }
    }
}
