import ABI
import Content
import Vouchers

@testable import Marketplace

/// 3: a history in which an account uploads nothing leaves all files of the others the same, as long
/// as their jobs go the same way.
struct Separation {
    let steps: [Step]
    let outsider: Address

    func violations(_ start: Engine, firstIndex: Int) throws -> [String] {
        var (engine, twin) = (start, start)
        var apart: Set<UInt64> = []
        for (offset, step) in steps.enumerated() {
            let input = try step.input(index: firstIndex + offset)
            _ = engine.advance(input)
            let replaced = Step(sender: .account(outsider, Twins.noise), now: step.now)
            let isTheirs = isUpload(step)
            _ = twin.advance(
                isTheirs ? try replaced.input(index: firstIndex + offset) : input)
            // With another number, jobs are no longer the same.
            guard engine.state.jobCount == twin.state.jobCount else { return [] }
            for job in engine.liveJobs where !apart.contains(job.id) {
                guard let other = twin.liveJob(job.id), goesAlike(job, other) else {
                    apart.insert(job.id)
                    continue
                }
                if files(of: job, engine) != files(of: job, twin) {
                    return ["3: \(Cast.name(outsider)) touched files of others in job \(job.id)"]
                }
            }
        }
        return []
    }

    private func isUpload(_ step: Step) -> Bool {
        guard step.author == outsider, case .upload? = step.innerDeed else { return false }
        return true
    }

    /// The same phase, round and stages of all others.
    private func goesAlike(_ a: Job, _ b: Job) -> Bool {
        a.storedPhase == b.storedPhase && a.round == b.round
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

    private func files(of job: Job, _ engine: Engine) -> [JobView.File] {
        (engine.view(of: job.id)?.files ?? []).filter { $0.owner != outsider }
    }
}
