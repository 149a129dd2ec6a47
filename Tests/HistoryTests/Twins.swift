import ABI
import Content
import Vouchers

@testable import Marketplace

/// The numbered invariants of the protocol page that compare a state with what it might have become.
/// Each is checked on a part of all inputs only, since it plays others.
struct Twins {
    let seen: Observation
    /// The index of the next input.
    let index: Int

    /// Somebody without account: whose messages leave no record.
    static let stranger = Cast.account(0xfe)

    func step(_ deed: Deed, by account: Address = stranger, at now: UInt64? = nil) -> Step {
        Step(sender: .account(account, deed), now: now ?? seen.step.now)
    }

    /// A message about a job that is refused in every state: nobody can be spoken to at zero.
    static func refused(about job: UInt256) -> Deed {
        .say(job: job, to: .zero, body: [])
    }

    static var noise: Deed { .noise([1, 2, 3], code: "unknownMessage") }

    /// 2: after a refused message the state is what time, rolls and credit alone would have made it.
    func refusalLeavesNothing() throws -> [String] {
        let deed = seen.step.namedJob.map { Twins.refused(about: $0) } ?? Twins.noise
        var step = seen.step
        switch step.sender {
        case .account: step = Step(sender: .account(Twins.stranger, deed), now: step.now)
        case .portal(var gift):
            gift.deed = deed
            step = Step(sender: .portal(gift), now: step.now)
        }
        step.lacks = seen.step.lacks
        var twin = seen.before
        _ = twin.advance(try step.input(index: index - 1))
        return twin.digest == seen.after.digest ? [] : ["2: a refused message left a trace"]
    }

    /// 4: however a stream is cut, the state is the same.
    func cutsDoNotMatter() throws -> [String] {
        guard case .account(let sender, let deed) = seen.step.sender,
            case .upload(let job, let cid, let size, let offset, let chunk) = deed,
            chunk.count > 1, let id = job.asUInt64,
            seen.before.liveJob(id)?.pendingUnits ?? 0 == 0
        else { return [] }
        var twin = seen.before
        let middle = chunk.count / 2
        for range in [0..<middle, middle..<chunk.count] {
            let piece = Deed.upload(
                job: job, cid: cid, size: size, offset: offset + range.lowerBound,
                chunk: Array(chunk[range]))
            _ = twin.advance(try step(piece, by: sender).input(index: index - 1))
        }
        return twin.files(of: id) == seen.after.files(of: id) ? [] : ["4: a cut made a difference"]
    }

    /// 5: an accepted piece that comes again at once changes nothing but what is pending.
    func repetitionIsNoNews() throws -> [String] {
        guard case .upload(let job, _, _, _, _)? = seen.step.innerDeed, let id = job.asUInt64,
            let deed = seen.step.innerDeed, seen.after.liveJob(id)?.pendingUnits ?? 0 == 0
        else { return [] }
        var twin = seen.after
        _ = twin.advance(try step(deed, by: seen.step.author).input(index: index))
        return twin.files(of: id) == seen.after.files(of: id)
            ? [] : ["5: a repeated piece made a difference"]
    }

    /// 9: time alone changes a live job at its next deadline, and not before.
    func deadlinesAreExact() throws -> [String] {
        var found: [String] = []
        for job in seen.liveJobs where job.nextDeadline > seen.step.now {
            let deed = Twins.refused(about: UInt256(job.id))
            for (time, changes) in [(job.nextDeadline - 1, false), (job.nextDeadline, true)] {
                var twin = seen.after
                _ = twin.advance(try step(deed, at: time).input(index: index))
                if (twin.view(of: job.id) != seen.after.view(of: job.id)) != changes {
                    found.append("9: job \(job.id) at +\(time - seen.step.now)")
                }
            }
        }
        return found
    }

    /// 16: behind all ends, as many inputs as there are live jobs end them, whatever they say.
    func expiredJobsGo() throws -> [String] {
        let live = seen.liveJobs
        guard let end = live.map({ $0.endsBy }).max() else { return [] }
        var twin = seen.after
        for offset in 0..<live.count {
            let time = max(end, seen.step.now)
            _ = twin.advance(try step(Twins.noise, at: time).input(index: index + offset))
        }
        return twin.liveJobs.isEmpty ? [] : ["16: \(twin.liveJobs.count) jobs are left"]
    }

    /// 11: any cut of budgets gives the same results. 12: `advance` ends what is pending, with no
    /// more units than it was said to take.
    func budgetsDoNotMatter() throws -> [String] {
        var found: [String] = []
        for job in seen.liveJobs where job.pendingUnits > 0 {
            var calm = seen.after
            // Others that are due would go on with every input.
            for offset in 0..<seen.liveJobs.count {
                _ = calm.advance(try step(Twins.noise).input(index: index + offset))
            }
            guard let pending = calm.liveJob(job.id)?.pendingUnits, pending > 0 else { continue }
            var views: [JobView?] = []
            var digests: [Bytes32] = []
            for budget in [1, 300, seen.after.configuration.inputBudget, Limits.inputBudget] {
                var twin = calm
                twin.configuration.inputBudget = budget
                let limit = twin.liveJob(job.id)?.advancesLeft(twin.configuration) ?? 0
                let deed = Deed.advance(job: UInt256(job.id))
                var count: UInt64 = 0
                while twin.liveJob(job.id)?.isSame(roundAs: job) == true, count <= limit,
                    twin.liveJob(job.id)?.pendingUnits ?? 0 > 0
                {
                    _ = twin.advance(try step(deed).input(index: index))
                    count += 1
                }
                if count > limit { found.append("12: job \(job.id) after \(limit) advances") }
                let spent = twin.state.unitsSpent - calm.state.unitsSpent
                if spent > pending { found.append("12: \(spent) units where \(pending) pended") }
                views.append(twin.view(of: job.id))
                digests.append(twin.moneyDigest)
            }
            if Set(digests).count > 1 || views.contains(where: { $0 != views[0] }) {
                found.append("11: another budget, another result in job \(job.id)")
            }
        }
        return found
    }
}

extension Job {
    fileprivate func isSame(roundAs job: Job) -> Bool { round == job.round }
}

extension Engine {
    /// What the canonical bytes of the state hash to.
    var digest: [UInt8] { inspect(Array("state".utf8)).flatMap { $0 } }

    func view(of id: UInt64) -> JobView? { state.jobs[id].map { JobView($0, state) } }

    func files(of id: UInt64) -> [UInt8] {
        inspect(Array("jobs/\(id)/files".utf8)).flatMap { $0 }
    }

    /// Everybody's money.
    var moneyDigest: Bytes32 {
        var lines: [UInt8] = []
        state.ledger.forEachBalance { pocket, asset, amount in
            lines += Array("\(pocket) \(asset) \(amount)\n".utf8)
        }
        return Keccak256.hash(lines)
    }
}
