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

    /// COMMIT ends with its window: DATA follows, or nobody committed.
    mutating func step(_ phase: CommitPhase) throws(Refusal) -> Bool {
        guard now >= phase.closesAt else { return false }
        let hasCommitments = job.slots.contains { $0.commitmentOrder != nil }
        if job.payout == .federated {
            try countSkippedRounds()
        }
        if hasCommitments {
            job.phase = .data(
                DataPhase(
                    round: phase.round,
                    deadline: phase.closesAt.later(by: UInt64(job.terms.windows[2]))))
        } else if job.payout == .federated {
            try close(phase.round, next: nil, loss: 0, isEmpty: true)
        } else {
            try settleSealed([], base: 0)
        }
        return true
    }

    /// DATA ends as soon as the data is whole and the base loss known, or in default.
    mutating func step(_ phase: DataPhase) throws(Refusal) -> Bool {
        var data = phase
        guard let dataset = data.dataset, let revealed = data.revealed else {
            guard now >= phase.deadline else { return false }
            try defaultOnData()
            return true
        }
        let evaluation = RoundEvaluation(
            round: phase.round, cid: revealed.cid, digest: revealed.digest, data: dataset)
        if job.payout == .federated {
            job.phase = .gather(
                GatherPhase(
                    evaluation: evaluation, opensAt: now,
                    closesAt: now.later(by: UInt64(job.terms.windows[4]))))
            return true
        }
        let scored = try next(
            in: &data.queue, baseIsDue: true, global: phase.round.global, data: dataset)
        job.phase = .data(data)
        guard case .base(let metrics) = scored else { return false }
        job.phase = .claim(
            ClaimPhase(
                evaluation: evaluation, base: metrics, opensAt: now,
                closesAt: now.later(by: UInt64(job.terms.windows[3])),
                claims: [UInt64?](repeating: nil, count: job.slots.count)))
        return true
    }

    /// CLAIM ends with its window: who is due by the claims has to show the model.
    mutating func step(_ phase: ClaimPhase) throws(Refusal) -> Bool {
        guard now >= phase.closesAt else { return false }
        var entries: [RevealPhase.Entry] = []
        for (slot, claim) in phase.claims.enumerated() {
            guard let claim, let order = job.slots[slot].commitmentOrder else { continue }
            entries.append(
                RevealPhase.Entry(slot: slot, order: order, claim: claim, status: .notDue))
        }
        entries.sort { $0.order < $1.order }
        if markDue(&entries, base: phase.base.loss) {
            openReveal(phase.evaluation, base: phase.base, entries)
        } else {
            try settleSealed(entries, base: phase.base.loss)
        }
        return true
    }

    private mutating func openReveal(
        _ evaluation: RoundEvaluation, base: Metrics, _ entries: [RevealPhase.Entry]
    ) {
        // The window starts with the input that opens it, so that nobody loses time because no
        // message came.
        job.phase = .reveal(
            RevealPhase(
                evaluation: evaluation, base: base, opensAt: now,
                closesAt: now.later(by: UInt64(job.terms.windows[4])), entries: entries))
    }

    /// REVEAL scores what came in. When everyone due is settled, those who have become due get a
    /// window of their own; each client is due at most once, so there is an end.
    mutating func step(_ phase: RevealPhase) throws(Refusal) -> Bool {
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
                try record(
                    slot, loss: worstLoss, correct: 0, status: .failed, in: &reveal)
            }
        }
        job.phase = .reveal(reveal)
        guard reveal.queue.isIdle else { return false }
        if now >= reveal.closesAt {
            for index in reveal.entries.indices where reveal.entries[index].status == .due {
                reveal.entries[index].status = .failed
            }
        }
        guard !reveal.entries.contains(where: { $0.status == .due }) else { return false }
        if markDue(&reveal.entries, base: reveal.base.loss) {
            openReveal(reveal.evaluation, base: reveal.base, reveal.entries)
        } else {
            job.phase = .reveal(reveal)
            try settleSealed(reveal.entries, base: reveal.base.loss)
        }
        return true
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
        let submission = try wholeSubmission(of: slot)
        for index in reveal.entries.indices where reveal.entries[index].slot == slot {
            reveal.entries[index].status = status
        }
        try noticeScore(
            submission, of: slot, loss: loss, baseLoss: reveal.base.loss, correct: correct,
            accepted: status == .verified)
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

    /// Pays by the claims that stand, and deals with every bond: who never committed, or committed
    /// and never claimed, loses it to the sponsor; who failed, to those who are paid.
    private mutating func settleSealed(
        _ entries: [RevealPhase.Entry], base: UInt64
    ) throws(Refusal) {
        let standing = entries.filter { $0.status != .failed }
        let amounts = amounts(standing.map { $0.claim }, base: base)
        var paid: [Int] = []
        for (entry, amount) in zip(standing, amounts)
        where amount > 0 && entry.status == .verified {
            try payReward(amount, to: entry.slot)
            paid.append(entry.slot)
        }
        var forfeited = UInt256.zero
        for slot in 0..<job.slots.count {
            let entry = entries.first { $0.slot == slot }
            if entry?.status == .failed, !paid.isEmpty {
                try noticeForfeit(of: slot, to: .zero)
                // At most 64 bonds below 2^96 each.
                forfeited = forfeited.adding(job.clientBond) ?? forfeited
            } else if let entry, entry.status != .failed {
                returnBond(of: slot)
            } else {
                try forfeitBond(of: slot)
            }
        }
        let share = Payouts.equalShare(of: forfeited, among: paid.count)
        for slot in paid {
            decision.move(
                share, of: job.asset, from: job.escrow, to: .account(job.slots[slot].client))
        }
        try finishSettlement()
    }
}
