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
        let bond: String
        let committedAt: UInt64?
        let order: UInt64?
        /// The SHA-256 of the model that was submitted.
        let opened: Bytes32?
        let hasCommitted: Bool
        let hasSubmitted: Bool
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

    struct File: Equatable, CustomStringConvertible {
        let kind: String
        let owner: Address
        let cid: [UInt8]
        let size: Int
        let received: Int
        let isInUse: Bool
        /// SHA-256 of the file, whole.
        let digest: Bytes32?

        var description: String {
            let whole = digest.map { "whole \($0.short)" } ?? "\(received) of \(size)"
            let use = isInUse ? ", in use" : ""
            return "\(kind) of \(Cast.name(owner)): \(Hex.string(cid).suffix(8)), \(whole)\(use)"
        }
    }

    var phase = ""
    var deadline: UInt64?
    var endsBy: UInt64?
    var round = 0
    var pool: UInt256?
    var seats: [Seat?] = []
    var wasCommittedTo = false
    var paidClients = 0
    var files: [File] = []
    var messages = 0
    var baseLoss: UInt64?
    var lossToBeat: UInt64?
    var claims: [Int: UInt64] = [:]
    var entries: [Entry] = []
    /// Slots whose submissions wait, one under way included.
    var queue: [Int] = []
    var samplesScored = 0
    var hasPendingWork = false
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
        endsBy = job.endsBy
        round = job.round
        if ![.filling, .open].contains(job.phase) { pool = job.pool }
        seats = job.seats.map { seat in seat.map { Seat($0) } }
        wasCommittedTo = job.wasCommittedTo
        files = job.listedFiles.map { file in
            File(
                kind: file.kind.rawValue, owner: file.owner, cid: file.name.binary,
                size: file.size, received: file.stream.count, isInUse: job.isInUse(file),
                digest: file.blob.map { SHA256.hash($0) })
        }
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
        queue = job.queue
        samplesScored = job.samplesScored
        hasPendingWork = job.hasPendingWork
    }
}

extension JobModel {
    /// Base, data, the models by slot, the global model.
    fileprivate var listedFiles: [FileModel] {
        let clients = seats.map { $0?.client }
        let models = clients.compactMap { client in
            files.first { $0.kind == .model && $0.owner == client }
        }
        return files.filter { $0.kind == .base } + files.filter { $0.kind == .data } + models
            + files.filter { $0.kind == .global }
    }
}

extension JobView.Seat {
    fileprivate init(_ seat: JobModel.Seat) {
        client = seat.client
        payout = seat.payout
        bond = seat.bond.rawValue
        committedAt = seat.opened == nil ? seat.promise?.at : nil
        order = seat.promise.map { UInt64($0.order) }
        opened = seat.opened.map { SHA256.hash($0.blob) }
        hasCommitted = seat.hasCommitted
        hasSubmitted = seat.hasSubmitted
        attempts = seat.attempts
        isPaid = seat.isPaid
        paid = seat.paid
        earned = seat.earned
        skipped = seat.skipped
    }
}

// The engine's side.
extension JobView {
    init(_ record: State.JobRecord, _ state: State) {
        switch record {
        case .ended(let job):
            self.init()
            phase = job.storedPhase.rawValue
            paidClients = Int(job.paidSlots)
        case .live(let job):
            self.init(job, state)
        }
    }

    private init(_ job: Job, _ state: State) {
        phase = job.storedPhase.rawValue
        paidClients = Int(job.paidSlots)
        deadline = job.nextDeadline
        endsBy = job.endsBy
        round = Int(job.round)
        seats = job.slots.map { $0.isVacant ? nil : Seat($0) }
        wasCommittedTo = job.hasCommitments
        files = state.files.files(of: job.id).map { File($0) }
        messages = job.messages.count
        hasPendingWork = job.pendingUnits > 0
        switch job.phase {
        case .filling: break
        case .open(let phase):
            baseLoss = phase.baseMetrics?.loss
            lossToBeat = phase.lossToBeat
            look(at: phase.queue)
        case .commit(let phase): pool = UInt256(phase.round.pool)
        case .data(let phase):
            pool = UInt256(phase.round.pool)
            samplesScored = phase.running?.scored ?? 0
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
            look(at: phase.queue)
        case .gather(let phase): pool = UInt256(phase.evaluation.round.pool)
        case .score(let phase):
            pool = UInt256(phase.evaluation.round.pool)
            baseLoss = phase.scoring.base?.loss
            samplesScored = phase.scoring.running?.scored ?? 0
        }
    }

    private mutating func look(at waiting: ScoreQueue) {
        if let slot = waiting.running?.slot { queue = [slot] }
        queue += waiting.waiting
        samplesScored = waiting.running?.evaluation.scored ?? 0
    }
}

extension JobView.File {
    fileprivate init(_ file: JobFile) {
        switch file.kind {
        case .base: kind = "base"
        case .data: kind = "data"
        case .model: kind = "model"
        case .global: kind = "global"
        }
        owner = file.owner
        cid = file.cid.binary
        size = Int(file.size)
        received = Int(file.received)
        isInUse = file.isInUse
        digest = file.whole?.digest
    }
}

extension JobView.Seat {
    fileprivate init(_ slot: Slot) {
        client = slot.client
        payout = slot.payout
        bond = "\(slot.bond)"
        order = slot.commitmentOrder
        hasCommitted = slot.hasCommitted
        hasSubmitted = slot.hasSubmitted
        attempts = slot.attempts.count
        isPaid = slot.isPaid
        paid = UInt256(slot.paid)
        earned = UInt256(slot.earned)
        skipped = slot.skippedRounds
        var promisedAt: UInt64?
        if case .committed(let commitment) = slot.stage { promisedAt = commitment.committedAt }
        committedAt = promisedAt
        opened = slot.submission?.digest
    }
}
