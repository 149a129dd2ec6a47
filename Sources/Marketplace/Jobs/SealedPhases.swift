import ABI
import Content
import Verifier

/// A round of a sealed job; all but federated jobs have one.
public struct Round: Sendable {
    /// From 0.
    public let number: UInt32
    /// The model that the round improves on.
    public let global: GlobalModel
    /// The part of the reward that rounds have not used up. Not federated: all of it.
    public let pool: UInt128
    /// Rounds in a row, before this one, in which nobody delivered anything.
    public let emptyBefore: Int
}

/// COMMIT: clients commit to models before the evaluation data is known.
public struct CommitPhase: Sendable {
    public let round: Round
    public let opensAt: UInt64
    public let closesAt: UInt64
}

/// DATA: the sponsor reveals the round's evaluation data.
public struct DataPhase: Sendable {
    public let round: Round
    public let deadline: UInt64
    /// What the sponsor has opened its commitment with: whole, and valid.
    public var evaluation: RoundEvaluation?
    /// The base model's scoring on it.
    public var running: Evaluation?
}

/// What the submissions of a round are judged on.
public struct RoundEvaluation: Sendable {
    public let round: Round
    public let cid: CID
    public let digest: Bytes32
    public let data: Dataset
}

/// CLAIM: clients say what loss their models have, which scoring makes exact.
public struct ClaimPhase: Sendable {
    public let evaluation: RoundEvaluation
    public let base: Metrics
    public let opensAt: UInt64
    public let closesAt: UInt64
    /// For each slot.
    public var claims: [UInt64?]
}

/// REVEAL: who is due a payout by the claims shows the model, and it must have the loss claimed.
public struct RevealPhase: Sendable {
    public let evaluation: RoundEvaluation
    public let base: Metrics
    public var opensAt: UInt64
    public var closesAt: UInt64
    /// One for each claim, in the order of the commitments.
    public var entries: [Entry]
    public var queue = ScoreQueue()
    /// Whether the window's end has been dealt with: only scores are waited for.
    public var isOver = false

    public struct Entry: Sendable {
        public let slot: Int
        public let order: UInt64
        public let claim: UInt64
        public var status: Status
    }

    /// The raw values are what inspect says.
    public enum Status: String, Sendable {
        case notDue
        case due
        case verified
        /// The model did not have the loss claimed, or was not shown in time.
        case failed
    }
}

/// REVEAL of a federated round: everyone who committed shows the update.
public struct GatherPhase: Sendable {
    public let evaluation: RoundEvaluation
    public let opensAt: UInt64
    public let closesAt: UInt64
}

/// SCORE of a federated round.
public struct ScorePhase: Sendable {
    public let evaluation: RoundEvaluation
    public let startedAt: UInt64
    public var scoring: FederatedScoring
}
