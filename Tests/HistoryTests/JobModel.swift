import ABI

/// A job as the protocol page tells it: lists, and no more thought than needed.
struct JobModel {
    enum Phase: String {
        case filling
        case open
        case commit
        case data
        case claim
        case reveal
        /// REVEAL of a federated round, in which everyone shows the update.
        case gather
        case score
        case settled
        case cancelled
        case defaulted
    }

    struct Seat {
        let client: Address
        let payout: Address
        var promise: Promise?
        var opened: Opened?
        var hasCommitted = false
        /// Digests of the models that were scored or refused.
        var tried: [Bytes32] = []
        var isPaid = false
        var paid = UInt256.zero
        var earned = UInt256.zero
        var skipped = 0
    }

    struct Promise {
        let hash: Bytes32
        let at: UInt64
        let order: Int
    }

    struct Opened {
        let model: Name
        let data: Name
        /// Whether the bytes are in.
        var isWhole = false
    }

    struct Stored {
        let bytes: [UInt8]
        let digest: Bytes32
        /// Zero: the application's own.
        let owner: Address
    }

    struct Upload {
        let digest: Bytes32
        var bytes: [UInt8?]
    }

    struct Entry {
        enum Status {
            case notDue
            case due
            case verified
            case failed
        }

        let slot: Int
        let order: Int
        let claim: UInt64
        var status = Status.notDue
    }

    let id: Int
    let sponsor: Address
    let terms: Offer
    let termsHash: Bytes32
    var phase = Phase.filling
    /// When the phase ends by itself.
    var deadline: UInt64
    var seats: [Seat?] = []
    var wasCommittedTo = false
    var content: [Stored] = []
    var uploads: [Address: Upload] = [:]
    var messages: [(from: Address, to: Address, body: [UInt8])] = []

    /// The model that the round improves on.
    var global: [Int32] = []
    var globalDigest = Bytes32.zero
    /// The data that the sponsor named, and its bytes once they are accepted.
    var named: Bytes32?
    var data: [UInt8]?
    var baseScore: (loss: UInt64, correct: UInt64)?
    var lossToBeat: UInt64?
    /// Slots whose submissions wait for their score, and how far the first of all is.
    var queue: [Int] = []
    var samplesScored = 0
    /// By slot.
    var claims: [Int: UInt64] = [:]
    var entries: [Entry] = []

    var round = 0
    var emptyRounds = 0
    var pool: UInt256
    var federated: FederatedModel?

    var rewardsPaid = UInt256.zero
    var paidClients = 0

    init(_ terms: Offer, hash: Bytes32, id: Int, sponsor: Address, now: UInt64) {
        self.id = id
        self.sponsor = sponsor
        self.terms = terms
        termsHash = hash
        deadline = now + terms.windows[0]
        pool = UInt256(terms.reward)
    }

    var hasEnded: Bool { phase == .settled || phase == .cancelled || phase == .defaulted }

    /// When the phase ends by itself; nil while only scoring is waited for.
    var nextDeadline: UInt64? {
        hasEnded || phase == .score || phase == .data && data != nil ? nil : deadline
    }

    /// As inspect names it.
    var phaseName: String { phase == .gather ? "reveal" : phase.rawValue }

    var takenSlots: Int { seats.filter { $0 != nil }.count }

    func slot(of client: Address) -> Int? { seats.firstIndex { $0?.client == client } }

    func bytes(of digest: Bytes32) -> [UInt8]? { content.first { $0.digest == digest }?.bytes }

    /// Unsealed it is known from the start, sealed when the sponsor has named it.
    var dataDigest: Bytes32? { terms.isSealed ? named : terms.evaluation.first }

    /// What the sender may keep: base model and data the sponsor, one model a client.
    func share(of sender: Address) -> UInt64 {
        var share: UInt64 = 0
        if sender == sponsor { share += terms.dataSize + terms.baseSize }
        if slot(of: sender) != nil { share += terms.modelSize }
        return share
    }

    /// The worst loss there is.
    var worst: UInt64 { terms.samples << 34 }
}
