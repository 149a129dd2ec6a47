import ABI
import Content

/// A client's place in a job.
public struct Slot: Sendable {
    public let client: Address
    /// Where rewards go; zero is the client's balance.
    public let payout: Address
    public let acceptedAt: UInt64
    public var stage: Stage = .accepted
    /// Whether the client ever committed: a bond is forfeited if not.
    public var hasCommitted = false
    /// Unsealed: every submission whose scoring has started, at most `Limits.attempts`.
    public var attempts: [Attempt] = []
    /// What the slot was paid: at most one reward, but for the rounds of a federated job.
    public var paid: UInt128 = 0
    /// FEDERATED: what the rounds so far have earned, paid when the job ends or the slot is lost.
    public var earned: UInt128 = 0
    /// FEDERATED: rounds in a row without a commitment.
    public var skippedRounds = 0

    /// What the client has done since its last scored submission, or in this round.
    public enum Stage: Sendable {
        case accepted
        case committed(Commitment)
        /// Opened, with a model whose blocks are not all there, so that it cannot be compared with
        /// the commitment yet.
        case awaiting(AwaitedSubmission)
        case submitted(Submission)
        case paid
        /// FEDERATED: the client has lost the slot; another may take it.
        case vacant
    }

    public init(client: Address, payout: Address, acceptedAt: UInt64) {
        self.client = client
        self.payout = payout
        self.acceptedAt = acceptedAt
    }

    public var isVacant: Bool {
        if case .vacant = stage { true } else { false }
    }

    public var isPaid: Bool {
        if case .paid = stage { true } else { false }
    }

    /// The commitment of this round, opened or not.
    public var commitmentOrder: UInt64? {
        switch stage {
        case .committed(let commitment): return commitment.order
        case .awaiting(let opening): return opening.commitment.order
        case .submitted(let submission): return submission.order
        case .accepted, .paid, .vacant: return nil
        }
    }

    /// The submission whose bytes are all in.
    public var wholeSubmission: Submission? {
        guard case .submitted(let submission) = stage, submission.isWhole else { return nil }
        return submission
    }

    /// The name of the stage for inspect.
    public var stageName: StaticString {
        switch stage {
        case .accepted: return "accepted"
        case .committed: return "committed"
        case .awaiting: return "submitted"
        case .submitted(let submission): return submission.isWhole ? "scoring" : "submitted"
        case .paid: return "paid"
        case .vacant: return "vacant"
        }
    }
}

/// A promise of a model that nobody can see yet.
public struct Commitment: Sendable {
    public let hash: Bytes32
    public let committedAt: UInt64
    /// The index of the input that brought it; earlier commitments win ties.
    public let order: UInt64
}

/// An opened commitment.
public struct Submission: Sendable {
    public let modelCid: CID
    /// SHA-256 of the model blob.
    public let digest: Bytes32
    public let dataCid: CID
    public let order: UInt64
    /// Whether the bytes are in too, so that it waits only for its score.
    public var isWhole = false

    init(_ opening: AwaitedSubmission, _ digest: Bytes32) {
        modelCid = opening.modelCid
        self.digest = digest
        dataCid = opening.dataCid
        order = opening.commitment.order
    }
}

/// What a client says when it opens its commitment.
public struct AwaitedSubmission: Sendable {
    public let modelCid: CID
    public let dataCid: CID
    public let salt: Bytes32
    public let commitment: Commitment
}

/// A submission that was scored, or refused when its scoring began.
public struct Attempt: Sendable {
    public let modelCid: CID
    /// SHA-256 of the model blob.
    public let digest: Bytes32
    public let scoredAt: UInt64
    public let result: Result

    public enum Result: Sendable {
        /// The blob is no model of the job's architecture: the reason's code.
        case invalid(String)
        case scored(loss: UInt64, lossToBeat: UInt64, correct: UInt32, accepted: Bool)
    }
}
