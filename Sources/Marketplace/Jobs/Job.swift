import ABI
import Content
import Verifier
import Vouchers

/// A live job.
public struct Job: Sendable {
    public let id: UInt64
    public let sponsor: Address
    public let terms: JobTerms
    public let termsHash: Bytes32
    public let architecture: Architecture
    public let baseCid: CID
    /// SHA-256 of the base model, once it is whole.
    public var baseDigest: Bytes32?
    public let storage: StorageNeeds
    public let work: WorkNeeds
    public let postedAt: UInt64
    /// When the job ends by time alone, whatever is pending.
    public let endsBy: UInt64
    public var slots: [Slot] = []
    /// Whether a commitment was ever made, also by a client who has lost the slot since.
    public var hasCommitments = false
    /// Clients that were paid, also those who have lost their slots since.
    public var paidSlots: UInt32 = 0
    /// The last messages between sponsor and clients.
    public var messages: [DirectMessage] = []
    public var phase: Phase

    /// A phase holds only what is valid in it.
    public enum Phase: Sendable {
        case filling(Filling)
        case open(Open)
        case commit(CommitPhase)
        case data(DataPhase)
        case claim(ClaimPhase)
        case reveal(RevealPhase)
        case gather(GatherPhase)
        case score(ScorePhase)
    }

    /// How rewards are shared out.
    public var payout: PayoutMode { PayoutMode(rawValue: terms.payout) ?? .posted }

    /// The asset of reward and bonds.
    public var asset: Asset { Asset(token: terms.token) }

    /// What the job holds for others.
    public var escrow: Pocket { .escrow(job: id) }

    public var clientBond: UInt256 { UInt256(terms.clientBond) }

    /// The slot of `client`.
    public func slotIndex(of client: Address) -> Int? {
        for index in 0..<slots.count where slots[index].client == client {
            if !slots[index].isVacant { return index }
        }
        return nil
    }

    /// Slots that somebody holds.
    public var takenSlots: Int { slots.count { !$0.isVacant } }

    /// The round under way; nil in FILLING and OPEN.
    private var current: Round? {
        switch phase {
        case .filling, .open: return nil
        case .commit(let phase): return phase.round
        case .data(let phase): return phase.round
        case .claim(let phase): return phase.evaluation.round
        case .reveal(let phase): return phase.evaluation.round
        case .gather(let phase): return phase.evaluation.round
        case .score(let phase): return phase.evaluation.round
        }
    }

    /// The model that the round starts from; nil while the job is filled.
    public var global: GlobalModel? {
        if case .open(let phase) = phase { return phase.global }
        return current?.global
    }

    /// The number of the round, from 0.
    public var round: UInt32 { current?.number ?? 0 }
}

/// How rewards are shared out; the raw values are those of the terms.
public enum PayoutMode: UInt8, Sendable {
    case posted = 0
    case best = 1
    case proportional = 2
    case federated = 3

    public var name: StaticString {
        switch self {
        case .posted: return "posted"
        case .best: return "best"
        case .proportional: return "proportional"
        case .federated: return "federated"
        }
    }
}

/// A message between a sponsor and a client.
public struct DirectMessage: Sendable {
    public let from: Address
    public let to: Address
    public let sentAt: UInt64
    public let body: [UInt8]
}

/// The model that a round starts from.
public struct GlobalModel: Sendable {
    public let model: Model
    /// SHA-256 of its blob.
    public let digest: Bytes32
}
