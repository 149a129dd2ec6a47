import Verifier

extension Job {
    /// Units of work that are pending: what the next inputs to this job will be charged for, at
    /// most.
    var pendingUnits: UInt64 {
        switch phase {
        case .filling, .commit, .claim, .gather:
            return 0
        case .open(let phase):
            let base = phase.baseMetrics == nil && phase.queue.running == nil ? work.scoring : 0
            return base + pending(in: phase.queue)
        case .data(let phase):
            guard phase.evaluation != nil, payout != .federated else { return 0 }
            return left(of: phase.running)
        case .reveal(let phase):
            return pending(in: phase.queue)
        case .score(let phase):
            return pending(in: phase.scoring)
        }
    }

    /// How many `advance` finish what is pending at the latest: each leaves at most the largest
    /// step of its budget unused.
    func advancesLeft(_ configuration: Configuration) -> UInt64 {
        let budget = configuration.inputBudget
        let each = max(1, budget - min(budget, Limits.largestStep))
        return (pendingUnits + each - 1) / each
    }

    private func pending(in queue: ScoreQueue) -> UInt64 {
        let running = queue.running.map { left(of: $0.evaluation) } ?? 0
        return running + UInt64(queue.waiting.count) * work.evaluation
    }

    /// What is left of an evaluation; all of it when it has not begun.
    private func left(of evaluation: Evaluation?) -> UInt64 {
        guard let evaluation else { return work.scoring }
        return work.scoring - UInt64(evaluation.scored) * architecture.unitsPerSample
    }

    private func pending(in scoring: FederatedScoring) -> UInt64 {
        let count = UInt64(scoring.updates.count)
        let last = count * work.average + work.average + work.scoring + work.publication
        let without = 2 * work.average + work.scoring
        let all = work.average + work.scoring
        let running = left(of: scoring.running)
        switch scoring.step {
        case .base: return running + count * work.average + all + count * without + last
        case .loading(let index):
            return (count - UInt64(index)) * work.average + all + count * without + last
        case .all: return all + count * without + last
        case .without(let index): return (count - UInt64(index)) * without + last
        case .selection: return last
        case .publication: return work.publication
        }
    }
}
