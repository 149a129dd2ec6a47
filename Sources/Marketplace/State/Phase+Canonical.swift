import Verifier

extension Job.Phase: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        switch self {
        case .filling(let phase): hasher.add(Choice(0), phase.deadline)
        case .open(let phase): hasher.add(Choice(1), phase)
        case .commit(let phase): hasher.add(Choice(2), phase.round, phase.opensAt, phase.closesAt)
        case .data(let phase): hasher.add(Choice(3), phase)
        case .claim(let phase): hasher.add(Choice(4), phase)
        case .reveal(let phase): hasher.add(Choice(5), phase)
        case .gather(let phase):
            hasher.add(Choice(6), phase.evaluation, phase.opensAt, phase.closesAt)
        case .score(let phase):
            hasher.add(Choice(7), phase.evaluation, phase.startedAt, phase.scoring)
        }
    }
}

extension Open: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(opensAt, closesAt, global.digest)
        hasher.add(baseMetrics, best, queue, isOver)
    }
}

extension Open.Best: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(slot, modelCid, digest, loss) }
}

extension DataPhase: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(round, deadline, evaluation, running) }
}

extension ClaimPhase: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(evaluation, Metrics?.some(base))
        hasher.add(opensAt, closesAt, claims)
    }
}

extension RevealPhase: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(evaluation, Metrics?.some(base))
        hasher.add(opensAt, closesAt)
        hasher.add(entries, queue, isOver)
    }
}

extension RevealPhase.Entry: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(slot, order, claim)
        switch status {
        case .notDue: hasher.add(Choice(0))
        case .due: hasher.add(Choice(1))
        case .verified: hasher.add(Choice(2))
        case .failed: hasher.add(Choice(3))
        }
    }
}

extension FederatedScoring: Canonical {
    /// The sums are those of the updates that are valid, as far as the step says.
    func add(to hasher: inout CanonicalHasher) {
        switch step {
        case .base: hasher.add(Choice(0))
        case .loading(let index): hasher.add(Choice(1), index)
        case .all: hasher.add(Choice(2))
        case .without(let index): hasher.add(Choice(3), index)
        case .selection(let index): hasher.add(Choice(4), index)
        case .publication(let loss): hasher.add(Choice(5), loss)
        }
        hasher.add(updates, base, lossOfAll, running)
    }
}

extension FederatedScoring.Update: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(slot, isValid, UInt64(bitPattern: gain))
    }
}

extension ScoreQueue: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(waiting, running) }
}

extension ScoreQueue.Running: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(slot, Evaluation?.some(evaluation)) }
}

extension Round: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(number, global.digest, pool, emptyBefore)
    }
}

extension RoundEvaluation: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(round, cid, digest) }
}

extension Evaluation: Canonical {
    /// Everything else that an evaluation holds follows from model, data and how far it has come.
    func add(to hasher: inout CanonicalHasher) { hasher.add(scored, loss, correct) }
}

extension Metrics: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(loss, correct) }
}
