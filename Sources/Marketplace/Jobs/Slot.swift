import ABI
import Content

/// A client's place in a job.
public struct Slot: Sendable {
    public let client: Address
    /// Where rewards go; zero is the client's balance.
    public let payout: Address
    public let acceptedAt: UInt64
    public var stage: Stage = .accepted
    /// Where the client's bond is.
    public var bond: Bond = .held
    /// Whether the client ever committed.
    public var hasCommitted = false
    /// Whether a submission of the client was ever accepted, scored or not.
    public var hasSubmitted = false
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
        case submitted(Submission)
        case paid
        /// FEDERATED: the client has lost the slot; another may take it.
        case vacant
    }

    /// A bond is held until it is returned or burned, once. The raw values are what inspect says.
    public enum Bond: String, Sendable {
        case held
        case returned
        case burned
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
        case .submitted(let submission): return submission.order
        case .accepted, .paid, .vacant: return nil
        }
    }

    /// The submission of this round.
    public var submission: Submission? {
        guard case .submitted(let submission) = stage else { return nil }
        return submission
    }

    /// The name of the stage for inspect.
    public var stageName: StaticString {
        switch stage {
        case .accepted: return "accepted"
        case .committed: return "committed"
        case .submitted: return "submitted"
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

/// An opened commitment, to a model whose bytes are there.
public struct Submission: Sendable {
    public let modelCid: CID
    /// SHA-256 of the model blob.
    public let digest: Bytes32
    public let dataCid: CID
    public let order: UInt64
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
