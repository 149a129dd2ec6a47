import ABI
import Content
import Verifier
import Vouchers

@testable import Marketplace

/// What engine and model must agree on about a job, field by field.
struct JobView: Equatable {
    struct Seat: Equatable {
        let client: Address
        let payout: Address
        let committedAt: UInt64?
        let order: UInt64?
        let opened: Bytes32?
        let isWhole: Bool
        let hasCommitted: Bool
        let attempts: Int
        let isPaid: Bool
        let paid: UInt256
        let earned: UInt256
        let skipped: Int
    }

    struct Entry: Equatable {
        let slot: Int
        let order: UInt64
        let claim: UInt64
        let status: String
    }

    struct Blob: Equatable {
        let digest: Bytes32
        let owner: Address
    }

    var phase = ""
    var deadline: UInt64?
    var round = 0
    var pool: UInt256?
    var seats: [Seat?] = []
    var wasCommittedTo = false
    var paidClients = 0
    var content: [Blob] = []
    /// Bytes received, for the sponsor and each holder of a seat.
    var uploads: [Int] = []
    var messages = 0
    var baseLoss: UInt64?
    var lossToBeat: UInt64?
    var claims: [Int: UInt64] = [:]
    var entries: [Entry] = []
}

extension JobView {
    /// The fields that differ from those of `other`, the model's.
    func differences(from other: JobView, _ job: Int) -> [String] {
        zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children)
            .map { ("\($0.label ?? "")", "\($0.value)", "\($1.value)") }
            .filter { $0.1 != $0.2 }
            .map { "job \(job), \($0): engine \($1), model \($2)" }
    }
}

// The model's side.
extension JobView {
    init(_ job: JobModel) {
        phase = job.phaseName
        paidClients = job.paidClients
        if job.hasEnded { return }
        deadline = job.nextDeadline
        round = job.round
        if ![.filling, .open].contains(job.phase) { pool = job.pool }
        seats = job.seats.map { seat in seat.map { Seat($0) } }
        wasCommittedTo = job.wasCommittedTo
        content = job.content.map { Blob(digest: $0.digest, owner: $0.owner) }
        let senders = [job.sponsor] + job.seats.compactMap { $0?.client }
        uploads = senders.map { job.uploads[$0]?.bytes.compactMap { $0 }.count ?? 0 }
        messages = job.messages.count
        if ![.data, .gather].contains(job.phase) { baseLoss = job.baseScore?.loss }
        if job.phase == .open { lossToBeat = job.lossToBeat }
        if job.phase == .claim { claims = job.claims }
        if job.phase == .reveal {
            entries = job.entries.map {
                Entry(
                    slot: $0.slot, order: UInt64($0.order), claim: $0.claim,
                    status: "\($0.status)")
            }
        }
    }
}

extension JobView.Seat {
    fileprivate init(_ seat: JobModel.Seat) {
        client = seat.client
        payout = seat.payout
        committedAt = seat.opened == nil ? seat.promise?.at : nil
        order = seat.promise.map { UInt64($0.order) }
        opened = seat.opened?.model.digest
        isWhole = seat.opened?.isWhole ?? false
        hasCommitted = seat.hasCommitted
        attempts = seat.tried.count
        isPaid = seat.isPaid
        paid = seat.paid
        earned = seat.earned
        skipped = seat.skipped
    }
}

// The engine's side.
extension JobView {
    init(_ record: State.JobRecord, _ store: ContentStore) {
        switch record {
        case .ended(let job):
            self.init()
            phase = job.storedPhase.name.description
            paidClients = Int(job.paidSlots)
        case .live(let job):
            self.init(job, store)
        }
    }

    private init(_ job: Job, _ store: ContentStore) {
        phase = job.storedPhase.name.description
        paidClients = Int(job.paidSlots)
        deadline = job.nextDeadline
        round = Int(job.round)
        seats = job.slots.map { $0.isVacant ? nil : Seat($0) }
        wasCommittedTo = job.hasCommitments
        content = job.content.map { Blob(digest: $0.digest, owner: $0.owner) }
        let senders = [job.sponsor] + job.slots.filter { !$0.isVacant }.map { $0.client }
        uploads = senders.map { store.upload(for: job.id, from: $0)?.received ?? 0 }
        messages = job.messages.count
        switch job.phase {
        case .filling: break
        case .open(let phase):
            baseLoss = phase.baseMetrics?.loss
            lossToBeat = phase.lossToBeat
        case .commit(let phase): pool = UInt256(phase.round.pool)
        case .data(let phase): pool = UInt256(phase.round.pool)
        case .claim(let phase):
            pool = UInt256(phase.evaluation.round.pool)
            baseLoss = phase.base.loss
            for (slot, claim) in phase.claims.enumerated() { claims[slot] = claim }
        case .reveal(let phase):
            pool = UInt256(phase.evaluation.round.pool)
            baseLoss = phase.base.loss
            entries = phase.entries.map {
                Entry(slot: $0.slot, order: $0.order, claim: $0.claim, status: "\($0.status)")
            }
        case .gather(let phase): pool = UInt256(phase.evaluation.round.pool)
        case .score(let phase):
            pool = UInt256(phase.evaluation.round.pool)
            baseLoss = phase.scoring.base?.loss
        }
    }
}

extension JobView.Seat {
    fileprivate init(_ slot: Slot) {
        client = slot.client
        payout = slot.payout
        order = slot.commitmentOrder
        hasCommitted = slot.hasCommitted
        attempts = slot.attempts.count
        isPaid = slot.isPaid
        paid = UInt256(slot.paid)
        earned = UInt256(slot.earned)
        skipped = slot.skippedRounds
        var promisedAt: UInt64?
        var model: Submission?
        switch slot.stage {
        case .committed(let commitment): promisedAt = commitment.committedAt
        case .submitted(let submission): model = submission
        case .awaiting, .accepted, .paid, .vacant: break
        }
        committedAt = promisedAt
        opened = model?.digest
        isWhole = model?.isWhole ?? false
    }
}
