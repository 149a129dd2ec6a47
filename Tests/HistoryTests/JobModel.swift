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
        var bond = Bond.held
        var promise: Promise?
        var opened: Opened?
        var hasCommitted = false
        var hasSubmitted = false
        /// Submissions that were scored or could not be loaded.
        var attempts = 0
        var isPaid = false
        var paid = UInt256.zero
        var earned = UInt256.zero
        var skipped = 0
    }

    enum Bond: String {
        case held
        case returned
        case burned
    }

    struct Promise {
        let hash: Bytes32
        let at: UInt64
        let order: Int
    }

    /// A submission that was accepted.
    struct Opened {
        let model: Name
        let data: Name
        let blob: [UInt8]
        /// Scored, and not for good: its file is gone.
        var hasFailed = false
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
    /// When the job ends by time alone.
    let endsBy: UInt64
    var phase = Phase.filling
    /// When the phase's window ends.
    var deadline: UInt64
    /// Whether the end of the window has done what it does, and only scores are waited for.
    var isOver = false
    var seats: [Seat?] = []
    var wasCommittedTo = false
    var files: [FileModel] = []
    var messages: [(from: Address, to: Address, body: [UInt8])] = []

    /// The model that the round improves on.
    var global: [Int32] = []
    var globalDigest = Bytes32.zero
    var baseDigest = Bytes32.zero
    /// The data, once they are taken.
    var data: [UInt8]?
    var baseScore: (loss: UInt64, correct: UInt64)?
    var lossToBeat: UInt64?
    /// Slots whose submissions wait for their score, and how far the first of all is.
    var queue: [Int] = []
    /// Whether the model under evaluation is loaded or made, and the samples that it has seen.
    var hasLoaded = false
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
        endsBy = now + terms.span
        deadline = now + terms.windows[0]
        pool = UInt256(terms.reward)
    }

    var hasEnded: Bool { phase == .settled || phase == .cancelled || phase == .defaulted }

    /// When the window of the phase ends, where its end is still to come.
    var windowEnd: UInt64? {
        if phase == .score || phase == .data && data != nil || isOver { return nil }
        return deadline
    }

    /// When time alone changes the job next.
    var nextDeadline: UInt64 { min(windowEnd ?? endsBy, endsBy) }

    /// As inspect names it.
    var phaseName: String { phase == .gather ? "reveal" : phase.rawValue }

    var takenSlots: Int { seats.filter { $0 != nil }.count }

    func slot(of client: Address) -> Int? { seats.firstIndex { $0?.client == client } }

    /// The worst loss there is.
    var worst: UInt64 { terms.samples << 34 }

    /// Whether something waits for units.
    var hasPendingWork: Bool {
        switch phase {
        case .open: return baseScore == nil || !queue.isEmpty
        case .data: return data != nil
        case .reveal: return !queue.isEmpty
        case .score: return true
        default: return false
        }
    }
}
