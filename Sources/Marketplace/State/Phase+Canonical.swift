import ABI
import Content
import Verifier

extension Job.Phase {
    func add(to hasher: inout CanonicalHasher) {
        switch self {
        case .filling(let phase):
            hasher.add(case: 0)
            hasher.add(phase.deadline)
        case .open(let phase):
            hasher.add(case: 1)
            phase.add(to: &hasher)
        case .commit(let phase):
            hasher.add(case: 2)
            phase.round.add(to: &hasher)
            hasher.add(phase.opensAt, phase.closesAt)
        case .data(let phase):
            hasher.add(case: 3)
            phase.add(to: &hasher)
        case .claim(let phase):
            hasher.add(case: 4)
            phase.add(to: &hasher)
        case .reveal(let phase):
            hasher.add(case: 5)
            phase.add(to: &hasher)
        case .gather(let phase):
            hasher.add(case: 6)
            phase.evaluation.add(to: &hasher)
            hasher.add(phase.opensAt, phase.closesAt)
        case .score(let phase):
            hasher.add(case: 7)
            phase.evaluation.add(to: &hasher)
            hasher.add(phase.startedAt)
            phase.scoring.add(to: &hasher)
        }
    }
}

extension Open {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(opensAt, closesAt)
        hasher.add(global.digest)
        hasher.add(baseMetrics)
        hasher.add(best != nil)
        if let best {
            hasher.add(best.slot)
            hasher.add(best.modelCid)
            hasher.add(best.digest)
            hasher.add(best.loss)
        }
        queue.add(to: &hasher)
        hasher.add(isOver)
    }
}

extension DataPhase {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        round.add(to: &hasher)
        hasher.add(deadline)
        hasher.add(evaluation != nil)
        evaluation?.add(to: &hasher)
        hasher.add(running)
    }
}

extension ClaimPhase {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        evaluation.add(to: &hasher)
        hasher.add(base)
        hasher.add(opensAt, closesAt)
        hasher.add(claims.count)
        for claim in claims { hasher.add(claim) }
    }
}

extension RevealPhase {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        evaluation.add(to: &hasher)
        hasher.add(base)
        hasher.add(opensAt, closesAt)
        hasher.add(entries.count)
        for entry in entries {
            hasher.add(entry.slot)
            hasher.add(entry.order)
            hasher.add(entry.claim)
            switch entry.status {
            case .notDue: hasher.add(case: 0)
            case .due: hasher.add(case: 1)
            case .verified: hasher.add(case: 2)
            case .failed: hasher.add(case: 3)
            }
        }
        queue.add(to: &hasher)
        hasher.add(isOver)
    }
}

extension FederatedScoring {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        switch step {
        case .base: hasher.add(case: 0)
        case .loading(let index):
            hasher.add(case: 1)
            hasher.add(index)
        case .all: hasher.add(case: 2)
        case .without(let index):
            hasher.add(case: 3)
            hasher.add(index)
        case .selection(let index):
            hasher.add(case: 4)
            hasher.add(index)
        case .publication(let loss):
            hasher.add(case: 5)
            hasher.add(loss)
        }
        // The sums are those of the updates that are valid, as far as the step says.
        hasher.add(updates.count)
        for update in updates {
            hasher.add(update.slot)
            hasher.add(update.isValid)
            hasher.add(UInt64(bitPattern: update.gain))
        }
        hasher.add(base)
        hasher.add(lossOfAll)
        hasher.add(running)
    }
}

extension ScoreQueue {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(waiting.count)
        for slot in waiting { hasher.add(slot) }
        hasher.add(running != nil)
        guard let running else { return }
        hasher.add(running.slot.map { UInt64($0) })
        hasher.add(running.evaluation)
    }
}

extension Round {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(UInt64(number))
        hasher.add(global.digest)
        hasher.add(pool)
        hasher.add(emptyBefore)
    }
}

extension RoundEvaluation {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        round.add(to: &hasher)
        hasher.add(cid)
        hasher.add(digest)
    }
}

extension CanonicalHasher {
    /// Everything else that an evaluation holds follows from model, data and how far it has come.
    fileprivate mutating func add(_ evaluation: Evaluation?) {
        add(evaluation != nil)
        guard let evaluation else { return }
        add(evaluation.scored)
        add(evaluation.loss)
        add(UInt64(evaluation.correct))
    }

    fileprivate mutating func add(_ metrics: Metrics?) {
        add(metrics != nil)
        if let metrics { add(metrics.loss, UInt64(metrics.correct)) }
    }
}
