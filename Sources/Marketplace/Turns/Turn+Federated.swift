import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// One skipped round is free, a second in a row costs bond and slot.
    mutating func countSkippedRounds() throws(Refusal) {
        for slot in 0..<job.slots.count where !job.slots[slot].isVacant {
            if job.slots[slot].commitmentOrder != nil {
                job.slots[slot].skippedRounds = 0
            } else {
                job.slots[slot].skippedRounds += 1
                if job.slots[slot].skippedRounds == 2 { try expel(slot) }
            }
        }
    }

    /// Takes a slot away: the bond burns, what was earned is paid.
    private mutating func expel(_ slot: Int) throws(Refusal) {
        try payEarnings(of: slot)
        try burnBond(of: slot)
        job.slots[slot].stage = .vacant
        drop(.model(slot: slot))
    }

    /// REVEAL of a federated round ends with its window: who committed and showed nothing is out.
    mutating func end(_ phase: GatherPhase) throws(Refusal) {
        var updates: [FederatedScoring.Update] = []
        for slot in 0..<job.slots.count where job.slots[slot].commitmentOrder != nil {
            if let submission = job.slots[slot].submission {
                updates.append(FederatedScoring.Update(slot: slot, submission: submission))
            } else {
                try expel(slot)
            }
        }
        let round = phase.evaluation.round
        guard !updates.isEmpty else {
            try close(round, next: nil, loss: 0, isEmpty: true)
            return
        }
        job.phase = .score(
            ScorePhase(
                evaluation: phase.evaluation, startedAt: now,
                scoring: FederatedScoring(global: round.global.model, updates: updates)))
    }

    /// REVEAL ends early when everyone has shown the update.
    mutating func work(_ phase: GatherPhase) throws(Refusal) -> Bool {
        let isComplete = !job.slots.contains {
            $0.commitmentOrder != nil && $0.submission == nil
        }
        guard isComplete else { return false }
        try end(phase)
        return true
    }

    /// What a step of SCORE came to.
    private enum Progress {
        case done
        /// The budget does not reach for more.
        case outOfBudget
        /// The round is closed, and SCORE over.
        case closed
    }

    /// SCORE goes through its steps as far as the budget reaches.
    mutating func work(_ phase: ScorePhase) throws(Refusal) -> Bool {
        var scoring = phase.scoring
        while true {
            switch try step(&scoring, phase) {
            case .done: continue
            case .closed: return true
            case .outOfBudget:
                var next = phase
                next.scoring = scoring
                job.phase = .score(next)
                return false
            }
        }
    }

    private mutating func step(
        _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) throws(Refusal) -> Progress {
        let round = phase.evaluation.round
        switch scoring.step {
        case .base:
            guard let metrics = evaluate(round.global.model, &scoring, phase) else {
                return .outOfBudget
            }
            scoring.base = metrics
            scoring.step = .loading(0)
            return .done
        case .loading(let index):
            return try loadUpdate(index, &scoring, round)
        case .all:
            guard scoring.sum.count > 0 else {
                try close(round, next: nil, loss: scoring.base?.loss ?? 0, isEmpty: true)
                return .closed
            }
            if scoring.running == nil, !budget.start(job.work.average) { return .outOfBudget }
            guard let score = lossOfMean(scoring.sum, &scoring, phase) else { return .outOfBudget }
            scoring.lossOfAll = score.loss
            scoring.step = .without(0)
            return .done
        case .without(let index):
            return try leaveOut(index, &scoring, phase)
        case .selection(let index):
            return try select(index, &scoring, phase)
        case .publication(let loss):
            guard let model = scoring.candidate else {
                throw Refusal(.internalFault, at: "candidate")
            }
            guard budget.start(job.work.publication) else { return .outOfBudget }
            creditGains(scoring, round)
            try close(round, next: model, loss: loss, isEmpty: false)
            return .closed
        }
    }

    /// Carries the evaluation of `model` on; its metrics when it is finished.
    private mutating func evaluate(
        _ model: @autoclosure () -> Model, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) -> Metrics? {
        var running =
            scoring.running ?? evaluation(of: model(), on: phase.evaluation.data)
        scoring.running = nil
        if let metrics = score(&running) { return metrics }
        scoring.running = running
        return nil
    }

    /// The loss of the mean of a sum; a mean that fails the load proof has the worst there is.
    private mutating func lossOfMean(
        _ sum: FederatedAverage, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) -> (loss: UInt64, correct: UInt32)? {
        if scoring.running == nil {
            guard let model = try? sum.mean(architecture: job.architecture) else {
                scoring.candidate = nil
                return (worstLoss, 0)
            }
            scoring.candidate = model
        }
        let model = scoring.candidate ?? phase.evaluation.round.global.model
        guard let metrics = evaluate(model, &scoring, phase) else { return nil }
        return (metrics.loss, metrics.correct)
    }

    /// Takes the update at `index` into the sum, or its sender out of the job.
    private mutating func loadUpdate(
        _ index: Int, _ scoring: inout FederatedScoring, _ round: Round
    ) throws(Refusal) -> Progress {
        guard index < scoring.updates.count else {
            scoring.step = .all
            return .done
        }
        guard budget.start(job.work.average) else { return .outOfBudget }
        scoring.step = .loading(index + 1)
        let update = scoring.updates[index]
        do throws(VerifierError) {
            let model = try load(update.slot, round.global)
            let bound = UInt128(job.terms.normBound) * UInt128(job.terms.normBound)
            if model.squaredDistance(to: round.global.model) <= bound {
                scoring.sum.add(model)
                scoring.updates[index].isValid = true
                return .done
            }
            decision.report(
                .invalidModel, at: "job \(job.id), slot \(update.slot): normBound")
        } catch {
            reportInvalid(update.slot, error)
        }
        try noticeScore(
            update.submission, of: update.slot, loss: worstLoss,
            baseLoss: scoring.base?.loss ?? 0, correct: 0, accepted: false)
        try expel(update.slot)
        return .done
    }

    /// Scores the mean without the update at `index`: what it loses is what the update is worth.
    private mutating func leaveOut(
        _ index: Int, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) throws(Refusal) -> Progress {
        guard index < scoring.updates.count else {
            scoring.selection = scoring.sum
            scoring.step = .selection(0)
            return .done
        }
        let update = scoring.updates[index]
        guard update.isValid else {
            scoring.step = .without(index + 1)
            return .done
        }
        if scoring.running == nil {
            // The update is taken out, and the mean is made.
            guard budget.start(2 * job.work.average) else { return .outOfBudget }
            scoring.selection = scoring.sum
            try remove(update, from: &scoring.selection, phase)
        }
        guard let score = lossOfMean(scoring.selection, &scoring, phase) else {
            return .outOfBudget
        }
        // Losses are at most 2^54.
        let gain = Int64(score.loss) - Int64(scoring.lossOfAll)
        scoring.updates[index].gain = gain
        scoring.step = .without(index + 1)
        try noticeScore(
            update.submission, of: update.slot, loss: score.loss, baseLoss: scoring.lossOfAll,
            correct: score.correct, accepted: gain > 0)
        return .done
    }

    /// Takes out the updates that do not help, and judges the mean of the others.
    private mutating func select(
        _ index: Int, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) throws(Refusal) -> Progress {
        if index < scoring.updates.count {
            let update = scoring.updates[index]
            if update.isValid, update.gain <= 0 {
                guard budget.start(job.work.average) else { return .outOfBudget }
                try remove(update, from: &scoring.selection, phase)
            }
            scoring.step = .selection(index + 1)
            return .done
        }
        let base = scoring.base?.loss ?? 0
        if scoring.selection.count > 0 {
            if scoring.running == nil, !budget.start(job.work.average) { return .outOfBudget }
            guard let score = lossOfMean(scoring.selection, &scoring, phase) else {
                return .outOfBudget
            }
            if score.loss < base, scoring.candidate != nil {
                scoring.step = .publication(loss: score.loss)
                return .done
            }
        }
        try close(phase.evaluation.round, next: nil, loss: base, isEmpty: false)
        return .closed
    }

    private mutating func remove(
        _ update: FederatedScoring.Update, from sum: inout FederatedAverage, _ phase: ScorePhase
    ) throws(Refusal) {
        guard let model = try? load(update.slot, phase.evaluation.round.global) else {
            throw Refusal(.internalFault, at: "update")
        }
        sum.remove(model)
    }

    /// Shares the round's part of the pool out; it is paid when the job ends.
    private mutating func creditGains(_ scoring: FederatedScoring, _ round: Round) {
        let amounts = Payouts.federated(
            gains: scoring.gains, pool: round.share(of: job.terms.rounds))
        for (update, amount) in zip(scoring.updates, amounts) {
            job.slots[update.slot].earned += amount
        }
    }

    /// Ends a round: the updates and the data are dropped, the next round begins, or the job ends
    /// after its last round or two empty ones in a row.
    mutating func close(
        _ round: Round, next: Model?, loss: UInt64, isEmpty: Bool
    ) throws(Refusal) {
        var global = round.global
        if let next {
            let blob = next.canonicalBlob(architecture: job.architecture)
            let whole = WholeFile(bytes: blob, digest: SHA256.hash(blob), boundDigest: nil)
            global = GlobalModel(model: next, digest: whole.digest)
            // The application's own.
            let file = JobFile(
                kind: .global, owner: .zero, cid: .raw(digest: whole.digest), whole: whole)
            decision.content.append(.put(file))
        }
        try decision.notice(
            NoticeFunctions.roundClosed, .uint(job.id), .uint(UInt64(round.number)),
            .bytes(CID.raw(digest: global.digest).binary), .uint(loss))
        // Only the models to improve on outlive the round.
        for slot in 0..<job.slots.count {
            if job.slots[slot].commitmentOrder != nil { job.slots[slot].stage = .accepted }
            drop(.model(slot: slot))
        }
        drop(.data)
        let following = Round(
            number: round.number + 1, global: global,
            pool: round.pool - round.share(of: job.terms.rounds),
            emptyBefore: isEmpty ? round.emptyBefore + 1 : 0)
        if following.number == job.terms.rounds || following.emptyBefore == 2
            || !hasTimeForRound
        {
            // The summary names the last global model.
            job.phase = .commit(CommitPhase(round: following.last, opensAt: now, closesAt: now))
            try settleFederated()
        } else {
            try begin(following)
        }
    }

    /// Whether a round that begins now ends before the job's own end.
    private var hasTimeForRound: Bool {
        var end = now
        for window in [1, 2, 4] { end = end.later(by: UInt64(job.terms.windows[window])) }
        return end <= job.endsBy
    }

    private mutating func settleFederated() throws(Refusal) {
        for slot in 0..<job.slots.count where !job.slots[slot].hasCommitted {
            try burnBond(of: slot)
        }
        try closeSlots()
        try finishSettlement()
    }
}

extension Round {
    /// `⌊pool / rounds left⌋`, used up whether or not it is paid.
    func share(of rounds: UInt32) -> UInt128 {
        rounds > number ? pool / UInt128(rounds - number) : 0
    }

    /// The same round numbered as the one before, for the summary of a job that ends after it.
    var last: Round {
        Round(
            number: number > 0 ? number - 1 : 0, global: global, pool: pool,
            emptyBefore: emptyBefore)
    }
}
