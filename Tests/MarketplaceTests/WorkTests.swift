import ABI
import Content
import TestSupport
import Testing
import Verifier
import Vouchers

@testable import Marketplace

/// Work is done under the budget of its input, within what the job paid for, and by nobody who is
/// refused.
@Suite struct WorkTests {
    private static let weights: [(Address, Int32)] = [
        (Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, -50_000),
    ]

    /// Plays a whole job with all slots, all attempts and all rounds used. Calls `each` after every
    /// step.
    private func play(
        _ changes: TinyJob.Changes, budget: UInt64,
        _ each: (Market) throws -> Void = { _ in }
    ) throws -> Market {
        var market = Market { $0.inputBudget = budget }
        market.fund()
        try market.open(changes, clients: Market.clients)
        var step = 0
        while case .live(let job)? = market.engine.state.jobs[0], step < 40_000 {
            step += 1
            if job.pendingUnits > 0 {
                #expect(try market.advance() == nil)
            } else {
                try act(&market, job, step)
            }
            try each(market)
        }
        return market
    }

    /// What is due next in a job in which nothing is pending.
    private func act(_ market: inout Market, _ job: Job, _ step: Int) throws {
        switch job.phase {
        case .open:
            for slot in job.slots.indices
            where !job.slots[slot].isPaid && job.slots[slot].attempts.count < 3 {
                let attempt = Int32(job.slots[slot].attempts.count)
                let weight = -1_000 * Int32(slot + 1) - attempt
                // One of them is no model.
                let model =
                    slot == 1 && attempt == 0
                    ? try TinyJob.noModel() : try TinyJob.model(weight: weight)
                let code = try market.offer(model, from: job.slots[slot].client)
                #expect(code == nil || code == "invalidModel")
                return
            }
            try market.passWindow()
            market.wait()
        case .commit:
            for (client, weight) in Self.weights {
                #expect(try market.commit(TinyJob.model(weight: weight), from: client) == nil)
            }
            try market.passWindow()
            #expect(try market.upload(TinyJob.data, from: Market.sponsor) == nil)
        case .data:
            #expect(try market.revealData() == nil)
        case .claim:
            for (client, weight) in Self.weights {
                #expect(try market.claim(weight: weight, from: client) == nil)
            }
            // Whom a false claim made due is scored too.
            #expect(try market.claim(2, from: Market.eve) == nil)
            try market.passWindow()
            market.wait()
        case .reveal(let phase):
            guard let due = phase.entries.first(where: { $0.status == .due }) else { return }
            let client = job.slots[due.slot].client
            let weight = try #require(Self.weights.first { $0.0 == client }).1
            #expect(try market.show(weight, from: client) == nil)
        case .gather:
            let left = Self.weights.first {
                guard let slot = job.slotIndex(of: $0.0) else { return false }
                return job.slots[slot].submission == nil
            }
            guard let (client, weight) = left else { return }
            #expect(try market.show(weight, from: client) == nil)
        case .filling, .score:
            Issue.record("nothing is pending in \(job.storedPhase)")
        }
    }

    private static func changes(_ kind: Int) -> TinyJob.Changes {
        switch kind {
        case 0: return TinyJob.Changes(slots: 3)
        case 1: return .sealed(payout: 0, reward: 300)
        case 2: return .sealed(payout: 1)
        case 3: return .sealed(payout: 2)
        default: return .sealed(payout: 3, rounds: 3)
        }
    }

    /// Every step fits what is left, but for the first of an input, in every kind of job.
    @Test(arguments: 0..<5, [1, 40, 173, 400, 350_000_000] as [UInt64])
    func noInputOvershoots(kind: Int, budget: UInt64) throws {
        let changes = Self.changes(kind)
        var work: WorkNeeds?
        let market = try play(changes, budget: budget) { market in
            if case .live(let job)? = market.engine.state.jobs[0] { work = job.work }
        }
        let needs = try #require(work)
        let largest = max(
            try TinyJob.architecture.unitsPerSample, needs.data + needs.load, 2 * needs.average)
        #expect(market.mostUnits <= max(budget, largest), "budget \(budget)")
        let admitted = needs.admitted
        #expect(market.engine.state.unitsSpent <= admitted)
        #expect(market.notices(NoticeFunctions.jobSettled).count == 1)
        if kind < 2 {
            // Nothing is admitted that is not spent when everything is used; what is no model costs
            // its load only.
            let unscored = kind == 0 ? needs.scoring : 0
            #expect(market.engine.state.unitsSpent == admitted - unscored)
        }
    }

    /// However finely scoring is spread over inputs, outputs and money are the same.
    @Test(arguments: 0..<5, [1, 40, 173, 400] as [UInt64])
    func anyCutOfBudgetsIsTheSame(kind: Int, budget: UInt64) throws {
        let whole = try play(Self.changes(kind), budget: Limits.inputBudget)
        let cut = try play(Self.changes(kind), budget: budget)
        #expect(cut.outputs == whole.outputs)
        #expect(cut.engine.state.unitsSpent == whole.engine.state.unitsSpent)
        for account in [Market.sponsor] + Market.clients {
            #expect(cut.balance(account) == whole.balance(account))
        }
    }

    /// What inspect calls pending is what the next inputs are charged, and never less: each of them
    /// leaves at most the largest step of its budget unused, so that as many as inspect says are
    /// enough.
    @Test(arguments: 0..<5) func whatIsPendingIsAllThatIsCharged(kind: Int) throws {
        var checked = 0
        _ = try play(Self.changes(kind), budget: 40) { market in
            guard case .live(let job)? = market.engine.state.jobs[0], job.pendingUnits > 0 else {
                return
            }
            checked += 1
            try charge(market, job.pendingUnits, isExact: kind != 4)
        }
        #expect(checked > 10)
    }

    /// Scores what is pending in a copy, and compares what that is charged.
    private func charge(_ market: Market, _ pending: UInt64, isExact: Bool) throws {
        var other = market
        let spent = other.engine.state.unitsSpent
        try other.finish()
        let charged = other.engine.state.unitsSpent - spent
        #expect(isExact ? charged == pending : charged <= pending && charged > 0)
        other = market
        other.setInputBudget(Limits.largestStep + 90)
        #expect(try other.advancesLeft() == Int((pending + 89) / 90))
    }

    /// FEDERATED is charged for each model that goes into a sum or out of it, for each mean, each
    /// score and each new global model.
    @Test(arguments: [1, 40, 173, 350_000_000] as [UInt64])
    func aFederatedJobIsChargedStepByStep(budget: UInt64) throws {
        var work: WorkNeeds?
        let market = try play(Self.changes(4), budget: budget) { market in
            if case .live(let job)? = market.engine.state.jobs[0] { work = job.work }
        }
        let needs = try #require(work)
        let scores = market.notices(NoticeFunctions.submissionScored)
        let closed = market.notices(NoticeFunctions.roundClosed)
        var expected = needs.load
        var global = ABIValue.bytes(CID.raw(try TinyJob.base()).binary)
        for round in 0..<3 as Range<UInt64> {
            let helping = scores.count { $0[1] == .uint(round) && $0[9] == .bool(true) }
            // The base, all, and all but one; the sum takes three models in, and each of them out
            // once, with a mean for each.
            expected += needs.data + 5 * needs.scoring + (3 + 1 + 3 * 2) * needs.average
            expected += UInt64(3 - helping) * needs.average
            if helping > 0 { expected += needs.average + needs.scoring }
            let next = closed[Int(round)][2]
            if next != global { expected += needs.publication }
            global = next
        }
        #expect(market.engine.state.unitsSpent == expected)
    }

    /// The largest job that may be posted is scored by at most 400 inputs.
    @Test func theLargestJobNeedsFourHundredInputs() {
        let each = Limits.inputBudget - Limits.largestStep
        #expect((Limits.jobBudget + each - 1) / each == 400)
    }

    @Test func whatIsAdmittedIsCheckedAtPosting() throws {
        var market = Market()
        market.fund()
        #expect(market.deposit(ether: Market.funded, to: Market.sponsor) == nil)
        // A square layer of 400: about 160,000 units a sample.
        var changes = TinyJob.Changes(slots: 64)
        changes.arch =
            Array("DMLA".utf8) + [1, 1] + TinyJob.le32(400) + [2]
            + [0x01] + TinyJob.le32(400) + [1, 0x01] + TinyJob.le32(1) + [1, 2]
        let architecture = try Architecture(parsing: changes.arch)
        let load = architecture.loadWork
        func admitted(_ samples: UInt64) -> UInt64 {
            let data = (32 + (samples * 400 + 3) / 4 * 4 + 2 * samples + 3) / 4
            return data + 193 * (samples * architecture.unitsPerSample + load)
        }
        var samples: UInt64 = 1
        while admitted(samples + 1) <= 100_000_000_000 { samples += 1 }
        changes.samples = samples + 1
        #expect(try market.post(changes) == "invalidTerms")
        #expect(
            market.errors.first?.at == "terms.samples: work beyond the budget of a job")
        changes.samples = samples
        #expect(try market.post(changes) == nil)
        #expect(try market.job().work.admitted == admitted(samples))
        let cost = try #require(try market.jobAnswer()["cost"] as? [String: Any])
        #expect(cost["admittedWork"] as? String == "\(admitted(samples))")
        #expect(
            cost["evaluationWork"] as? String
                == "\(samples * architecture.unitsPerSample + load)")
        #expect(cost["inputBudget"] as? String == "350000000")
    }

    /// Whoever is refused makes no node score, and is not even told how far scoring is.
    @Test func aRefusedMessageToAJobWithScoringPendingDoesNoWorkAndLeavesNoTrace() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.bob]) {
            $0.inputBudget = 1
        }
        #expect(try market.prepare(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(try market.submit(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(try market.job().pendingUnits > 0)
        let stranger = Market.actor(0x66)
        let refused: [(Address, ABIFunction, [ABIValue], String)] = [
            (stranger, MessageFunctions.cancelJob, [.uint(0)], "notSponsor"),
            (stranger, MessageFunctions.commit, [.uint(0), .bytes32(.zero)], "notSlotHolder"),
            (stranger, MessageFunctions.claim, [.uint(0), .uint(1)], "wrongPhase"),
            (
                stranger, MessageFunctions.submit,
                [.uint(0), .bytes([]), .bytes([]), .bytes32(.zero)], "notSlotHolder"
            ),
            (
                Market.ada, MessageFunctions.submit,
                [.uint(0), .bytes([]), .bytes([]), .bytes32(.zero)], "awaitingScore"
            ),
            (
                stranger, MessageFunctions.sendMessage,
                [.uint(0), .address(stranger), .bytes([])], "notSlotHolder"
            ),
            (
                stranger, MessageFunctions.upload,
                [.uint(0), .bytes([]), .uint(0), .uint(0), .bytes([])], "notSlotHolder"
            ),
            (
                stranger, MessageFunctions.revealData,
                [.uint(0), .bytes([]), .bytes32(.zero)], "wrongPhase"
            ),
            (
                stranger, MessageFunctions.acceptJob,
                [.uint(0), .bytes32(.zero), .address(.zero), .array([])], "termsMismatch"
            ),
        ]
        for (sender, function, values, code) in refused {
            try market.refuses(try function.encode(values), from: sender, code)
        }
        let before = try market.job().pendingUnits
        #expect(try market.advance(from: stranger) == nil)
        #expect(try market.job().pendingUnits < before)
    }

    /// Units belong to the job that a message names, and to accepted messages only.
    @Test func onlyTheNamedJobIsWorkedOn() throws {
        var market = try Market.withOpenJob(clients: [Market.ada]) { $0.inputBudget = 1 }
        try market.open()
        let pending = { (market: Market, id: UInt64) in try market.job(id).pendingUnits }
        let before = try (pending(market, 0), pending(market, 1))
        #expect(before.0 > 0 && before.1 > 0)
        #expect(try market.advance(1) == nil)
        #expect(try pending(market, 0) == before.0 && pending(market, 1) < before.1)
        market.wait()
        #expect(market.deposit(ether: .one, to: Market.ada) == nil)
        #expect(try pending(market, 0) == before.0)
        // An accepted message that has nothing to do with scores works too.
        #expect(
            try market.send(
                MessageFunctions.sendMessage, .uint(0), .address(Market.sponsor), .bytes([]),
                from: Market.ada) == nil)
        #expect(try pending(market, 0) < before.0)
    }

    @Test func advancingAnIdleJobDoesNothing() throws {
        var market = try Market.withOpenJob()
        #expect(try market.advancesLeft() == 0)
        let spent = market.engine.state.unitsSpent
        var idle = market
        idle.wait()
        #expect(try market.advance(from: Market.actor(0x66)) == nil)
        #expect(market.engine.state.unitsSpent == spent)
        #expect(try market.digest() == idle.digest())
    }
}
