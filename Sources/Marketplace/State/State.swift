import ABI
import Content
import Vouchers

/// Everything that the application remembers. A value: copying it is taking a snapshot.
///
/// Every table is a tree: none is ever rehashed or copied whole, and no look-up hashes what a sender
/// chose.
public struct State: Sendable {
    enum JobRecord: Sendable {
        indirect case live(Job)
        indirect case ended(EndedJob)

        var storedPhase: PhaseName {
            switch self {
            case .live(let job): return job.storedPhase
            case .ended(let job): return job.storedPhase
            }
        }
    }

    /// The next time at which time alone changes a live job.
    struct Deadline: Comparable, Sendable {
        let deadline: UInt64
        let job: UInt64

        static func < (a: Deadline, b: Deadline) -> Bool {
            a.deadline != b.deadline ? a.deadline < b.deadline : a.job < b.job
        }
    }

    public internal(set) var ledger = Ledger()
    var files: FileStore
    /// By number: every live job, and the last ones that have ended.
    var jobs = SortedMap<UInt64, JobRecord>()
    /// Jobs so far: the next one has this number.
    private(set) var jobCount: UInt64 = 0
    /// The remembered jobs in each stored phase.
    var phases = [SortedMap<UInt64, Bool>](
        repeating: SortedMap(), count: PhaseName.allCases.count)
    /// Every live job by its next deadline.
    var deadlines = SortedMap<Deadline, Bool>()
    /// The remembered ended jobs, in the order of their ends.
    private(set) var endings = SortedMap<UInt64, UInt64>()
    private var endingCount: UInt64 = 0
    var accounts = AccountBook()
    /// Bytes that the live jobs may take, content and scoring together.
    private(set) var reservedBytes: UInt64 = 0
    /// Outputs so far: the next one has this global index.
    private(set) var outputCount: UInt64 = 0
    /// Units of work so far. Follows from the inputs; not part of the state that replicas compare.
    private(set) var unitsSpent: UInt64 = 0
    /// The block time of the last input, for inspect.
    var asOf: UInt64 = 0

    public init(drive: ContentDrive = ContentDrive()) {
        files = FileStore(drive: drive)
    }

    /// The live job with this number.
    func liveJob(_ number: UInt256) throws(Refusal) -> Job {
        guard let id = number.asUInt64, let record = jobs[id] else {
            throw Refusal(.unknownJob, at: "jobId \(number) of \(jobCount)")
        }
        guard case .live(let job) = record else {
            throw Refusal(.wrongPhase, at: "the job has ended")
        }
        return job
    }

    /// Writes what was decided; false, and nothing is changed, when the money does not add up.
    mutating func apply(_ decision: Decision, _ configuration: Configuration) -> Bool {
        guard ledger.apply(decision.moves) else { return false }
        if let change = decision.job {
            // A new job has files before it has a place, and an ended one loses them first.
            for content in decision.content { apply(content, to: change.job) }
            apply(change, configuration)
            if let client = decision.newClient { accounts.addSlot(change.job.id, of: client) }
        }
        for (output, account) in decision.payees {
            accounts.addVoucher(outputCount + UInt64(output), of: account)
        }
        for (account, counter) in decision.counters { count(counter, for: account) }
        outputCount += UInt64(decision.outputs.count)
        unitsSpent += decision.units
        return true
    }

    private mutating func apply(_ change: Decision.JobChange, _ configuration: Configuration) {
        switch change {
        case .posted(let job):
            jobCount += 1
            reservedBytes += job.storage.reserved
            accounts.addPosted(job.id, by: job.sponsor)
            put(.live(job), at: job.id)
        case .changed(let job):
            take(job.id)
            put(.live(job), at: job.id)
        case .ended(let job, let summary):
            if case .live(let before)? = jobs[job.id] {
                take(job.id)
                reservedBytes -= min(reservedBytes, before.storage.reserved)
            } else {
                jobCount += 1
                accounts.addPosted(job.id, by: job.sponsor)
            }
            put(.ended(summary), at: job.id)
            remember(job.id, configuration)
        }
    }

    /// Enters a job in all lists that show it.
    private mutating func put(_ record: JobRecord, at id: UInt64) {
        jobs[id] = record
        phases[record.storedPhase.place][id] = true
        if case .live(let job) = record {
            deadlines[Deadline(deadline: job.nextDeadline, job: id)] = true
        }
    }

    /// Takes a job out of them.
    private mutating func take(_ id: UInt64) {
        guard let record = jobs[id] else { return }
        phases[record.storedPhase.place][id] = nil
        if case .live(let job) = record {
            deadlines[Deadline(deadline: job.nextDeadline, job: id)] = nil
        }
    }

    /// Remembers a job that has ended, and forgets the one that ended first when there are too many.
    private mutating func remember(_ id: UInt64, _ configuration: Configuration) {
        accounts.noteEnded(job: id)
        endings[endingCount] = id
        endingCount += 1
        guard endings.count > configuration.rememberedJobs, let oldest = endings.first,
            case .ended(let job)? = jobs[oldest.value]
        else { return }
        endings[oldest.key] = nil
        take(job.id)
        jobs[job.id] = nil
        accounts.forget(job: job.id, sponsor: job.sponsor)
    }

    private mutating func apply(_ change: Decision.ContentChange, to job: Job) {
        switch change {
        case .put(let file): files.put(file, of: job.id, sponsor: job.sponsor)
        case .use(let kind): files.use(kind, of: job.id, sponsor: job.sponsor)
        case .drop(let kind): files.drop(kind, of: job.id, sponsor: job.sponsor)
        case .dropAll: files.dropAll(of: job.id, sponsor: job.sponsor)
        case .keep(let model): files.keep(model)
        }
    }

    private mutating func count(_ counter: Decision.Counter, for address: Address) {
        accounts.update(address) { account in
            switch counter {
            case .accepted: account.accepted += 1
            case .paid: account.paid += 1
            case .forfeited: account.forfeited += 1
            case .settled: account.settled += 1
            case .defaulted: account.defaulted += 1
            }
        }
    }
}
