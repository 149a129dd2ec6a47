import ABI
import Content
import Vouchers

/// Everything that the application remembers. A value: copying it is taking a snapshot.
public struct State: Sendable {
    enum JobRecord: Sendable {
        indirect case live(Job)
        case ended(EndedJob)
    }

    public internal(set) var ledger = Ledger()
    var content: ContentStore
    /// By number.
    var jobs: [JobRecord] = []
    /// The numbers of the jobs in each stored phase.
    var phases = [IDSet](repeating: IDSet(), count: PhaseName.allCases.count)
    /// The live jobs by their next deadline.
    var deadlines = DeadlineIndex()
    var accounts = AccountBook()
    /// Bytes that the live jobs may take, content and scoring together.
    var reservedBytes: UInt64 = 0
    private(set) var kept = KeptModels()
    /// Outputs so far: the next one has this global index.
    var outputCount: UInt64 = 0
    /// The block time of the last input, for inspect.
    var lastTimestamp: UInt64 = 0

    public init(drive: ContentDrive = ContentDrive()) {
        content = ContentStore(drive: drive)
    }

    /// The live job with this number.
    func liveJob(_ number: UInt256) throws(Refusal) -> Job {
        guard let id = number.asUInt64, id < UInt64(jobs.count) else {
            throw Refusal(.unknownJob, at: "jobId \(number) of \(jobs.count)")
        }
        guard case .live(let job) = jobs[Int(id)] else {
            throw Refusal(.wrongPhase, at: "the job has ended")
        }
        return job
    }

    /// Writes what was decided; false, and nothing is changed, when the money does not add up.
    mutating func apply(_ decision: Decision) -> Bool {
        guard ledger.apply(decision.moves) else { return false }
        for change in decision.content { apply(change) }
        for change in decision.jobs { apply(change) }
        for (account, job) in decision.slotsTaken {
            accounts[account].slots.append(job)
        }
        for (output, account) in decision.payees {
            accounts[account].vouchers.append(outputCount + UInt64(output))
        }
        for (account, counter) in decision.counters {
            count(counter, for: account)
        }
        outputCount += UInt64(decision.outputs.count)
        return true
    }

    private mutating func apply(_ change: Decision.JobChange) {
        switch change {
        case .posted(let job):
            jobs.append(.live(job))
            phases[job.storedPhase.rawValue].insert(job.id)
            deadlines.set(job.nextDeadline, for: job.id)
            reservedBytes += job.storage.footprint
            accounts[job.sponsor].posted.append(job.id)
        case .changed(let job):
            leavePhase(job.id)
            jobs[Int(job.id)] = .live(job)
            phases[job.storedPhase.rawValue].insert(job.id)
            deadlines.set(job.nextDeadline, for: job.id)
        case .ended(let job, let summary):
            if job.id < UInt64(jobs.count) {
                leavePhase(job.id)
                deadlines.set(nil, for: job.id)
                jobs[Int(job.id)] = .ended(summary)
                reservedBytes -= min(reservedBytes, job.storage.footprint)
            } else {
                jobs.append(.ended(summary))
                accounts[job.sponsor].posted.append(job.id)
            }
            phases[summary.storedPhase.rawValue].insert(job.id)
            ledger.forget(job.escrow)
        }
    }

    private mutating func leavePhase(_ id: UInt64) {
        switch jobs[Int(id)] {
        case .live(let job): phases[job.storedPhase.rawValue].remove(id)
        case .ended(let job): phases[job.storedPhase.rawValue].remove(id)
        }
    }

    private mutating func apply(_ change: Decision.ContentChange) {
        switch change {
        case .retain(let digest, let bytes): content.retain(digest, bytes: bytes)
        case .release(let digest): content.release(digest)
        case .name(let root, let digest): content.name(root, for: digest)
        case .keep(let digest, let bytes): keep(digest, bytes)
        case .upload(let upload, let job, let sender):
            content.setUpload(upload, for: job, from: sender)
        }
    }

    /// Keeps the last global model of a job that has ended; the oldest kept ones make room.
    private mutating func keep(_ digest: Bytes32, _ bytes: [UInt8]) {
        content.retain(digest, bytes: bytes)
        kept.append(digest, size: bytes.count)
        while kept.bytes > Limits.keptModelBytes, kept.count > 1, let oldest = kept.removeOldest() {
            content.release(oldest)
        }
    }

    private mutating func count(_ counter: Decision.Counter, for address: Address) {
        switch counter {
        case .accepted: accounts[address].accepted += 1
        case .paid: accounts[address].paid += 1
        case .forfeited: accounts[address].forfeited += 1
        case .settled: accounts[address].settled += 1
        case .defaulted: accounts[address].defaulted += 1
        }
    }
}
