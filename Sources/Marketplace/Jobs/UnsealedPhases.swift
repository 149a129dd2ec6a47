import ABI
import Content
import Verifier

/// FILLING: the sponsor delivers the base model and, unsealed, the evaluation data.
public struct Filling: Sendable {
    public let deadline: UInt64
}

/// OPEN: clients commit, and open their commitments when those have aged.
public struct Open: Sendable {
    public let opensAt: UInt64
    public let closesAt: UInt64
    public let global: GlobalModel
    public let data: Dataset
    /// Known once the base model has been scored, which comes before every submission.
    public var baseMetrics: Metrics?
    /// The best accepted submission: the ratchet.
    public var best: Best?
    public var queue = ScoreQueue()
    /// Whether the window's end has been dealt with: only scores are waited for.
    public var isOver = false

    public struct Best: Sendable {
        public let slot: Int
        public let modelCid: CID
        /// SHA-256 of the model blob.
        public let digest: Bytes32
        public let loss: UInt64
    }

    /// The loss that the next submission must improve on. It starts as the base loss.
    public var lossToBeat: UInt64? {
        guard let baseMetrics else { return nil }
        return best?.loss ?? baseMetrics.loss
    }

    /// Whether a submission waits for its score.
    public var isScoring: Bool {
        !queue.waiting.isEmpty || queue.running?.slot != nil
    }
}

/// Submissions that wait for their score, first come first served, and the scoring under way, which
/// a large job spreads over several inputs.
public struct ScoreQueue: Sendable {
    public var waiting: [Int] = []
    public var running: Running?

    public struct Running: Sendable {
        /// The slot whose submission is scored; nil for the base model.
        public let slot: Int?
        public var evaluation: Evaluation
    }

    public var isIdle: Bool { waiting.isEmpty && running == nil }
}
