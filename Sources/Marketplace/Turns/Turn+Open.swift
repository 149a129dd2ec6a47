import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// OPEN ends with its window: who submitted nothing loses the bond. What came in time is scored
    /// all the same, and then the job is settled.
    mutating func end(_ phase: Open) throws(Refusal) {
        for slot in 0..<job.slots.count where !job.slots[slot].hasSubmitted {
            try burnBond(of: slot)
        }
        var open = phase
        open.isOver = true
        job.phase = .open(open)
        if !open.isScoring { try settleOpen() }
    }

    private mutating func settleOpen() throws(Refusal) {
        try closeSlots()
        try finishSettlement()
    }

    /// OPEN scores what came in: the base model first, then one submission after the other.
    mutating func work(_ phase: Open) throws(Refusal) -> Bool {
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
        if open.isOver, !open.isScoring { try settleOpen() }
        return false
    }

    /// The ratchet: a submission that passes is paid, and its loss is the one to beat.
    private mutating func judge(
        _ metrics: Metrics, of slot: Int, in open: inout Open
    ) throws(Refusal) {
        let submission = try queuedSubmission(of: slot)
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
            release(slot)
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
        let submission = try queuedSubmission(of: slot)
        reportInvalid(slot, reason)
        try noticeScore(
            submission, of: slot, loss: worstLoss, baseLoss: open.lossToBeat ?? 0, correct: 0,
            accepted: false)
        recordAttempt(submission, of: slot, .invalid(reason.code))
        release(slot)
    }

    private mutating func recordAttempt(
        _ submission: Submission, of slot: Int, _ result: Attempt.Result
    ) {
        job.slots[slot].attempts.append(
            Attempt(
                modelCid: submission.modelCid, digest: submission.digest, scoredAt: now,
                result: result))
    }

    /// Lets the slot try again; its file made way for the next one.
    private mutating func release(_ slot: Int) {
        job.slots[slot].stage = .accepted
        drop(.model(slot: slot))
    }
}
