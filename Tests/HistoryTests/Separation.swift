import ABI
import Content
import Vouchers

@testable import Marketplace

/// 3: a history in which an account uploads nothing leaves all files of the others the same, as long
/// as their jobs and they themselves go the same way.
struct Separation {
    let steps: [Step]
    let outsider: Address

    func violations(_ start: Engine, firstIndex: Int) throws -> [String] {
        var (engine, twin) = (start, start)
        // Jobs and sponsors that have gone another way.
        var apart: Set<UInt64> = []
        var sponsors: Set<Address> = []
        for (offset, step) in steps.enumerated() {
            let input = try step.input(index: firstIndex + offset)
            _ = engine.advance(input)
            let silence = Step(sender: .account(outsider, Twins.noise), now: step.now)
            _ = twin.advance(
                isUpload(step) ? try silence.input(index: firstIndex + offset) : input)
            // With another number, jobs are no longer the same.
            guard engine.state.jobCount == twin.state.jobCount else { return [] }
            for id in 0..<engine.state.jobCount where !apart.contains(id) {
                if goesAlike(engine.liveJob(id), twin.liveJob(id)) { continue }
                apart.insert(id)
                if let sponsor = (engine.liveJob(id) ?? twin.liveJob(id))?.sponsor {
                    sponsors.insert(sponsor)
                }
            }
            for job in engine.liveJobs where !apart.contains(job.id) {
                let pair = (files(of: job, engine, twin), files(of: job, twin, engine))
                if pair.0 == pair.1 { continue }
                // What is adopted comes from other jobs of the sponsor.
                if sponsors.contains(job.sponsor), mayAdopt(step) {
                    apart.insert(job.id)
                    continue
                }
                let what = "3: \(Cast.name(outsider)) touched files of others"
                return ["\(what) in job \(job.id), step \(offset): \(pair.0), \(pair.1)"]
            }
        }
        return []
    }

    private func isUpload(_ step: Step) -> Bool {
        guard step.author == outsider, case .upload? = step.innerDeed else { return false }
        return true
    }

    private func mayAdopt(_ step: Step) -> Bool {
        switch step.innerDeed {
        case .post?, .reveal?: return true
        default: return false
        }
    }

    /// The same phase, round and stages of all others; or both have ended.
    private func goesAlike(_ a: Job?, _ b: Job?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return a.storedPhase == b.storedPhase && a.round == b.round
            && a.slots.map { $0.client } == b.slots.map { $0.client } && stages(a) == stages(b)
    }

    private func stages(_ job: Job) -> [String] {
        var entries: [RevealPhase.Entry] = []
        if case .reveal(let phase) = job.phase { entries = phase.entries }
        return job.slots.enumerated().filter { $0.element.client != outsider }.map { index, slot in
            let entry = entries.first { $0.slot == index }.map { "\($0.status)" } ?? ""
            return "\(slot.stageName) \(slot.attempts.count) \(slot.bond) \(entry)"
        }
    }

    /// The files of those whose messages were taken as often in the other history.
    private func files(of job: Job, _ engine: Engine, _ other: Engine) -> [JobView.File] {
        (engine.view(of: job.id)?.files ?? []).filter { file in
            // The application's own is what a round has made of everybody's.
            file.owner != outsider && !file.owner.isZero
                && engine.state.accounts[file.owner]?.nonce
                    == other.state.accounts[file.owner]?.nonce
        }
    }
}
