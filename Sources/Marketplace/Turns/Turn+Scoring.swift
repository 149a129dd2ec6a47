import ABI
import Content
import Verifier
import Vouchers

/// What came out of a queue of submissions.
enum Scored {
    case base(Metrics)
    case submission(slot: Int, Metrics)
    /// The blob is no model of the job's architecture.
    case invalid(slot: Int, VerifierError)
}

extension Turn {
    /// Scores the next in a queue; nil when nothing waits or the budget does not reach. The base
    /// model comes first, while its metrics are not known.
    mutating func next(
        in queue: inout ScoreQueue, baseIsDue: Bool, global: GlobalModel, data: Dataset
    ) throws(Refusal) -> Scored? {
        if queue.running == nil {
            if baseIsDue {
                queue.running = ScoreQueue.Running(
                    slot: nil, evaluation: evaluation(of: global.model, on: data))
            } else {
                guard let slot = queue.waiting.first, budget.start(job.work.load) else {
                    return nil
                }
                queue.waiting.removeFirst()
                do throws(VerifierError) {
                    queue.running = ScoreQueue.Running(
                        slot: slot,
                        evaluation: evaluation(of: try load(slot, global), on: data))
                } catch {
                    return .invalid(slot: slot, error)
                }
            }
        }
        guard var running = queue.running else { return nil }
        queue.running = nil
        guard let metrics = score(&running.evaluation) else {
            queue.running = running
            return nil
        }
        guard let slot = running.slot else { return .base(metrics) }
        return .submission(slot: slot, metrics)
    }

    /// Carries an evaluation on as far as the budget reaches; its metrics when it is finished.
    mutating func score(_ evaluation: inout Evaluation) -> Metrics? {
        budget.spend(
            evaluation.step(budget: budget.left, atLeastOne: budget.spent == 0))
        return evaluation.isFinished ? evaluation.metrics : nil
    }

    func evaluation(of model: Model, on data: Dataset) -> Evaluation {
        Evaluation(architecture: job.architecture, model: model, data: data)
    }

    /// The submission in a queue: a queued slot always has one.
    func queuedSubmission(of slot: Int) throws(Refusal) -> Submission {
        guard let submission = job.slots[slot].submission else {
            throw Refusal(.internalFault, at: "queue")
        }
        return submission
    }

    /// Loads a submitted model; its file is in use as long as it waits.
    func load(_ slot: Int, _ global: GlobalModel) throws(VerifierError) -> Model {
        try Model(
            parsing: file(.model(slot: slot))?.whole?.bytes ?? [],
            architecture: job.architecture, base: global.model, dtype: job.storage.modelDType)
    }

    mutating func noticeScore(
        _ submission: Submission, of slot: Int, loss: UInt64, baseLoss: UInt64, correct: UInt32,
        accepted: Bool
    ) throws(Refusal) {
        try decision.notice(
            NoticeFunctions.submissionScored, .uint(job.id), .uint(UInt64(job.round)),
            .address(job.slots[slot].client), .bytes(submission.modelCid.binary),
            .bytes(submission.dataCid.binary), .uint(loss), .uint(baseLoss),
            .uint(UInt64(correct)), .uint(UInt64(job.terms.samples)), .bool(accepted))
    }

    /// Says why a submitted blob cannot be scored.
    mutating func reportInvalid(_ slot: Int, _ reason: VerifierError) {
        decision.report(.invalidModel, at: "job \(job.id), slot \(slot): \(reason.code)")
    }

    /// The loss of what cannot be scored: the largest that any model can have.
    var worstLoss: UInt64 { Evaluation.worstLoss(samples: Int(job.terms.samples)) }
}
