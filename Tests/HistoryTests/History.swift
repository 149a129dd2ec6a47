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

    static let start: UInt64 = 1_700_000_000

    private let seed: UInt64
    private var generator: Generator
    private var engine: Engine
    private var model: MarketModel
    private var invariants = Invariants()
    private var promises = Promises()
    private var payees: PayeeModel
    /// The engine before the first step, for twins of the whole history.
    private var first: Engine
    private let firstIndex: Int
    /// Every step so far, and the codes that it brought.
    private var played: [(step: Step, codes: [String])] = []
    private(set) var coverage = Coverage()
    /// Signatures of relays that came too early.
    private var refusedRelays: Set<[UInt8]> = []

    init?(seed: UInt64, profile: Generator.Profile) {
        guard let stages = Stage.funded else { return nil }
        self.seed = seed
        generator = Generator(seed: seed, profile: profile, now: History.start)
        // In half of the histories somebody is paid rent, in the others it burns.
        // In some the drive holds what sponsors often need.
        let stage = stages[generator.below(2) + (generator.chance(25) ? 2 : 0)]
        engine = stage.engine
        model = stage.model
        generator.drive = model.drive
        // In some histories an input does little: a sample, a few, a model.
        if generator.chance(35) {
            let budgets: [UInt64] = [1, 300, 1_000, 1_500, 4_000]
            model.inputBudget = budgets[generator.below(5)]
            engine.configuration.inputBudget = model.inputBudget
        }
        // In some the ledger fills up soon.
        if generator.chance(20) {
            let room = generator.below(9)
            switch generator.below(4) {
            case 0: model.limits.accounts = 6 + generator.below(3)
            case 1: model.limits.etherBalances = 5 + generator.below(3)
            case 2: model.limits.assets = 3 + room
            default: model.limits.collectibleBalances = room
            }
            engine.configuration.accounts = model.limits.accounts
            engine.configuration.ledgerLimits.ether = model.limits.etherBalances
            engine.configuration.ledgerLimits.assets = model.limits.assets
            engine.configuration.ledgerLimits.collectibles = model.limits.collectibleBalances
        }
        // In some there is room for a few jobs only, or little is remembered.
        if generator.chance(25) {
            model.capacity = [60_000, 100_000, 140_000, 200_000][generator.below(4)]
            engine.configuration.contentCapacity = model.capacity
        }
        if generator.chance(25) {
            model.rememberedJobs = 1 + generator.below(4)
            engine.configuration.rememberedJobs = model.rememberedJobs
        }
        if generator.chance(25) {
            model.rememberedEntries = 1 + generator.below(6)
            engine.state.accounts.remembered = model.rememberedEntries
        }
        // In half of them the release has a library by which tokens leave.
        if generator.chance(50) {
            model.library = Cast.library
            engine.configuration.contracts.safeERC20Transfer = Cast.library
        }
        payees = PayeeModel(from: engine.state.outputCount)
        first = engine
        firstIndex = model.inputs
    }

    /// Plays the history; throws a `Difference` at the first step after which the two disagree.
    mutating func play() throws {
        let steps = 10 + generator.below(generator.profile == .adversary ? 110 : 50)
        for number in 0..<steps {
            try play(try generator.next(model), isLast: number == steps - 1)
        }
        try playOut()
        var found = generator.profile == .adversary ? promises.violations(model) : []
        if generator.chance(Rates.separation) {
            let separation = Separation(
                steps: played.map { $0.step }, outsider: Cast.accounts[generator.below(7)])
            found += try separation.violations(first, firstIndex: firstIndex)
        }
        guard found.isEmpty else { throw difference(found) }
        if model.ended.contains(where: { model.isForgotten($0) }) { coverage.count("memory jobs") }
        if payees.hasForgotten { coverage.count("memory vouchers") }
        for job in model.jobs {
            coverage.count("ends \(job.kindName) \(job.phaseName)")
            if !job.rewardsPaid.isZero { coverage.count("rewards \(job.kindName)") }
        }
    }

    /// Time alone ends every job, and then nothing is left in escrow.
    private mutating func playOut() throws {
        for _ in 0..<400 {
            guard model.jobs.contains(where: { !$0.hasEnded }) else { break }
            try play(try generator.last(model), isLast: false)
        }
        let ledger = engine.state.ledger
        var locked: [Asset] = []
        ledger.forEachAsset { asset, totals in
            if !totals.inEscrow.isZero { locked.append(asset) }
        }
        if !locked.isEmpty || model.jobs.contains(where: { !$0.hasEnded }) {
            throw difference(["8: a job that does not end, or money in escrow after all jobs"])
        }
    }

    private func difference(_ found: [String]) -> Difference {
        Difference(seed: seed, profile: generator.profile, found: found, log: log)
    }

    private mutating func play(_ step: Step, isLast: Bool) throws {
        let before = engine
        let outcome = engine.advance(try step.input(index: model.inputs))
        let effects = try model.advance(step)
        played.append((step, effects.codes))
        cover(step, effects)
        payees.note(outcome, effects, model)
        promises.note(model, effects, profile: generator.profile)
        let comparison = Comparison(
            engine: engine, model: model, outcome: outcome, effects: effects,
            payees: payees)
        let seen = Observation(
            before: before, after: engine, step: step, outcome: outcome,
            isRefused: effects.isRefused)
        var found = comparison.differences()
        found.append(contentsOf: try invariants.violations(seen))
        if engine.state.unitsSpent - before.state.unitsSpent != effects.units {
            let spent = engine.state.unitsSpent - before.state.unitsSpent
            found.append("units: engine \(spent), model \(effects.units)")
        }
        if found.isEmpty, isLast || played.count % 16 == 0 {
            found += try comparison.slowDifferences()
        }
        if found.isEmpty { found += try playTwins(seen, isAccepted: effects.isAccepted) }
        guard found.isEmpty else { throw difference(found) }
    }

    /// What is too slow for every input is done for a part of them.
    private mutating func playTwins(
        _ seen: Observation, isAccepted: Bool
    ) throws -> [String] {
        let twins = Twins(seen: seen, index: model.inputs)
        var found: [String] = []
        if seen.isRefused, generator.chance(Rates.refusals) {
            found += try twins.refusalLeavesNothing()
        }
        if isAccepted, case .upload? = seen.step.innerDeed {
            if generator.chance(Rates.uploads) { found += try twins.cutsDoNotMatter() }
            if generator.chance(Rates.uploads) { found += try twins.repetitionIsNoNews() }
        }
        if generator.chance(Rates.states) {
            found += try twins.deadlinesAreExact() + twins.expiredJobsGo()
        }
        if generator.chance(Rates.budgets) { found += try twins.budgetsDoNotMatter() }
        return found
    }

    private mutating func cover(_ step: Step, _ effects: Effects) {
        for code in effects.codes { coverage.count("codes \(code)") }
        coverage.count("inputs all")
        if effects.fromDrive > 0, effects.isAccepted { coverage.count("memory drive") }
        for notice in effects.notices
        where ABIFunction.selector(of: notice) == MarketModel.rentPaid.selector {
            let values = (try? MarketModel.rentPaid.decode(notice)) ?? []
            if values.count == 3, values[1] != .number(.zero) { coverage.count("memory rent") }
        }
        switch step.sender {
        case .portal(let gift):
            coverage.count("deposits \(gift.name)")
            if let deed = gift.deed, !effects.isRefused, effects.codes != ["depositOverflow"],
                effects.codes != ["ledgerFull"]
            {
                coverage.count("with-a-deposit \(deed.name)")
            }
        case .account(_, let deed):
            if case .relay(let relay) = deed {
                if effects.isRefused, relay.isGenuine, effects.codes != ["wrongNonce"] {
                    refusedRelays.insert(relay.signature)
                } else if effects.isAccepted, refusedRelays.contains(relay.signature) {
                    coverage.count("relays again")
                }
            }
            guard !effects.isRefused else { return }
            coverage.count("done \(deed.name)")
            if case .relay(let relay) = deed { coverage.count("relayed \(relay.deed.name)") }
        }
    }
}

/// How many of a hundred inputs of a kind are played again in another way.
enum Rates {
    static let refusals = 25
    static let uploads = 15
    static let states = 5
    static let budgets = 10
    /// Of a hundred histories.
    static let separation = 5
}

/// Everyone has Ether and tokens before a history begins, but for the pauper.
private struct Stage {
    var engine: Engine
    var model: MarketModel

    /// Without and with somebody who is paid rent, without and with files on the drive.
    static let funded: [Stage]? = try? [
        Stage(rentReceiver: nil, drive: []), Stage(rentReceiver: Cast.landlord, drive: []),
        Stage(rentReceiver: nil, drive: DriveModel.files()),
        Stage(rentReceiver: Cast.landlord, drive: DriveModel.files()),
    ]

    init(rentReceiver: Address?, drive: [DriveModel]) throws {
        engine = Engine(
            configuration: Configuration(contracts: AddressBook(.v2_1), rentReceiver: rentReceiver),
            drive: try DriveModel.drive(of: drive))
        model = MarketModel(rentReceiver: rentReceiver)
        model.drive = drive
        let money = UInt256(100_000_000_000_000_000_000 as UInt128)
        for account in Cast.accounts where account != Cast.pauper {
            let kinds: [Gift.Kind] = [
                .ether(money), .erc20(Cast.tokens[0], UInt256(1 << 100 as UInt128)),
                .erc20(Cast.tokens[1], UInt256(1 << 60 as UInt128)),
            ]
            for kind in kinds {
                let gift = Gift(depositor: account, kind: kind)
                let step = Step(sender: .portal(gift), now: History.start)
                _ = engine.advance(try step.input(index: model.inputs))
                _ = try model.advance(step)
            }
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
