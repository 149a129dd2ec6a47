import ABI

/// What is remembered of a job that has ended: a fixed size, whatever happened in it.
public struct EndedJob: Sendable {
    public let id: UInt64
    public let sponsor: Address
    public let termsHash: Bytes32
    public let payout: PayoutMode
    public let isSealed: Bool
    public let token: Address
    public let reward: UInt128
    public let slots: UInt32
    public let slotsTaken: UInt32
    public let paidSlots: UInt32
    /// Rounds that were begun.
    public let rounds: UInt32
    public let outcome: Outcome
    public let postedAt: UInt64
    public let endedAt: UInt64
    public let samples: UInt32
    /// Of the last round, as far as they were known.
    public let baseLoss: UInt64?
    public let bestLoss: UInt64?
    /// SHA-256 of the best model, or of the last global model.
    public let modelDigest: Bytes32?

    public enum Outcome: Sendable {
        case settled
        case cancelled(CancelReason)
        case defaulted
    }

    /// The phase as stored.
    public var storedPhase: PhaseName {
        switch outcome {
        case .settled: return .settled
        case .cancelled: return .cancelled
        case .defaulted: return .defaulted
        }
    }
}

/// Why a job was cancelled; the raw value is in the notice.
public enum CancelReason: UInt8, Sendable {
    case bySponsor = 0
    case contentNeverCame = 1
    case invalidBaseModel = 2
    case invalidData = 3
    /// The job's own end came while something was still to be done.
    case overdue = 4

    /// The name for inspect.
    public var name: StaticString {
        switch self {
        case .bySponsor: return "bySponsor"
        case .contentNeverCame: return "contentNeverCame"
        case .invalidBaseModel: return "invalidBaseModel"
        case .invalidData: return "invalidData"
        case .overdue: return "overdue"
        }
    }
}
