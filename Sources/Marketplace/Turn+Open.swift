import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// OPEN scores what came in, and settles when its window is over and nothing waits.
    mutating func step(_ phase: Open) throws(Refusal) -> Bool {
        var open = phase
        while let scored = try next(
            in: &open.queue, baseIsDue: open.baseMetrics == nil, global: open.global,
            data: open.data)
        {
            switch scored {
            case .base(let metrics): open.baseMetrics = metrics
            case .submission(let slot, let metrics): try judge(metrics, of: slot, in: &open)
            case .invalid(let slot, let reason): try refuse(slot, in: open, because: reason)
            }
        }
        job.phase = .open(open)
        guard now >= open.closesAt, !open.isScoring else { return false }
        for slot in 0..<job.slots.count { try closeBond(of: slot) }
        try finishSettlement()
        return true
    }

    /// The ratchet: a submission that passes is paid, and its loss is the one to beat.
    private mutating func judge(
        _ metrics: Metrics, of slot: Int, in open: inout Open
    ) throws(Refusal) {
        let submission = try wholeSubmission(of: slot)
        guard let lossToBeat = open.lossToBeat else {
            throw Refusal(.internalFault, at: "base loss")
        }
        let passes = Payouts.passes(
            loss: metrics.loss, base: lossToBeat, minImprovementPpm: job.terms.minImprovementPpm)
        try noticeScore(
            submission, of: slot, loss: metrics.loss, baseLoss: lossToBeat,
            correct: metrics.correct, accepted: passes)
        recordAttempt(
            submission, of: slot,
            .scored(
                loss: metrics.loss, lossToBeat: lossToBeat, correct: metrics.correct,
                accepted: passes))
        guard passes else {
            release(submission, of: slot)
            return
        }
        job.slots[slot].stage = .paid
        open.best = Open.Best(
            slot: slot, modelCid: submission.modelCid, digest: submission.digest,
            loss: metrics.loss)
        try payReward(job.terms.reward, to: slot)
    }

    /// A blob that is no model counts as an attempt with the worst loss there is.
    private mutating func refuse(
        _ slot: Int, in open: Open, because reason: VerifierError
    ) throws(Refusal) {
        let submission = try wholeSubmission(of: slot)
        reportInvalid(slot, reason)
        try noticeScore(
            submission, of: slot, loss: worstLoss, baseLoss: open.lossToBeat ?? 0, correct: 0,
            accepted: false)
        recordAttempt(submission, of: slot, .invalid(reason.code))
        release(submission, of: slot)
    }

    private mutating func recordAttempt(
        _ submission: Submission, of slot: Int, _ result: Attempt.Result
    ) {
        job.slots[slot].attempts.append(
            Attempt(
                modelCid: submission.modelCid, digest: submission.digest, scoredAt: now,
                result: result))
    }

    /// Lets the slot try again, and makes room for its next model.
    private mutating func release(_ submission: Submission, of slot: Int) {
        job.slots[slot].stage = .accepted
        dropFailed(submission.digest)
    }

    /// Drops a failed model, unless the job still needs it: as base or data, because it was paid
    /// for, or because another submission of the same bytes waits. Bytes that their owner has not
    /// used yet stay too.
    private mutating func dropFailed(_ digest: Bytes32) {
        guard digest != job.baseDigest, digest != job.dataDigest,
            let entry = job.content.first(where: { $0.digest == digest })
        else { return }
        for slot in job.slots {
            if case .submitted(let other) = slot.stage, other.digest == digest { return }
            if slot.isPaid, slot.attempts.last?.digest == digest { return }
        }
        if let owner = job.slotIndex(of: entry.owner) {
            let hasTried = job.slots[owner].attempts.contains { $0.digest == digest }
            guard hasTried else { return }
        }
        dropContent { $0.digest == digest }
    }

    /// Takes entries out of the job's content.
    mutating func dropContent(where isDropped: (StoredContent) -> Bool) {
        var kept: [StoredContent] = []
        for entry in job.content {
            if isDropped(entry) {
                decision.content.append(.release(entry.digest))
            } else {
                kept.append(entry)
            }
        }
        job.content = kept
    }
}
