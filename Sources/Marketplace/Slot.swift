import ABI
import Content

/// A client's place in a job.
public struct Slot: Sendable {
    public let client: Address
    /// Where rewards go; zero is the client's balance.
    public let payout: Address
    public let acceptedAt: UInt64
    public var stage: Stage = .accepted
    /// Whether the client ever committed: the bond is forfeited only if not.
    public var hasCommitted = false
    /// Every submission whose scoring has started, at most `Limits.attempts`.
    public var attempts: [Attempt] = []

    /// What the client has done since its last scored submission.
    public enum Stage: Sendable {
        case accepted
        case committed(Commitment)
        /// Opened, with a model whose blocks are not all there, so that it cannot be compared with
        /// the commitment yet.
        case awaiting(AwaitedSubmission)
        case submitted(Submission)
        case paid(UInt128)
    }

    public init(client: Address, payout: Address, acceptedAt: UInt64) {
        self.client = client
        self.payout = payout
        self.acceptedAt = acceptedAt
    }

    /// What the slot was paid, if it was.
    public var paid: UInt128? {
        guard case .paid(let amount) = stage else { return nil }
        return amount
    }

    /// The name of the stage for inspect.
    public var stageName: StaticString {
        switch stage {
        case .accepted: return "accepted"
        case .committed: return "committed"
        case .awaiting: return "submitted"
        case .submitted(let submission): return submission.isQueued ? "scoring" : "submitted"
        case .paid: return "paid"
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
    public var isQueued: Bool

    init(_ opening: AwaitedSubmission, _ digest: Bytes32, isQueued: Bool) {
        modelCid = opening.modelCid
        self.digest = digest
        dataCid = opening.dataCid
        order = opening.commitment.order
        self.isQueued = isQueued
    }
}

/// What a client said when it opened its commitment with the root of a DAG that is not whole.
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
