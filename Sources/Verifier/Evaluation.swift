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
        tally = ScoreTally(architecture: architecture)
    }

    /// Work of a whole evaluation: samples · work per sample.
    public static func totalWork(architecture: Architecture, samples: Int) -> UInt64 {
        // At most 2^20 samples of at most 10^8 each, for any data set that exists.
        UInt64(truncatingIfNeeded: max(0, samples)) &* architecture.workPerSample
    }

    /// The largest loss that so many samples can have: what a model that cannot be loaded counts as.
    public static func worstLoss(samples: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: max(0, samples)) &* DML1.lossLimit
    }

    /// Whether all samples are scored.
    public var isFinished: Bool { scored == data.samples }

    /// What is known so far; complete once finished. The AUC is only counted then.
    public var metrics: Metrics { tally.metrics }

    /// Scores the whole samples that fit `budget`, and at least one unless all are scored.
    ///
    /// - Returns: The work spent: samples scored now · work per sample.
    public mutating func step(budget: UInt64) -> UInt64 {
        let left = data.samples &- scored
        guard left > 0 else { return 0 }
        // Work per sample is never 0: it counts the features, of which there is at least one.
        let workPerSample = pass.architecture.workPerSample
        let affordable = max(1, budget / workPerSample)
        let count = affordable >= UInt64(truncatingIfNeeded: left) ? left : Int(affordable)
        score(count)
        if isFinished { tally.finish() }
        return UInt64(truncatingIfNeeded: count) &* workPerSample
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
