import ABI
import Content
import Vouchers

@testable import Marketplace

/// One input as the engine took it.
struct Observation {
    let before: Engine
    let after: Engine
    let step: Step
    let outcome: Outcome
    let isRefused: Bool

    /// The live jobs after the input.
    var liveJobs: [Job] { after.liveJobs }

    func notices(_ function: ABIFunction) throws -> [ABIFields] {
        try outcome.notices.filter { ABIFunction.selector(of: $0) == function.selector }
            .map { ABIFields(try function.decode($0)) }
    }
}

extension Engine {
    var liveJobs: [Job] {
        var jobs: [Job] = []
        state.jobs.forEach { _, record in
            if case .live(let job) = record { jobs.append(job) }
        }
        return jobs
    }

    func liveJob(_ id: UInt64) -> Job? {
        guard case .live(let job)? = state.jobs[id] else { return nil }
        return job
    }
}

/// The numbered invariants of the protocol page that can be checked on every input, on the engine
/// alone: what they remember comes from its outputs and its state, not from the model.
struct Invariants {
    private var rewards: [UInt64: UInt256] = [:]
    private var lossToBeat: [UInt64: UInt64] = [:]
    private var settledEntries: [UInt64: [Int: String]] = [:]
    private var burned: [Asset: UInt256] = [:]
    private var units: [UInt64: UInt64] = [:]
    private var scores: [Score: Int] = [:]
    private var origins = Origins()

    private struct Score: Hashable {
        let job: UInt64
        let round: UInt64
        let client: Address
    }

    mutating func violations(_ seen: Observation) throws -> [String] {
        for var fields in try seen.notices(NoticeFunctions.rewardIssued) {
            let job = try fields.uint256().asUInt64 ?? .max
            _ = try fields.address()
            _ = try fields.address()
            rewards[job] = try (rewards[job] ?? .zero).adding(fields.uint256()) ?? .max
        }
        var found = checkConservation(seen) + checkEnded(seen) + checkFiles(seen)
        found += checkOwners(seen) + checkEnds(seen)
        found += try checkForfeits(seen) + checkUnits(seen) + checkRent(seen) + checkScores(seen)
        for job in seen.liveJobs {
            found += checkEscrow(of: job, seen.after.state.ledger)
            found += checkRatchet(job) + checkDue(job)
        }
        found += try origins.violations(seen)
        return found
    }

    /// 1: what came and did not leave is somebody's or burned, and what is burned never falls.
    private mutating func checkConservation(_ seen: Observation) -> [String] {
        var found: [String] = []
        seen.after.state.ledger.forEachAsset { asset, totals in
            if !totals.isBalanced { found.append("1: \(asset) is not conserved") }
            if totals.burned < burned[asset] ?? .zero {
                found.append("1: \(asset) burned fell to \(totals.burned)")
            }
        }
        return found
    }

    /// 7: what is burned in an input are the bonds that it forfeits and the rent that nobody is
    /// paid, to the last wei, and no forfeit names anybody who would gain.
    private mutating func checkForfeits(_ seen: Observation) throws -> [String] {
        var found: [String] = []
        var expected: [Asset: UInt256] = [:]
        for var fields in try seen.notices(NoticeFunctions.bondForfeited) {
            let job = try fields.uint256().asUInt64 ?? .max
            _ = try fields.address()
            if try fields.address() != .zero { found.append("7: a forfeit names somebody") }
            guard let asset = seen.before.liveJob(job)?.asset else { continue }
            expected[asset] = try (expected[asset] ?? .zero).adding(fields.uint256()) ?? .max
        }
        if seen.after.configuration.rentReceiver == nil {
            for var fields in try seen.notices(MarketModel.rentPaid) {
                _ = try fields.uint256()
                for _ in 0..<2 {
                    let sum = expected[.ether] ?? .zero
                    expected[.ether] = try sum.adding(fields.uint256()) ?? .max
                }
            }
        }
        seen.after.state.ledger.forEachAsset { asset, totals in
            let sum = (burned[asset] ?? .zero).adding(expected[asset] ?? .zero)
            if sum != totals.burned { found.append("7: \(asset) burned \(totals.burned)") }
            burned[asset] = totals.burned
        }
        return found
    }

    /// 8: rewards not yet paid, a sponsor bond for each slot, the client bonds that are held, and
    /// the storage bond.
    private func checkEscrow(of job: Job, _ ledger: Ledger) -> [String] {
        let slots = UInt128(job.terms.slots)
        let rewards = job.payout == .posted ? job.terms.reward * slots : job.terms.reward
        let held = job.slots.count { slot in
            if case .held = slot.bond { !slot.isVacant } else { false }
        }
        let bonds = job.terms.sponsorBond * slots + job.terms.clientBond * UInt128(held)
        var expected = UInt256(rewards + bonds).subtracting(self.rewards[job.id] ?? .zero)
        if job.asset == .ether { expected = expected?.adding(job.storage.bond) }
        var found: [String] = []
        if ledger.balance(of: job.escrow, in: job.asset) != expected {
            found.append("8: escrow of job \(job.id) is not what the terms add up to")
        }
        if job.asset != .ether, ledger.balance(of: job.escrow, in: .ether) != job.storage.bond {
            found.append("8: the storage bond of job \(job.id)")
        }
        return found
    }

    /// 8: nothing is left behind an end. 14: never more is paid than was escrowed.
    private func checkEnded(_ seen: Observation) -> [String] {
        var found: [String] = []
        func check(_ reward: UInt128, _ payout: PayoutMode, _ slots: UInt32, _ id: UInt64) {
            let limit = payout == .posted ? reward * UInt128(slots) : reward
            if (rewards[id] ?? .zero) > UInt256(limit) {
                found.append("14: job \(id) paid more than it had")
            }
        }
        seen.after.state.jobs.forEach { id, record in
            switch record {
            case .live(let job):
                check(job.terms.reward, job.payout, job.terms.slots, id)
            case .ended(let job):
                check(job.reward, job.payout, job.slots, id)
                let ledger = seen.after.state.ledger
                for asset in [Asset.ether, Asset(token: job.token)]
                where !ledger.balance(of: .escrow(job: id), in: asset).isZero {
                    found.append("8: job \(id) has ended and holds money")
                }
            }
        }
        return found
    }

    /// 4: no stream passes its size or holds more than its bound. 9: all files and streams of a job
    /// fit what it has reserved, and it is in the deadline index.
    private func checkFiles(_ seen: Observation) -> [String] {
        let state = seen.after.state
        var found: [String] = []
        var reserved: UInt64 = 0
        for job in seen.liveJobs {
            reserved += job.storage.reserved
            var bytes = 0
            for file in state.files.files(of: job.id) {
                let held = file.stream?.heldBytes ?? file.whole?.bytes.count ?? 0
                bytes += held
                if held > FileStream.bound(job.length(of: file.kind)) || file.received > file.size {
                    found.append("4: a file of job \(job.id) holds \(held) bytes")
                }
            }
            if bytes > Int(job.storage.reserved) {
                found.append("9: job \(job.id) holds more than it has reserved")
            }
            let place = State.Deadline(deadline: job.nextDeadline, job: job.id)
            if state.deadlines[place] == nil {
                found.append("9: job \(job.id) is not in the deadline index")
            }
        }
        let capacity = seen.after.configuration.contentCapacity
        if reserved != state.reservedBytes || reserved > capacity {
            found.append("9: reserved \(state.reservedBytes), live jobs \(reserved)")
        }
        if state.deadlines.count != seen.liveJobs.count {
            found.append("9: \(state.deadlines.count) deadlines")
        }
        return found
    }

    /// 3: a file changes only by its owner, or when its job goes on, or when its own submission has
    /// failed.
    private func checkOwners(_ seen: Observation) -> [String] {
        var found: [String] = []
        for job in seen.liveJobs {
            guard let old = seen.before.liveJob(job.id), old.round == job.round,
                old.storedPhase == job.storedPhase
            else { continue }
            let files = (seen.before, seen.after)
            let (before, after) = (
                files.0.state.files.files(of: job.id), files.1.state.files.files(of: job.id)
            )
            for file in before + after {
                let pair = [before, after].map { list in list.first { $0.kind == file.kind } }
                let isSame =
                    pair[0]?.cid == pair[1]?.cid && pair[0]?.received == pair[1]?.received
                    && pair[0]?.whole?.digest == pair[1]?.whole?.digest
                if isSame || file.owner == seen.step.author { continue }
                if case .model(let slot) = file.kind, old.hasLost(than: job, slot) { continue }
                found.append("3: a file of \(Cast.name(file.owner)) in job \(job.id) changed")
            }
        }
        return found
    }

    /// 10: a job lives on behind its end only while more than one other was due before it.
    private func checkEnds(_ seen: Observation) -> [String] {
        guard seen.step.lacks == nil else { return [] }
        let now = seen.step.now
        let late = seen.liveJobs.filter { $0.endsBy <= now }
        let named = seen.step.namedJob?.asUInt64
        let due = seen.before.liveJobs.filter { $0.nextDeadline <= now && $0.id != named }
        return late.contains { $0.id == named } || late.count > max(0, due.count - 1)
            ? ["10: \(late.count) jobs live behind their ends"] : []
    }

    /// 11: an input spends at most its budget, a job at most what was admitted, and what is refused
    /// nothing.
    private mutating func checkUnits(_ seen: Observation) throws -> [String] {
        let spent = seen.after.state.unitsSpent - seen.before.state.unitsSpent
        var found: [String] = []
        if seen.isRefused, spent > 0 { found.append("11: a refused message spent \(spent)") }
        let budget = seen.after.configuration.inputBudget
        if budget >= Limits.inputBudget, spent > budget { found.append("11: \(spent) spent") }
        let isPosting = seen.after.state.jobCount > seen.before.state.jobCount
        let named = isPosting ? seen.before.state.jobCount : seen.step.namedJob?.asUInt64
        guard let named, spent > 0 else { return found }
        units[named, default: 0] += spent
        let job = seen.after.liveJob(named) ?? seen.before.liveJob(named)
        if let job, units[named] ?? 0 > job.work.admitted {
            found.append("11: job \(named) spent \(units[named] ?? 0) of \(job.work.admitted)")
        }
        return found
    }

    /// 13: nobody pays more than it said it would.
    private func checkRent(_ seen: Observation) throws -> [String] {
        for var fields in try seen.notices(MarketModel.rentPaid) {
            _ = try fields.uint256()
            let price = try fields.uint256().adding(fields.uint256())
            guard case .post(_, let maxRent)? = seen.step.innerDeed, let price, price <= maxRent
            else { return ["13: a rent above what was offered"] }
        }
        return []
    }

    /// 14: a slot is scored three times at most, sealed once in a round.
    private mutating func checkScores(_ seen: Observation) throws -> [String] {
        for var fields in try seen.notices(NoticeFunctions.submissionScored) {
            let job = try fields.uint256().asUInt64 ?? .max
            let round = try fields.uint256().asUInt64 ?? .max
            let score = Score(job: job, round: round, client: try fields.address())
            scores[score, default: 0] += 1
            let isSealed = seen.before.liveJob(job)?.terms.sealed ?? false
            if scores[score] ?? 0 > (isSealed ? 1 : Limits.attempts) {
                return ["14: \(Cast.name(score.client)) was scored too often"]
            }
        }
        return []
    }

    /// The loss to beat never rises.
    private mutating func checkRatchet(_ job: Job) -> [String] {
        guard case .open(let phase) = job.phase, let loss = phase.lossToBeat else { return [] }
        let before = lossToBeat[job.id] ?? .max
        lossToBeat[job.id] = loss
        return loss > before ? ["the loss to beat of job \(job.id) rose to \(loss)"] : []
    }

    /// Each client is due at most once: what was verified or failed stays so.
    private mutating func checkDue(_ job: Job) -> [String] {
        guard case .reveal(let phase) = job.phase else { return [] }
        var found: [String] = []
        let order = ["notDue", "due", "verified", "failed"]
        for entry in phase.entries {
            let status = "\(entry.status)"
            let before = settledEntries[job.id]?[entry.slot] ?? "notDue"
            let (old, new) = (order.firstIndex(of: before) ?? 9, order.firstIndex(of: status) ?? 0)
            if before != status, old > 1 || new < old {
                found.append("slot \(entry.slot): \(status) after \(before)")
            }
            settledEntries[job.id, default: [:]][entry.slot] = status
        }
        return found
    }
}

extension Job {
    /// Whether the slot has a submission less than it will have: scored, failed, or lost with it.
    fileprivate func hasLost(than later: Job, _ slot: Int) -> Bool {
        guard slot < slots.count, slot < later.slots.count else { return false }
        if slots[slot].client != later.slots[slot].client || later.slots[slot].isVacant {
            return true
        }
        if slots[slot].attempts.count < later.slots[slot].attempts.count { return true }
        guard case .reveal(let phase) = later.phase else { return false }
        return phase.entries.contains { $0.slot == slot && $0.status == .failed }
    }
}
