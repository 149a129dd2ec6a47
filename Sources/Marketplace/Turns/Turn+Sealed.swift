import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// Opens COMMIT of a round.
    mutating func begin(_ round: Round) throws(Refusal) {
        let closesAt = now.later(by: UInt64(job.terms.windows[1]))
        job.phase = .commit(CommitPhase(round: round, opensAt: now, closesAt: closesAt))
        try decision.notice(
            NoticeFunctions.jobOpened, .uint(job.id), .uint(UInt64(round.number)), .uint(now),
            .uint(closesAt))
    }

    /// COMMIT ends with its window: DATA follows, counted from its end, or nobody committed.
    mutating func end(_ phase: CommitPhase) throws(Refusal) {
        let hasCommitments = job.slots.contains { $0.commitmentOrder != nil }
        if job.payout == .federated {
            try countSkippedRounds()
        } else {
            for slot in 0..<job.slots.count where job.slots[slot].commitmentOrder == nil {
                try burnBond(of: slot)
            }
        }
        if !hasCommitments {
            if job.payout == .federated {
                try close(phase.round, next: nil, loss: 0, isEmpty: true)
            } else {
                try settleSealed([], base: 0)
            }
        } else if phase.closesAt >= job.endsBy {
            try endOverdue()
        } else {
            job.phase = .data(
                DataPhase(
                    round: phase.round,
                    deadline: phase.closesAt.later(by: UInt64(job.terms.windows[2]))))
        }
    }

    /// DATA with data scores the base model, and then CLAIM begins. A federated round, which has no
    /// claims, goes on to its REVEAL at once.
    mutating func work(_ phase: DataPhase) throws(Refusal) -> Bool {
        guard let evaluation = phase.evaluation else { return false }
        if job.payout == .federated {
            job.phase = .gather(
                GatherPhase(
                    evaluation: evaluation, opensAt: now,
                    closesAt: now.later(by: UInt64(job.terms.windows[4]))))
            return true
        }
        var data = phase
        var running =
            data.running ?? self.evaluation(of: phase.round.global.model, on: evaluation.data)
        guard let metrics = score(&running) else {
            data.running = running
            job.phase = .data(data)
            return false
        }
        job.phase = .claim(
            ClaimPhase(
                evaluation: evaluation, base: metrics, opensAt: now,
                closesAt: now.later(by: UInt64(job.terms.windows[3])),
                claims: [UInt64?](repeating: nil, count: job.slots.count)))
        return true
    }

    /// CLAIM ends with its window: who said nothing loses the bond, and who is due by the claims has
    /// to show the model.
    mutating func end(_ phase: ClaimPhase) throws(Refusal) {
        var entries: [RevealPhase.Entry] = []
        for (slot, claim) in phase.claims.enumerated() {
            guard let order = job.slots[slot].commitmentOrder else { continue }
            guard let claim else {
                try burnBond(of: slot)
                continue
            }
            entries.append(
                RevealPhase.Entry(slot: slot, order: order, claim: claim, status: .notDue))
        }
        entries.sort { $0.order < $1.order }
        if markDue(&entries, base: phase.base.loss) {
            try openReveal(phase.evaluation, base: phase.base, entries)
        } else {
            try settleSealed(entries, base: phase.base.loss)
        }
    }

    /// Opens a window for those who are due. It starts with the input that opens it, so that nobody
    /// loses time because no message came; but not when the job's own end has come.
    private mutating func openReveal(
        _ evaluation: RoundEvaluation, base: Metrics, _ entries: [RevealPhase.Entry]
    ) throws(Refusal) {
        guard now < job.endsBy else {
            try endOverdue()
            return
        }
        job.phase = .reveal(
            RevealPhase(
                evaluation: evaluation, base: base, opensAt: now,
                closesAt: now.later(by: UInt64(job.terms.windows[4])), entries: entries))
    }

    /// REVEAL ends with its window: who was due and showed nothing has failed, also while the models
    /// of others wait for their scores.
    mutating func end(_ phase: RevealPhase) throws(Refusal) {
        var reveal = phase
        reveal.isOver = true
        for index in reveal.entries.indices where reveal.entries[index].status == .due {
            let slot = reveal.entries[index].slot
            guard job.slots[slot].submission == nil else { continue }
            reveal.entries[index].status = .failed
            try burnBond(of: slot)
            drop(.model(slot: slot))
        }
        job.phase = .reveal(reveal)
        try closeReveal(reveal)
    }

    /// REVEAL scores what came in.
    mutating func work(_ phase: RevealPhase) throws(Refusal) -> Bool {
        var reveal = phase
        while let scored = try next(
            in: &reveal.queue, baseIsDue: false, global: phase.evaluation.round.global,
            data: phase.evaluation.data)
        {
            switch scored {
            case .base: break
            case .submission(let slot, let metrics): try verify(metrics, of: slot, in: &reveal)
            case .invalid(let slot, let reason):
                reportInvalid(slot, reason)
                try record(slot, loss: worstLoss, correct: 0, status: .failed, in: &reveal)
            }
        }
        job.phase = .reveal(reveal)
        try closeReveal(reveal)
        return false
    }

    /// When everyone due is settled, those who have become due get a window of their own; each client
    /// is due at most once, so there is an end.
    private mutating func closeReveal(_ reveal: RevealPhase) throws(Refusal) {
        guard reveal.queue.isIdle, !reveal.entries.contains(where: { $0.status == .due }) else {
            return
        }
        var entries = reveal.entries
        if markDue(&entries, base: reveal.base.loss) {
            try openReveal(reveal.evaluation, base: reveal.base, entries)
        } else {
            try settleSealed(entries, base: reveal.base.loss)
        }
    }

    /// A model that is shown must have exactly the loss that was claimed for it.
    private mutating func verify(
        _ metrics: Metrics, of slot: Int, in reveal: inout RevealPhase
    ) throws(Refusal) {
        let claim = reveal.entries.first { $0.slot == slot }?.claim
        try record(
            slot, loss: metrics.loss, correct: metrics.correct,
            status: metrics.loss == claim ? .verified : .failed, in: &reveal)
    }

    private mutating func record(
        _ slot: Int, loss: UInt64, correct: UInt32, status: RevealPhase.Status,
        in reveal: inout RevealPhase
    ) throws(Refusal) {
        let submission = try queuedSubmission(of: slot)
        for index in reveal.entries.indices where reveal.entries[index].slot == slot {
            reveal.entries[index].status = status
        }
        try noticeScore(
            submission, of: slot, loss: loss, baseLoss: reveal.base.loss, correct: correct,
            accepted: status == .verified)
        guard case .failed = status else { return }
        try burnBond(of: slot)
        drop(.model(slot: slot))
    }

    /// Marks who is due by the claims that stand and was not before; false when that is nobody.
    private func markDue(_ entries: inout [RevealPhase.Entry], base: UInt64) -> Bool {
        let standing = entries.indices.filter { entries[$0].status != .failed }
        let losses = standing.map { entries[$0].claim }
        var hasNew = false
        for (index, isDue) in zip(standing, isDue(losses, base: base))
        where isDue && entries[index].status == .notDue {
            entries[index].status = .due
            hasNew = true
        }
        return hasNew
    }

    /// Whose claim counts. PROPORTIONAL: every claim that lowers the bar for the later ones, also
    /// when its own share rounds to nothing, since the others' shares depend on it.
    private func isDue(_ losses: [UInt64], base: UInt64) -> [Bool] {
        switch job.payout {
        case .proportional:
            return Payouts.contributions(base: base, losses: losses).map { $0 > 0 }
        case .posted, .best, .federated:
            return amounts(losses, base: base).map { $0 > 0 }
        }
    }

    private func amounts(_ losses: [UInt64], base: UInt64) -> [UInt128] {
        let ppm = job.terms.minImprovementPpm
        let reward = job.terms.reward
        switch job.payout {
        case .posted:
            return Payouts.posted(
                base: base, losses: losses, reward: reward, minImprovementPpm: ppm)
        case .best:
            return Payouts.best(base: base, losses: losses, pool: reward, minImprovementPpm: ppm)
        case .proportional:
            return Payouts.proportional(
                base: base, losses: losses, pool: reward, minImprovementPpm: ppm)
        case .federated:
            return losses.map { _ in 0 }
        }
    }

    /// Pays by the claims that stand. Bonds that were not lost on the way return.
    mutating func settleSealed(
        _ entries: [RevealPhase.Entry], base: UInt64
    ) throws(Refusal) {
        let standing = entries.filter { $0.status != .failed }
        let amounts = amounts(standing.map { $0.claim }, base: base)
        for (entry, amount) in zip(standing, amounts) where entry.status == .verified {
            try payReward(amount, to: entry.slot)
        }
        try closeSlots()
        try finishSettlement()
    }
}
