/// The scoring of a model on a data set, done in steps.
///
/// A value: copies continue on their own. Where the steps are cut changes nothing in the result.
public struct Evaluation: Sendable {
    private let pass: ForwardPass
    private let data: Dataset
    private var tally: ScoreTally
    /// Samples scored so far.
    public private(set) var scored = 0

    /// Starts scoring. Model and data must have been validated for this architecture.
    public init(architecture: Architecture, model: Model, data: Dataset) {
        precondition(
            model.architectureID == architecture.id && data.architectureID == architecture.id,
            "model and data belong to the architecture")
        pass = ForwardPass(architecture: architecture, model: model)
        self.data = data
        tally = ScoreTally(architecture: architecture, samples: data.samples)
    }

    /// Work of a whole evaluation: samples · units per sample.
    public static func totalWork(architecture: Architecture, samples: Int) -> UInt64 {
        // At most 2^20 samples of little more than 10^8 each, for any data set that exists.
        UInt64(truncatingIfNeeded: max(0, samples)) &* architecture.unitsPerSample
    }

    /// The largest loss that so many samples can have: what a model that cannot be loaded counts as.
    public static func worstLoss(samples: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: max(0, samples)) &* DML1.lossLimit
    }

    /// Whether all samples are scored.
    public var isFinished: Bool { scored == data.samples }

    /// The sum of the losses of the samples scored so far, Q30.
    public var loss: UInt64 { tally.loss }

    /// The samples among them whose predicted class is their label; 0 for regression.
    public var correct: UInt32 { tally.correct }

    /// What is known so far; complete once finished. The AUC is only counted then.
    ///
    /// Makes a list with an entry for each class: `loss` and `correct` cost nothing.
    public var metrics: Metrics { tally.metrics }

    /// Scores as many whole samples as fit `budget`: none when not even one does.
    ///
    /// - Parameters:
    ///   - budget: Units that may be spent.
    ///   - atLeastOne: Scores a sample that is left even when it costs more than the budget.
    /// - Returns: The units spent: samples scored now · units per sample.
    public mutating func step(budget: UInt64, atLeastOne: Bool = false) -> UInt64 {
        let left = data.samples &- scored
        // Units per sample are never 0: they count the features, of which there is at least one.
        let unitsPerSample = pass.architecture.unitsPerSample
        let affordable = max(atLeastOne ? 1 : 0, budget / unitsPerSample)
        let count = affordable >= UInt64(truncatingIfNeeded: left) ? left : Int(affordable)
        guard count > 0 else { return 0 }
        score(count)
        if isFinished { tally.finish() }
        return UInt64(truncatingIfNeeded: count) &* unitsPerSample
    }

    private mutating func score(_ count: Int) {
        let outputs = pass.architecture.outputs
        let buffers = ActivationBuffers(architecture: pass.architecture, samples: count)
        let end = scored &+ count
        while scored < end {
            let batch = min(buffers.batch, end &- scored)
            let logits = pass.run(data, first: scored, count: batch, in: buffers)
            for index in 0..<batch {
                tally.add(
                    UnsafeBufferPointer(start: logits + index &* outputs, count: outputs),
                    sample: scored &+ index, of: data)
            }
            scored &+= batch
        }
    }
}
