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

    /// Takes a slot away: the bond goes to the sponsor, what was earned is paid.
    private mutating func expel(_ slot: Int) throws(Refusal) {
        try payEarnings(of: slot)
        try forfeitBond(of: slot)
        let client = job.slots[slot].client
        job.slots[slot].stage = .vacant
        if client != job.sponsor {
            keepSubmitted(of: client)
            dropContent { $0.owner == client }
        }
        decision.content.append(.upload(nil, job: job.id, sender: client))
    }

    /// Takes over what others have submitted too: whose bytes came first must not decide whether a
    /// submission is scored. They take nobody's share, and go when the round is closed.
    private mutating func keepSubmitted(of owner: Address) {
        for index in job.content.indices where job.content[index].owner == owner {
            let digest = job.content[index].digest
            let isSubmitted = job.slots.contains { slot in
                if case .submitted(let submission) = slot.stage {
                    return submission.digest == digest
                }
                return false
            }
            if isSubmitted { job.content[index].owner = .zero }
        }
    }

    /// REVEAL of a federated round ends when everyone has shown the update, or with its window.
    mutating func step(_ phase: GatherPhase) throws(Refusal) -> Bool {
        let isComplete = !job.slots.contains {
            $0.commitmentOrder != nil && $0.wholeSubmission == nil
        }
        guard isComplete || now >= phase.closesAt else { return false }
        var updates: [FederatedScoring.Update] = []
        for slot in 0..<job.slots.count where job.slots[slot].commitmentOrder != nil {
            if let submission = job.slots[slot].wholeSubmission {
                updates.append(FederatedScoring.Update(slot: slot, submission: submission))
            } else {
                try expel(slot)
            }
        }
        job.phase = .score(
            ScorePhase(
                evaluation: phase.evaluation, startedAt: now,
                scoring: FederatedScoring(
                    global: phase.evaluation.round.global.model, updates: updates)))
        return true
    }

    /// SCORE goes through its steps as far as the budget reaches.
    mutating func step(_ phase: ScorePhase) throws(Refusal) -> Bool {
        var scoring = phase.scoring
        let round = phase.evaluation.round
        while budget > 0 {
            switch scoring.step {
            case .base:
                guard let metrics = evaluate(round.global.model, &scoring, phase) else { break }
                scoring.base = metrics
                scoring.step = .loading(0)
            case .loading(let index):
                try loadUpdate(index, &scoring, round)
            case .all:
                guard scoring.sum.count > 0 else {
                    job.phase = .score(phase.with(scoring))
                    try close(round, next: nil, loss: scoring.base?.loss ?? 0, isEmpty: true)
                    return true
                }
                guard let loss = lossOfMean(scoring.sum, &scoring, phase)?.loss else { break }
                scoring.lossOfAll = loss
                scoring.step = .without(0)
            case .without(let index):
                try leaveOut(index, &scoring, phase)
            case .selection(let index):
                if try select(index, &scoring, phase) { return true }
            }
        }
        job.phase = .score(phase.with(scoring))
        return false
    }

    /// Carries the evaluation of `model` on; its metrics when it is finished.
    private mutating func evaluate(
        _ model: @autoclosure () -> Model, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) -> Metrics? {
        var running =
            scoring.running ?? evaluation(of: model(), on: phase.evaluation.data)
        spend(running.step(budget: budget, atLeastOne: true))
        guard running.isFinished else {
            scoring.running = running
            return nil
        }
        scoring.running = nil
        return running.metrics
    }

    /// The loss of the mean of a sum; a mean that fails the load proof has the worst there is.
    private mutating func lossOfMean(
        _ sum: FederatedAverage, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) -> (loss: UInt64, correct: UInt32)? {
        if scoring.running == nil {
            spend(job.architecture.loadWork)
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
    ) throws(Refusal) {
        guard index < scoring.updates.count else {
            scoring.step = .all
            return
        }
        scoring.step = .loading(index + 1)
        let update = scoring.updates[index]
        spend(job.architecture.loadWork)
        do throws(VerifierError) {
            let model = try load(update.submission, round.global)
            let bound = UInt128(job.terms.normBound) * UInt128(job.terms.normBound)
            if model.squaredDistance(to: round.global.model) <= bound {
                scoring.sum.add(model)
                scoring.updates[index].isValid = true
                return
            }
            decision.reports.append(
                Report.error(
                    Refusal(.invalidModel, at: "job \(job.id), slot \(update.slot): normBound")))
        } catch {
            reportInvalid(update.slot, error)
        }
        try noticeScore(
            update.submission, of: update.slot, loss: worstLoss,
            baseLoss: scoring.base?.loss ?? 0, correct: 0, accepted: false)
        try expel(update.slot)
    }

    /// Scores the mean without the update at `index`: what it loses is what the update is worth.
    private mutating func leaveOut(
        _ index: Int, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) throws(Refusal) {
        guard index < scoring.updates.count else {
            scoring.selection = scoring.sum
            scoring.step = .selection(0)
            return
        }
        let update = scoring.updates[index]
        guard update.isValid else {
            scoring.step = .without(index + 1)
            return
        }
        if scoring.running == nil {
            scoring.selection = scoring.sum
            try remove(update, from: &scoring.selection, phase)
        }
        guard let score = lossOfMean(scoring.selection, &scoring, phase) else { return }
        // Losses are at most 2^54.
        let gain = Int64(score.loss) - Int64(scoring.lossOfAll)
        scoring.updates[index].gain = gain
        scoring.step = .without(index + 1)
        try noticeScore(
            update.submission, of: update.slot, loss: score.loss, baseLoss: scoring.lossOfAll,
            correct: score.correct, accepted: gain > 0)
    }

    /// Takes out the updates that do not help, and judges the mean of the others.
    private mutating func select(
        _ index: Int, _ scoring: inout FederatedScoring, _ phase: ScorePhase
    ) throws(Refusal) -> Bool {
        if index < scoring.updates.count {
            scoring.step = .selection(index + 1)
            let update = scoring.updates[index]
            if update.isValid, update.gain <= 0 {
                try remove(update, from: &scoring.selection, phase)
            }
            return false
        }
        let base = scoring.base?.loss ?? 0
        guard scoring.selection.count > 0 else {
            job.phase = .score(phase.with(scoring))
            try close(phase.evaluation.round, next: nil, loss: base, isEmpty: false)
            return true
        }
        guard let score = lossOfMean(scoring.selection, &scoring, phase) else { return false }
        job.phase = .score(phase.with(scoring))
        guard score.loss < base, let model = scoring.candidate else {
            try close(phase.evaluation.round, next: nil, loss: base, isEmpty: false)
            return true
        }
        creditGains(scoring, phase.evaluation.round)
        try close(
            phase.evaluation.round, next: model, loss: score.loss, isEmpty: false)
        return true
    }

    private mutating func remove(
        _ update: FederatedScoring.Update, from sum: inout FederatedAverage, _ phase: ScorePhase
    ) throws(Refusal) {
        spend(job.architecture.loadWork)
        guard let model = try? load(update.submission, phase.evaluation.round.global) else {
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
            global = GlobalModel(model: next, digest: SHA256.hash(blob))
            // The application's own: it takes nobody's share.
            job.content.append(
                StoredContent(digest: global.digest, size: blob.count, owner: .zero))
            decision.content.append(.retain(global.digest, bytes: blob))
        }
        try decision.notice(
            NoticeFunctions.roundClosed, .uint(job.id), .uint(UInt64(round.number)),
            .bytes(CID.raw(digest: global.digest).binary), .uint(loss))
        for slot in 0..<job.slots.count where job.slots[slot].commitmentOrder != nil {
            job.slots[slot].stage = .accepted
        }
        // Only the global model goes on, as the sponsor's or the application's own.
        let sponsor = job.sponsor
        dropContent {
            $0.digest != global.digest || ($0.owner != .zero && $0.owner != sponsor)
        }
        let following = Round(
            number: round.number + 1, global: global,
            pool: round.pool - round.share(of: job.terms.rounds),
            emptyBefore: isEmpty ? round.emptyBefore + 1 : 0)
        if following.number == job.terms.rounds || following.emptyBefore == 2 {
            // The summary names the last global model.
            job.phase = .commit(CommitPhase(round: following.last, opensAt: now, closesAt: now))
            try settleFederated()
        } else {
            try begin(following)
        }
    }

    private mutating func settleFederated() throws(Refusal) {
        for slot in 0..<job.slots.count where !job.slots[slot].isVacant {
            try payEarnings(of: slot)
            try closeBond(of: slot)
        }
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

extension ScorePhase {
    func with(_ scoring: FederatedScoring) -> ScorePhase {
        var phase = self
        phase.scoring = scoring
        return phase
    }
}
