import ABI
import Content
import Vouchers

/// One message's turn at one job: the job is rolled forward, the message does its part, and what is
/// due then happens at once. Nothing is written; the result is a decision.
struct Turn {
    let state: State
    let context: Context
    var job: Job
    /// Set when the job has ended in this turn.
    var ended: EndedJob?
    var decision: Decision
    /// Work that this input may still spend on scoring.
    var budget: UInt64
    private let isNew: Bool

    /// `decision` is what earlier turns of the same input have decided, at other jobs.
    init(
        at job: Job, isNew: Bool = false, state: State, context: Context,
        continuing decision: Decision = Decision()
    ) {
        self.state = state
        self.context = context
        self.job = job
        self.isNew = isNew
        self.decision = decision
        self.budget = context.configuration.scoringBudget
    }

    var now: UInt64 { context.now }

    /// Does what time and delivered content make due, one transition after the other. Ends, because
    /// a transition either ends the job or opens a window that is not over at `now`.
    mutating func rollForward() throws(Refusal) {
        while ended == nil, try stepOnce() {}
    }

    /// One transition; false when the job stays where it is.
    private mutating func stepOnce() throws(Refusal) -> Bool {
        switch job.phase {
        case .filling(let phase):
            guard now >= phase.deadline else { return false }
            try cancel(.contentNeverCame)
            return true
        case .open(let phase): return try step(phase)
        case .commit(let phase): return try step(phase)
        case .data(let phase): return try step(phase)
        case .claim(let phase): return try step(phase)
        case .reveal(let phase): return try step(phase)
        case .gather(let phase): return try step(phase)
        case .score(let phase): return try step(phase)
        }
    }

    /// Refuses when the job has ended.
    func requireLive() throws(Refusal) {
        if ended != nil { throw wrongPhase() }
    }

    func wrongPhase() -> Refusal {
        let phase = ended?.storedPhase ?? job.storedPhase
        return Refusal(.wrongPhase, at: phase.name.description)
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

    /// The bytes of a blob, stored before or in this turn.
    func bytes(of digest: Bytes32) -> [UInt8]? {
        for change in decision.content.reversed() {
            if case .retain(digest, let bytes) = change { return bytes }
        }
        return state.content.bytes(of: digest)
    }

    /// The decision, with the job as it is now.
    consuming func finish() -> Decision {
        job.forgetStaleFiles()
        if let ended {
            decision.jobs.append(.ended(job, ended))
        } else {
            decision.jobs.append(isNew ? .posted(job) : .changed(job))
        }
        return decision
    }
}
