import ABI
import Content
import Vouchers

/// One message's turn at one job: the message does its part, and what is pending is worked on as
/// far as the budget goes; or, when nobody sent anything, what time alone makes due. Nothing is
/// written; the result is a decision.
struct Turn {
    let state: State
    let context: Context
    var job: Job
    /// Set when the job has ended in this turn.
    var ended: EndedJob?
    var decision = Decision()
    var budget: Budget
    private let isNew: Bool

    init(at job: Job, isNew: Bool = false, state: State, context: Context) {
        self.state = state
        self.context = context
        self.job = job
        self.isNew = isNew
        budget = Budget(context.configuration.inputBudget)
    }

    var now: UInt64 { context.now }

    /// Does what time alone makes due, in the order of the times, until nothing is. Ends, because a
    /// transition either ends the job or leaves it with a later deadline.
    mutating func roll() throws(Refusal) {
        while ended == nil, job.nextDeadline <= now {
            // A window's end comes before the job's own at the same second.
            if let end = job.windowEnd, end <= job.endsBy {
                try endWindow()
            } else {
                try endOverdue()
            }
        }
    }

    private mutating func endWindow() throws(Refusal) {
        switch job.phase {
        case .filling: try cancel(.contentNeverCame)
        case .open(let phase): try end(phase)
        case .commit(let phase): try end(phase)
        case .data: try defaultOnData()
        case .claim(let phase): try end(phase)
        case .reveal(let phase): try end(phase)
        case .gather(let phase): try end(phase)
        case .score: try endOverdue()
        }
    }

    /// Goes on with what is pending. Ends, because each step spends of the budget or changes the
    /// phase, and a phase that is new has nothing pending that a step of it did not bring.
    mutating func work() throws(Refusal) {
        while ended == nil, try workOnce() {}
    }

    /// True when the phase has changed, so that something else may be pending.
    private mutating func workOnce() throws(Refusal) -> Bool {
        switch job.phase {
        case .filling, .commit, .claim: return false
        case .open(let phase): return try work(phase)
        case .data(let phase): return try work(phase)
        case .reveal(let phase): return try work(phase)
        case .gather(let phase): return try work(phase)
        case .score(let phase): return try work(phase)
        }
    }

    func wrongPhase(_ reason: StaticString? = nil) -> Refusal {
        let phase = job.storedPhase.rawValue
        return Refusal(.wrongPhase, at: reason.map { phase + ": " + $0.description } ?? phase)
    }

    func requireSponsor() throws(Refusal) {
        guard context.sender == job.sponsor else { throw Refusal(.notSponsor) }
    }

    /// The slot of the sender, or a refusal.
    func senderSlot() throws(Refusal) -> Int {
        guard let index = job.slotIndex(of: context.sender) else {
            throw Refusal(.notSlotHolder)
        }
        return index
    }

    /// A file of the job, as it will be after what this turn has decided.
    func file(_ kind: FileKind) -> JobFile? {
        for change in decision.content.reversed() {
            switch change {
            case .put(let file) where file.kind == kind: return file
            case .drop(kind): return nil
            default: continue
            }
        }
        return state.files.file(kind, of: job.id)
    }

    mutating func use(_ kind: FileKind) { decision.content.append(.use(kind)) }

    mutating func drop(_ kind: FileKind) { decision.content.append(.drop(kind)) }

    /// The decision, once what is pending was worked on as far as the budget goes.
    consuming func afterWork() throws(Refusal) -> Decision {
        try work()
        return finish()
    }

    /// The decision, with the job as it is now.
    consuming func finish() -> Decision {
        decision.units = budget.spent
        if let ended {
            decision.job = .ended(job, ended)
        } else {
            decision.job = isNew ? .posted(job) : .changed(job)
        }
        return decision
    }
}

/// The work that one input may still do.
struct Budget {
    private(set) var left: UInt64
    private(set) var spent: UInt64 = 0

    init(_ units: UInt64) {
        left = units
    }

    /// Spends `cost` if it fits; false, and nothing spent, if not. The first step of an input always
    /// fits, so that a budget below the largest step, as tests have it, only makes things slow.
    mutating func start(_ cost: UInt64) -> Bool {
        guard cost <= left || spent == 0 else { return false }
        spend(cost)
        return true
    }

    mutating func spend(_ cost: UInt64) {
        left -= min(left, cost)
        spent += cost
    }
}
