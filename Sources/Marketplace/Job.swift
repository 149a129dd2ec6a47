import ABI
import Content
import Vouchers
import Verifier

/// A live job.
public struct Job: Sendable {
    public let id: UInt64
    public let sponsor: Address
    public let terms: JobTerms
    public let termsHash: Bytes32
    public let architecture: Architecture
    public let baseCid: CID
    /// SHA-256 of the base model: known from the start when its CID is a raw one, else when the
    /// blocks of its DAG are whole.
    public var baseDigest: Bytes32?
    /// SHA-256 of the public evaluation data.
    public let dataDigest: Bytes32
    public let storage: StorageNeeds
    public let postedAt: UInt64
    public var slots: [Slot] = []
    /// Blobs that this job keeps in the store.
    public var content: [StoredContent] = []
    /// Files that come as the blocks of a DAG and are not whole yet.
    public var awaited: [AwaitedFile] = []
    public var phase: Phase

    /// A phase holds only what is valid in it. Sealed jobs will add theirs.
    public enum Phase: Sendable {
        case filling(Filling)
        case open(Open)
    }

    /// The asset of reward and bonds.
    public var asset: Asset { Asset(token: terms.token) }

    /// What the job holds for others.
    public var escrow: Pocket { .escrow(job: id) }

    /// The slot of `client`.
    public func slotIndex(of client: Address) -> Int? {
        for index in 0..<slots.count where slots[index].client == client { return index }
        return nil
    }

    /// Whether `digest` is stored for this job.
    public func hasContent(_ digest: Bytes32) -> Bool {
        for entry in content where entry.digest == digest { return true }
        return false
    }

    /// Whether the base model is whole and stored.
    public var hasBaseModel: Bool {
        guard let baseDigest else { return false }
        return hasContent(baseDigest)
    }

    /// Whether a commitment was ever made.
    public var hasCommitments: Bool {
        for slot in slots where slot.hasCommitted { return true }
        return false
    }
}

/// A blob of a job, and whose share of the reservation it takes.
public struct StoredContent: Sendable {
    public let digest: Bytes32
    public let size: Int
    public let owner: Address
    /// Whether it is a dag-pb node: an overhead of the file that it belongs to.
    public var isNode = false
}

/// FILLING: the sponsor delivers base model and evaluation data.
public struct Filling: Sendable {
    public let deadline: UInt64
}

/// OPEN: clients commit, and open their commitments when those have aged.
public struct Open: Sendable {
    public let opensAt: UInt64
    public let closesAt: UInt64
    public let base: Model
    public let data: Dataset
    /// Known once the base model has been scored, which comes before every submission.
    public var baseMetrics: Metrics?
    /// The loss that the next submission must improve on: the ratchet. It starts as the base loss.
    public var best: Best?
    /// Slots whose submissions wait for their score, first come first served.
    public var queue: [Int] = []
    /// The scoring under way, spread over several inputs when it is large.
    public var running: Running?

    /// The best accepted submission.
    public struct Best: Sendable {
        public let slot: Int
        public let modelCid: CID
        public let loss: UInt64
    }

    public struct Running: Sendable {
        /// The slot whose submission is scored; nil for the base model.
        public let slot: Int?
        public var evaluation: Evaluation
    }

    /// The loss to beat, when it is known.
    public var lossToBeat: UInt64? {
        guard let baseMetrics else { return nil }
        return best?.loss ?? baseMetrics.loss
    }

    /// Whether a submission waits for its score.
    public var isScoring: Bool {
        !queue.isEmpty || running?.slot != nil
    }
}

/// What is kept of a job for ever: a fixed size, whatever happened in it.
public struct EndedJob: Sendable {
    public let id: UInt64
    public let sponsor: Address
    public let termsHash: Bytes32
    public let payout: UInt8
    public let isSealed: Bool
    public let token: Address
    public let reward: UInt128
    public let slots: UInt32
    public let accepted: UInt32
    public let paidSlots: UInt32
    public let outcome: Outcome
    public let postedAt: UInt64
    public let endedAt: UInt64
    public let samples: UInt32
    public let baseLoss: UInt64?
    public let bestLoss: UInt64?
    public let bestModelCid: CID?

    public enum Outcome: Sendable {
        case settled
        case cancelled(CancelReason)
    }
}

/// Why a job was cancelled; the raw value is in the notice.
public enum CancelReason: UInt8, Sendable {
    case bySponsor = 0
    case contentNeverCame = 1
    case invalidBaseModel = 2
    case invalidData = 3

    /// The name for inspect.
    public var name: StaticString {
        switch self {
        case .bySponsor: return "bySponsor"
        case .contentNeverCame: return "contentNeverCame"
        case .invalidBaseModel: return "invalidBaseModel"
        case .invalidData: return "invalidData"
        }
    }
}
