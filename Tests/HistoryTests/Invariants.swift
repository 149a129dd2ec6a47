import ABI
import Content
import Vouchers

@testable import Marketplace

/// The numbered invariants of the protocol page, checked on the engine alone: what they remember
/// comes from its outputs and its state, not from the model.
struct Invariants {
    private var rewards: [UInt64: UInt256] = [:]
    private var lossToBeat: [UInt64: UInt64] = [:]
    private var settledEntries: [UInt64: [Int: String]] = [:]

    mutating func violations(_ engine: Engine, _ outcome: Outcome) throws -> [String] {
        var found: [String] = []
        for notice in outcome.notices
        where ABIFunction.selector(of: notice) == NoticeFunctions.rewardIssued.selector {
            var fields = ABIFields(try NoticeFunctions.rewardIssued.decode(notice))
            let job = try fields.uint256().asUInt64 ?? .max
            _ = try fields.address()
            _ = try fields.address()
            rewards[job] = try (rewards[job] ?? .zero).adding(fields.uint256()) ?? .max
        }
        var reserved: UInt64 = 0
        for (index, record) in engine.state.jobs.enumerated() {
            let id = UInt64(index)
            let escrow = Pocket.escrow(job: id)
            switch record {
            case .ended(let job):
                if !engine.state.ledger.assets.allSatisfy({
                    engine.state.ledger.balance(of: escrow, in: $0).isZero
                }) {
                    found.append("job \(id) has ended and holds money")
                }
                found += rewardsWithin(job.reward, job.payout, job.slots, id)
            case .live(let job):
                reserved += job.storage.footprint
                found += rewardsWithin(job.terms.reward, job.payout, job.terms.slots, id)
                found += checkEscrow(of: job, engine.state.ledger)
                found += checkRatchet(job) + checkDue(job) + checkContent(job, engine.state)
            }
        }
        if reserved != engine.state.reservedBytes || reserved > Limits.contentCapacity {
            found.append("reserved \(engine.state.reservedBytes), live jobs \(reserved)")
        }
        return found
    }

    /// 2: rewards not yet paid, a sponsor bond for each slot, a client bond for each taken slot, and
    /// the storage bond.
    private func checkEscrow(of job: Job, _ ledger: Ledger) -> [String] {
        let slots = UInt128(job.terms.slots)
        let rewards = job.payout == .posted ? job.terms.reward * slots : job.terms.reward
        let bonds = job.terms.sponsorBond * slots + job.terms.clientBond * UInt128(job.takenSlots)
        var expected = UInt256(rewards + bonds).subtracting(self.rewards[job.id] ?? .zero)
        if job.asset == .ether { expected = expected?.adding(job.storage.bond) }
        var found: [String] = []
        if ledger.balance(of: job.escrow, in: job.asset) != expected {
            found.append("escrow of job \(job.id) is not what the terms add up to")
        }
        if job.asset != .ether, ledger.balance(of: job.escrow, in: .ether) != job.storage.bond {
            found.append("the storage bond of job \(job.id)")
        }
        return found
    }

    /// 4: never more than was escrowed.
    private func rewardsWithin(
        _ reward: UInt128, _ payout: PayoutMode, _ slots: UInt32, _ id: UInt64
    ) -> [String] {
        let limit = payout == .posted ? reward * UInt128(slots) : reward
        return (rewards[id] ?? .zero) <= UInt256(limit) ? [] : ["job \(id) paid more than it had"]
    }

    /// 5: the loss to beat never rises. 4: three attempts at most.
    private mutating func checkRatchet(_ job: Job) -> [String] {
        var found: [String] = []
        if job.slots.contains(where: { $0.attempts.count > Limits.attempts }) {
            found.append("a slot of job \(job.id) was scored too often")
        }
        guard case .open(let phase) = job.phase, let loss = phase.lossToBeat else { return found }
        if let before = lossToBeat[job.id], loss > before {
            found.append("the loss to beat of job \(job.id) rose from \(before) to \(loss)")
        }
        lossToBeat[job.id] = loss
        return found
    }

    /// Each client is due at most once: what was verified or failed stays so.
    private mutating func checkDue(_ job: Job) -> [String] {
        guard case .reveal(let phase) = job.phase else { return [] }
        var found: [String] = []
        for entry in phase.entries {
            let status = "\(entry.status)"
            let before = settledEntries[job.id]?[entry.slot] ?? "notDue"
            let order = ["notDue", "due", "verified", "failed"]
            let isForward =
                before == status
                || (order.firstIndex(of: before) ?? 9) < 2
                    && (order.firstIndex(of: status) ?? 0) > (order.firstIndex(of: before) ?? 9)
            if !isForward { found.append("slot \(entry.slot): \(status) after \(before)") }
            settledEntries[job.id, default: [:]][entry.slot] = status
        }
        return found
    }

    /// 6: what a job refers to is in the store. Content stays within what was reserved.
    private func checkContent(_ job: Job, _ state: State) -> [String] {
        var bytes = 0
        for entry in job.content {
            guard state.content.bytes(of: entry.digest)?.count == entry.size else {
                return ["job \(job.id) refers to content that is not there"]
            }
            bytes += entry.size
        }
        return bytes <= job.storage.reserved ? [] : ["job \(job.id) holds more than it reserved"]
    }
}
