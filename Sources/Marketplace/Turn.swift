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
    var decision = Decision()
    /// Work that this input may still spend on scoring.
    var budget: UInt64
    private let isNew: Bool

    init(at job: Job, isNew: Bool = false, state: State, context: Context) {
        self.state = state
        self.context = context
        self.job = job
        self.isNew = isNew
        self.budget = context.configuration.scoringBudget
    }

    var now: UInt64 { context.now }

    /// Does what time and delivered content make due: an expired FILLING is cancelled, an OPEN job
    /// scores what came in, and settles when its window is over and nothing waits.
    mutating func rollForward() throws(Refusal) {
        guard ended == nil else { return }
        switch job.phase {
        case .filling(let filling):
            if now >= filling.deadline {
                try cancel(.contentNeverCame)
            }
        case .open:
            try score()
            if job.phase(at: now) == .settled {
                try settle()
            }
        }
    }

    /// The open phase, or a refusal that names the phase the job is in.
    func openPhase() throws(Refusal) -> Open {
        try requireLive()
        guard case .open(let open) = job.phase, now < open.closesAt else { throw wrongPhase() }
        return open
    }

    /// Refuses when the job has ended.
    func requireLive() throws(Refusal) {
        if ended != nil { throw wrongPhase() }
    }

    func wrongPhase() -> Refusal {
        let phase = ended?.storedPhase ?? job.phase(at: now)
        return Refusal(.wrongPhase, at: phase.name.description)
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
        if let ended {
            decision.jobs.append(.ended(job, ended))
        } else {
            decision.jobs.append(isNew ? .posted(job) : .changed(job))
        }
        return decision
    }
}
