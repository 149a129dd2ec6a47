import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// Gives everything back: bonds to the clients, the rest to the sponsor.
    mutating func cancel(_ reason: CancelReason) throws(Refusal) {
        for slot in job.slots {
            decision.move(
                UInt256(job.terms.clientBond), of: job.asset, from: job.escrow,
                to: .account(slot.client))
        }
        try decision.notice(
            NoticeFunctions.jobCancelled, .uint(job.id), .uint(UInt64(reason.rawValue)))
        _ = returnRest()
        end(.cancelled(reason))
    }

    /// Closes an unsealed POSTED job: who never committed forfeits the bond to the sponsor, every
    /// other bond returns, and so do the rewards that nobody earned.
    mutating func settle() throws(Refusal) {
        let bond = UInt256(job.terms.clientBond)
        for slot in job.slots {
            if slot.hasCommitted {
                decision.move(bond, of: job.asset, from: job.escrow, to: .account(slot.client))
            } else {
                try decision.notice(
                    NoticeFunctions.bondForfeited, .uint(job.id), .address(slot.client),
                    .address(job.sponsor), .number(bond))
                decision.counters.append((slot.client, .forfeited))
            }
        }
        decision.counters.append((job.sponsor, .settled))
        let refund = returnRest()
        try decision.notice(
            NoticeFunctions.jobSettled, .uint(job.id), .uint(UInt64(paidSlots)), .number(refund))
        end(.settled)
    }

    var paidSlots: UInt32 {
        var count: UInt32 = 0
        for slot in job.slots where slot.paid != nil { count += 1 }
        return count
    }

    /// Whatever the escrow still holds is the sponsor's. Returns the amount in the job's own asset,
    /// without the storage bond.
    private mutating func returnRest() -> UInt256 {
        let storageBond = job.storage.bond
        decision.move(storageBond, of: .ether, from: job.escrow, to: .account(job.sponsor))
        let rest = decision.balance(of: job.escrow, in: job.asset, state.ledger)
        decision.move(rest, of: job.asset, from: job.escrow, to: .account(job.sponsor))
        return rest
    }

    /// Drops the content and leaves a summary.
    private mutating func end(_ outcome: EndedJob.Outcome) {
        for entry in job.content {
            decision.content.append(.release(entry.digest))
        }
        decision.content.append(.upload(nil, job: job.id, sender: job.sponsor))
        for slot in job.slots {
            decision.content.append(.upload(nil, job: job.id, sender: slot.client))
        }
        var baseLoss: UInt64?
        var best: Open.Best?
        if case .open(let open) = job.phase {
            baseLoss = open.baseMetrics?.loss
            best = open.best
        }
        ended = EndedJob(
            id: job.id, sponsor: job.sponsor, termsHash: job.termsHash, payout: job.terms.payout,
            isSealed: job.terms.sealed, token: job.terms.token, reward: job.terms.reward,
            slots: job.terms.slots, accepted: UInt32(job.slots.count), paidSlots: paidSlots,
            outcome: outcome, postedAt: job.postedAt, endedAt: now, samples: job.terms.samples,
            baseLoss: baseLoss, bestLoss: best?.loss, bestModelCid: best?.modelCid)
    }
}

extension Turn {
    /// The sponsor takes the job back, which is only possible before anyone has committed.
    mutating func cancelBySponsor() throws(Refusal) {
        guard context.sender == job.sponsor else { throw Refusal(.notSponsor) }
        try requireLive()
        if case .open(let open) = job.phase {
            guard now < open.closesAt, !job.hasCommitments else { throw wrongPhase() }
        }
        try cancel(.bySponsor)
    }
}
