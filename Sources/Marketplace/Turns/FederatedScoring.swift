import ABI
import Content
import Verifier

/// The scoring of a federated round, as far as it has come: a value that a step carries on.
///
/// First the global model on the round's data, then every update into one exact sum, then the mean
/// of all of them and of all but one, and last the mean of those that help.
public struct FederatedScoring: Sendable {
    public enum Step: Sendable {
        case base
        /// The updates from this index on are still to be loaded.
        case loading(Int)
        case all
        /// The means without each update, from this index on.
        case without(Int)
        /// The mean of the updates that help; those before this index have been looked at.
        case selection(Int)
        /// The mean of the updates that help has this loss, and becomes the next global model.
        case publication(loss: UInt64)
    }

    /// One client's update.
    public struct Update: Sendable {
        public let slot: Int
        public let submission: Submission
        /// Whether it loads, and lies within the norm bound.
        public var isValid = false
        /// What the mean loses without it: positive when it helps.
        public var gain: Int64 = 0
    }

    public var step = Step.base
    public var updates: [Update]
    /// All valid updates.
    public var sum: FederatedAverage
    /// The sum from which the model under evaluation was made.
    public var selection: FederatedAverage
    public var running: Evaluation?
    /// The model under evaluation, once it is a candidate for the next global model.
    public var candidate: Model?
    public var base: Metrics?
    public var lossOfAll: UInt64 = 0

    public init(global: Model, updates: [Update]) {
        self.updates = updates
        self.sum = FederatedAverage(global: global)
        self.selection = self.sum
    }

    public var gains: [Int64] { updates.map { $0.gain } }
}
