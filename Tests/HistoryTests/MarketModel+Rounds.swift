import ABI
import Marketplace

// SCORE of a federated round, one step after the other.
extension MarketModel {
    /// True when the round is over.
    mutating func stepScore(_ job: Int) -> Bool {
        let terms = jobs[job].terms
        while let scoring = jobs[job].federated {
            switch scoring.work {
            case .base:
                guard let score = score(jobs[job].global, job) else { return false }
                jobs[job].baseScore = score
                jobs[job].federated?.base = score.loss
                jobs[job].federated?.work = .load(0)
            case .load(let index):
                guard index < scoring.updates.count else {
                    jobs[job].federated?.work = .all
                    continue
                }
                guard start(terms.federatedUnits) else { return false }
                load(job, index)
            case .all:
                let models = scoring.parameters { _, _ in true }
                if models.isEmpty {
                    closeRound(job, next: nil, loss: scoring.base, isEmpty: true)
                    return true
                }
                guard let score = scoreMean(of: models, job, cost: terms.federatedUnits) else {
                    return false
                }
                jobs[job].federated?.lossOfAll = score.loss
                jobs[job].federated?.work = .without(0)
            case .without(let index):
                guard leaveOut(job, index) else { return false }
            case .drop(let index):
                guard drop(job, index) else { return false }
            case .chosen:
                if scoring.helpful.isEmpty { return keepGlobal(job) }
                guard
                    let score = scoreMean(
                        of: scoring.helpful, job, cost: terms.federatedUnits)
                else { return false }
                guard score.loss < scoring.base else { return keepGlobal(job) }
                jobs[job].federated?.work = .renew(score.loss)
            case .renew(let loss):
                guard start(32 * terms.parameters) else { return false }
                renew(job, loss)
                return true
            }
        }
        return false
    }

    private mutating func load(_ job: Int, _ index: Int) {
        guard let scoring = jobs[job].federated else { return }
        jobs[job].federated?.work = .load(index + 1)
        let slot = scoring.updates[index].slot
        if let model = submission(job, slot),
            FederatedModel.isWithin(jobs[job].terms.normBound, model, of: jobs[job].global)
        {
            jobs[job].federated?.updates[index].parameters = model
            return
        }
        effects.codes.append("invalidModel")
        noticeScore(job, slot, loss: jobs[job].worst, base: scoring.base, correct: 0, false)
        expel(job, slot)
    }

    /// The score of a mean; the worst there is when it fails the load proof.
    private mutating func scoreMean(
        of models: [[Int32]], _ job: Int, cost: UInt64
    ) -> (loss: UInt64, correct: UInt64)? {
        guard prepare(job, cost: cost) else { return nil }
        let mean = FederatedModel.mean(models, over: jobs[job].global)
        guard let judge = try? Judge(features: jobs[job].terms.features),
            judge.isBase(judge.blob(mean)) != nil
        else {
            jobs[job].hasLoaded = false
            return (jobs[job].worst, 0)
        }
        return score(mean, job)
    }

    /// What the mean loses without an update is what the update is worth; false to wait.
    private mutating func leaveOut(_ job: Int, _ index: Int) -> Bool {
        guard let scoring = jobs[job].federated else { return false }
        guard index < scoring.updates.count else {
            jobs[job].federated?.work = .drop(0)
            return true
        }
        guard scoring.updates[index].parameters != nil else {
            jobs[job].federated?.work = .without(index + 1)
            return true
        }
        let others = scoring.parameters { other, _ in other != index }
        let cost = 2 * jobs[job].terms.federatedUnits
        guard let score = scoreMean(of: others, job, cost: cost) else { return false }
        let gain = Int64(score.loss) - Int64(scoring.lossOfAll)
        jobs[job].federated?.updates[index].gain = gain
        jobs[job].federated?.work = .without(index + 1)
        noticeScore(
            job, scoring.updates[index].slot, loss: score.loss, base: scoring.lossOfAll,
            correct: score.correct, gain > 0)
        return true
    }

    /// Takes out what does not help; false to wait.
    private mutating func drop(_ job: Int, _ index: Int) -> Bool {
        guard let scoring = jobs[job].federated else { return false }
        guard index < scoring.updates.count else {
            jobs[job].federated?.work = .chosen
            return true
        }
        let update = scoring.updates[index]
        if update.parameters != nil, update.gain <= 0,
            !start(jobs[job].terms.federatedUnits)
        {
            return false
        }
        jobs[job].federated?.work = .drop(index + 1)
        return true
    }

    private mutating func keepGlobal(_ job: Int) -> Bool {
        closeRound(job, next: nil, loss: jobs[job].federated?.base ?? 0, isEmpty: false)
        return true
    }

    /// Pays those that help, and takes their mean for the next round.
    private mutating func renew(_ job: Int, _ loss: UInt64) {
        guard let scoring = jobs[job].federated else { return }
        let amounts = PayoutModel.federated(scoring.updates.map { $0.gain }, pool: share(job))
        for (update, amount) in zip(scoring.updates, amounts) {
            let earned = jobs[job].seats[update.slot]?.earned ?? .zero
            jobs[job].seats[update.slot]?.earned = earned.adding(amount) ?? .max
        }
        let mean = FederatedModel.mean(scoring.helpful, over: jobs[job].global)
        closeRound(job, next: mean, loss: loss, isEmpty: false)
    }
}
