import ABI
import TestSupport
import Vouchers

@testable import Marketplace

/// A history and what came of it.
struct History {
    struct Difference: Error {
        let seed: UInt64
        let profile: Generator.Profile
        let found: [String]
        let log: [String]
    }

    /// Everyone has Ether and tokens before a history begins, but for the pauper.
    private struct Stage {
        var engine = Engine()
        var model = MarketModel()
    }

    private static let funded: Stage? = try? {
        var stage = Stage()
        let money = UInt256(10_000_000_000_000_000_000 as UInt64)
        for account in Cast.accounts where account != Cast.pauper {
            let kinds: [Gift.Kind] = [
                .ether(money), .erc20(Cast.tokens[0], UInt256(1 << 100 as UInt128)),
                .erc20(Cast.tokens[1], UInt256(1 << 60 as UInt128)),
            ]
            for kind in kinds {
                let gift = Gift(depositor: account, kind: kind)
                let step = Step(sender: .portal(gift), now: start)
                _ = stage.engine.advance(try step.input(index: stage.model.inputs))
                _ = try stage.model.advance(step)
            }
        }
        return stage
    }()

    private static let start: UInt64 = 1_700_000_000

    private let seed: UInt64
    private var generator: Generator
    private var engine: Engine
    private var model: MarketModel
    private var invariants = Invariants()
    /// Every step so far, and the codes that it brought.
    private var played: [(step: Step, codes: [String])] = []
    private(set) var coverage = Coverage()

    init?(seed: UInt64, profile: Generator.Profile) {
        guard let stage = History.funded else { return nil }
        self.seed = seed
        generator = Generator(seed: seed, profile: profile, now: History.start)
        engine = stage.engine
        model = stage.model
        // In some histories an input scores one sample only.
        if generator.chance(30) {
            engine.configuration.scoringBudget = 1
            model.pace = 1
        }
        // In some the ledger fills up soon.
        if generator.chance(20) {
            model.room = generator.below(9)
            engine.configuration.collectibles = model.room
        }
    }

    /// Plays the history; throws a `Difference` at the first step after which the two disagree.
    mutating func play() throws {
        let steps = 10 + generator.below(50)
        for number in 0..<steps {
            try play(try generator.next(model), number: number, isLast: number == steps - 1)
        }
        try playOut()
        for job in model.jobs {
            coverage.count("ends \(job.kindName) \(job.phaseName)")
            if !job.rewardsPaid.isZero { coverage.count("rewards \(job.kindName)") }
        }
    }

    /// Time alone ends every job, and then nothing is left in escrow.
    private mutating func playOut() throws {
        for _ in 0..<200 {
            guard let job = model.jobs.first(where: { !$0.hasEnded }) else { break }
            generator.now = max(generator.now, job.deadline)
            let deed = Deed.advance(job: UInt256(UInt64(job.id)))
            let step = Step(sender: .account(Cast.pauper, deed), now: generator.now)
            try play(step, number: played.count, isLast: false)
        }
        let ledger = engine.state.ledger
        let locked = ledger.assets.filter { !ledger.totals(of: $0).inEscrow.isZero }
        if !locked.isEmpty || model.jobs.contains(where: { !$0.hasEnded }) {
            throw difference(["a job that does not end, or money in escrow after all jobs"])
        }
    }

    private func difference(_ found: [String]) -> Difference {
        Difference(seed: seed, profile: generator.profile, found: found, log: log)
    }

    private mutating func play(_ step: Step, number: Int, isLast: Bool) throws {
        let before = engine
        let outcome = engine.advance(try step.input(index: model.inputs))
        let effects = try model.advance(step)
        played.append((step, effects.codes))
        cover(step, effects)
        let comparison = Comparison(
            engine: engine, model: model, outcome: outcome, effects: effects)
        var found = comparison.differences()
        found += try invariants.violations(engine, outcome)
        if found.isEmpty, isLast || number % 16 == 15 {
            found += try comparison.slowDifferences()
        }
        if effects.isRefused, number % 8 == 0 {
            found += traces(of: step, before)
        }
        guard found.isEmpty else { throw difference(found) }
    }

    /// A refused message of an account changes nothing but the time: the same as noise would.
    private func traces(of step: Step, _ before: Engine) -> [String] {
        guard case .account(_, let deed) = step.sender, step.lacks == nil else { return [] }
        if case .relay = deed { return [] }
        var twin = before
        let metadata = Metadata(messageSender: .zero, blockTimestamp: step.now)
        _ = twin.advance(Input(metadata: metadata, payload: []))
        var paths = ["audit", "jobs", "version", "state"]
        paths += Cast.accounts.map { "accounts/\($0.checksummed)" }
        for job in model.jobs.indices {
            for part in ["", "/submissions", "/leaderboard", "/messages"] {
                paths.append("jobs/\(job)\(part)")
            }
        }
        return paths.filter { path in
            let query = Array(path.utf8)
            return twin.inspect(query) != engine.inspect(query)
        }.map { "a refused message left a trace in \($0)" }
    }

    private mutating func cover(_ step: Step, _ effects: Effects) {
        for code in effects.codes { coverage.count("codes \(code)") }
        coverage.count("inputs all")
        switch step.sender {
        case .portal(let gift):
            coverage.count("deposits \(gift.name)")
            if let deed = gift.deed, !effects.isRefused, effects.codes != ["depositOverflow"],
                effects.codes != ["ledgerFull"]
            {
                coverage.count("with-a-deposit \(deed.name)")
            }
        case .account(_, let deed):
            guard !effects.isRefused else { return }
            coverage.count("done \(deed.name)")
            if case .relay(let relay) = deed { coverage.count("relayed \(relay.deed.name)") }
        }
    }
}

extension History {
    /// One line for each step.
    private var log: [String] {
        played.enumerated().map { number, entry in
            let time = entry.step.now - History.start
            let codes = entry.codes.joined(separator: " ")
            return "\(number) +\(time)s \(entry.step.summary) → \(codes)"
        }
    }
}
