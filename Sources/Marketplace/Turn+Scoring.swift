import ABI
import Content
import Vouchers
import Verifier

extension Turn {
    /// Scores what waits, first the base model and then the queue, until the budget is spent.
    mutating func score() throws(Refusal) {
        guard case .open(var open) = job.phase else { return }
        while budget > 0 {
            if open.running == nil {
                guard try startNext(&open) else { break }
            }
            guard var running = open.running else { continue }
            spend(running.evaluation.step(budget: budget))
            if running.evaluation.isFinished {
                open.running = nil
                let metrics = running.evaluation.metrics
                if let slot = running.slot {
                    try record(metrics, of: slot, in: &open)
                } else {
                    open.baseMetrics = metrics
                }
            } else {
                open.running = running
            }
        }
        job.phase = .open(open)
    }

    private mutating func spend(_ work: UInt64) {
        budget -= min(budget, work)
    }

    /// Begins the next scoring; false when nothing waits. A submission whose blob is no model is
    /// dealt with here, and then nothing is running.
    private mutating func startNext(_ open: inout Open) throws(Refusal) -> Bool {
        if open.baseMetrics == nil {
            open.running = Open.Running(
                slot: nil,
                evaluation: Evaluation(
                    architecture: job.architecture, model: open.base, data: open.data))
            return true
        }
        guard let slot = open.queue.first else { return false }
        open.queue.removeFirst()
        guard case .submitted(let submission) = job.slots[slot].stage else {
            throw Refusal(.internalFault, at: "queue")
        }
        spend(job.architecture.loadWork)
        guard let blob = bytes(of: submission.digest) else {
            throw Refusal(.internalFault, at: "content")
        }
        do throws(VerifierError) {
            let model = try Model(
                parsing: blob, architecture: job.architecture, base: open.base,
                dtype: job.storage.modelDType)
            open.running = Open.Running(
                slot: slot,
                evaluation: Evaluation(
                    architecture: job.architecture, model: model, data: open.data))
        } catch {
            try refuse(submission, of: slot, in: open, because: error)
        }
        return true
    }

    /// A blob that is no model counts as an attempt with the worst loss there is.
    private mutating func refuse(
        _ submission: Submission, of slot: Int, in open: Open, because reason: VerifierError
    ) throws(Refusal) {
        decision.reports.append(
            Report.error(
                Refusal(.invalidModel, at: "job \(job.id), slot \(slot): \(reason.code)")))
        try noticeScore(
            submission, of: slot, loss: UInt64(job.terms.samples) << 34,
            lossToBeat: open.lossToBeat ?? 0, correct: 0, accepted: false)
        finishAttempt(submission, of: slot, result: .invalid(reason.code))
    }

    private mutating func record(
        _ metrics: Metrics, of slot: Int, in open: inout Open
    ) throws(Refusal) {
        guard case .submitted(let submission) = job.slots[slot].stage,
            let lossToBeat = open.lossToBeat
        else { throw Refusal(.internalFault, at: "score") }
        let passes = Payouts.passes(
            loss: metrics.loss, base: lossToBeat, minImprovementPpm: job.terms.minImprovementPpm)
        try noticeScore(
            submission, of: slot, loss: metrics.loss, lossToBeat: lossToBeat,
            correct: metrics.correct, accepted: passes)
        let result = Attempt.Result.scored(
            loss: metrics.loss, lossToBeat: lossToBeat, correct: metrics.correct, accepted: passes)
        guard passes else {
            finishAttempt(submission, of: slot, result: result)
            return
        }
        job.slots[slot].attempts.append(
            Attempt(
                modelCid: submission.modelCid, digest: submission.digest, scoredAt: now,
                result: result))
        job.slots[slot].stage = .paid(job.terms.reward)
        open.best = Open.Best(
            slot: slot, modelCid: submission.modelCid, loss: metrics.loss)
        try payReward(to: job.slots[slot])
    }

    private mutating func payReward(to slot: Slot) throws(Refusal) {
        let reward = UInt256(job.terms.reward)
        if slot.payout.isZero {
            decision.move(reward, of: job.asset, from: job.escrow, to: .account(slot.client))
        } else {
            try decision.pay(
                reward, of: job.asset, from: job.escrow, to: slot.payout, account: slot.client,
                application: context.application)
        }
        try decision.notice(
            NoticeFunctions.rewardIssued, .uint(job.id), .address(slot.client),
            .address(job.terms.token), .number(reward))
        decision.counters.append((slot.client, .paid))
    }

    private mutating func noticeScore(
        _ submission: Submission, of slot: Int, loss: UInt64, lossToBeat: UInt64, correct: UInt32,
        accepted: Bool
    ) throws(Refusal) {
        try decision.notice(
            NoticeFunctions.submissionScored, .uint(job.id), .uint(0),
            .address(job.slots[slot].client), .bytes(submission.modelCid.binary),
            .bytes(submission.dataCid.binary), .uint(loss), .uint(lossToBeat),
            .uint(UInt64(correct)), .uint(UInt64(job.terms.samples)), .bool(accepted))
    }

    /// Lets the slot try again, and makes room for its next model.
    private mutating func finishAttempt(
        _ submission: Submission, of slot: Int, result: Attempt.Result
    ) {
        job.slots[slot].attempts.append(
            Attempt(
                modelCid: submission.modelCid, digest: submission.digest, scoredAt: now,
                result: result))
        job.slots[slot].stage = .accepted
        dropContent(submission.digest)
    }

    /// Drops a failed model, unless the job still needs it: as base or data, because it was paid
    /// for, or because another submission of the same bytes waits. Bytes that their owner has not
    /// used yet stay too.
    private mutating func dropContent(_ digest: Bytes32) {
        guard digest != job.baseDigest, digest != job.dataDigest,
            let index = job.content.firstIndex(where: { $0.digest == digest })
        else { return }
        for slot in job.slots {
            if case .submitted(let other) = slot.stage, other.digest == digest { return }
            if slot.paid != nil, slot.attempts.last?.digest == digest { return }
        }
        let owner = job.content[index].owner
        if let slot = job.slotIndex(of: owner) {
            let hasTried = job.slots[slot].attempts.contains {
                $0.digest == digest
            }
            guard hasTried else { return }
        }
        job.content.remove(at: index)
        decision.content.append(.release(digest))
    }
}
