import JSON
import Verifier

/// What an evaluation comes to: the numbers that the machine would pay on, and those it shows.
public struct ScoreReport: Sendable {
    public let metrics: Metrics
    /// The loss of the base model on the same data; nil without one.
    public let baseLoss: UInt64?
    /// Work of the evaluation, without loading.
    public let work: UInt64

    /// Scores the model, and the base if there is one.
    public init(_ scoring: ScoringCase) {
        metrics = scoring.metrics(of: scoring.model)
        baseLoss = scoring.base.map { scoring.metrics(of: $0).loss }
        work = Evaluation.totalWork(
            architecture: scoring.architecture, samples: scoring.data.samples)
    }

    /// By how many parts per million the loss is below that of the base, floored.
    ///
    /// Nil without a base, and when the loss is not lower.
    public var improvementPpm: UInt64? {
        guard let baseLoss, metrics.loss < baseLoss else { return nil }
        // Losses are at most 2^54; a lower loss than the base means that the base is not 0.
        return UInt64((UInt128(baseLoss - metrics.loss) * 1_000_000) / UInt128(baseLoss))
    }

    /// As one line of a batch.
    public var json: [UInt8] { BatchResult.score(self).json }

    /// One object; sums of losses, pairs and work are decimal strings.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.string("loss", "\(metrics.loss)")
        writer.string("baseLoss", baseLoss.map { "\($0)" })
        writer.number("correct", UInt64(metrics.correct))
        writer.number("samples", UInt64(metrics.samples))
        writer.beginArray("auc")
        writer.string("\(metrics.aucNumerator)")
        writer.string("\(metrics.aucDenominator)")
        writer.endArray()
        writer.number("macroF1Ppb", metrics.macroF1Ppb)
        writer.beginArray("perClass")
        for counts in metrics.perClass {
            writer.beginArray()
            writer.number(UInt64(counts.truePositives))
            writer.number(UInt64(counts.falsePositives))
            writer.number(UInt64(counts.falseNegatives))
            writer.endArray()
        }
        writer.endArray()
        writer.string("work", "\(work)")
        writer.endObject()
    }
}
