import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

/// A job ends by time alone, whatever is pending: each row of the table, at its exact second.
@Suite struct EndsByTests {
    private static let bond = UInt256(TinyJob.bond)

    /// Lets the last second before a job's own end pass, and then the end. Gives the names of the
    /// notices that the end brings.
    private func end(_ market: inout Market) throws -> [String] {
        let endsBy = try market.job().endsBy
        market.wait(until: endsBy - 1)
        let before = try market.digest()
        market.wait(until: endsBy - 1)
        #expect(try market.digest() == before)
        guard case .live? = market.engine.state.jobs[0] else {
            Issue.record("the job ended before its end")
            return []
        }
        let notices = market.story.count
        market.wait(until: endsBy)
        #expect(market.escrow(0).isZero)
        #expect(market.engine.state.reservedBytes == 0)
        return Array(market.story[notices...])
    }

    private func cancelled(_ market: Market) -> Bool {
        market.notices(NoticeFunctions.jobCancelled) == [[.uint(0), .uint(4)]]
    }

    @Test func theEndIsStoredAtPosting() throws {
        var market = Market()
        market.fund()
        var changes = TinyJob.Changes.sealed(payout: 1, slots: 2)
        for (payout, rounds, windows, life) in [
            (
                1, 1, [3_600, 3_601, 3_602, 86_403, 86_404],
                3_600 + 3_601 + 3_602 + 86_403 + 2 * 86_404
            ),
            (
                2, 1, [3_600, 3_601, 3_602, 86_403, 86_404],
                3_600 + 3_601 + 3_602 + 86_403 + 2 * 86_404
            ),
            (0, 1, [3_600, 3_601, 3_602, 86_403, 86_404], 3_600 + 3_601 + 3_602 + 86_403 + 86_404),
            (3, 5, [3_600, 3_601, 3_602, 0, 86_404], 3_600 + 5 * (3_601 + 3_602 + 86_404)),
        ] as [(UInt64, UInt64, [UInt64], UInt64)] {
            (changes.payout, changes.rounds, changes.windows) = (payout, rounds, windows)
            changes.normBound = payout == 3 ? 1 : 0
            let id = market.engine.state.jobCount
            #expect(try market.post(changes) == nil)
            #expect(try market.job(id).endsBy == market.now + life + life / 4 + 604_800)
            #expect(try market.jobAnswer(id)["endsBy"] as? UInt64 == (try market.job(id).endsBy))
        }
        #expect(try market.post() == nil)
        let life: UInt64 = 3_600 + 86_400
        #expect(try market.job(4).endsBy == market.now + life + life / 4 + 604_800)
    }

    @Test func aLifeHasALimit() throws {
        var market = Market()
        market.fund()
        var changes = TinyJob.Changes.sealed(payout: 3, rounds: 4)
        // 3,600 + 4 · (2,592,000 + 2,592,000 + r) = 2^25.
        let rest: UInt64 = (33_554_432 - 3_600) / 4 - 2 * 2_592_000
        changes.windows = [3_600, 2_592_000, 2_592_000, 0, 2_592_000]
        #expect(try market.post(changes) == nil)
        changes.rounds = 5
        #expect(try market.post(changes) == "invalidTerms")
        #expect(market.errors.first?.at == "terms.windows")
        #expect(rest > 2_592_000)
        var best = TinyJob.Changes.sealed(payout: 1, slots: 64)
        best.windows = [3_600, 3_600, 3_600, 86_400, (33_554_432 - 97_200) / 64]
        #expect(try market.post(best) == nil)
        best.windows = [3_600, 3_600, 3_600, 86_400, (33_554_432 - 97_200) / 64 + 1]
        #expect(try market.post(best) == "invalidTerms")
    }

    @Test func openWithScoresPendingIsCancelled() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.bob]) {
            $0.inputBudget = 1
        }
        #expect(try market.prepare(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(try market.submit(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        market.wait(until: market.now + TinyJob.openWindow)
        #expect(try market.bonds() == ["held", "burned"])
        #expect(try market.job().nextDeadline == market.job().endsBy)
        #expect(try end(&market) == ["JobCancelled"])
        #expect(cancelled(market))
        #expect(market.balance(Market.ada) == Market.funded)
        #expect(market.balance(Market.bob) + Self.bond == Market.funded)
    }

    /// What was paid stands.
    @Test func whatWasPaidBeforeStands() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.bob])
        #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        market.setInputBudget(1)
        #expect(try market.prepare(TinyJob.model(weight: 90_000), from: Market.bob) == nil)
        #expect(try market.submit(TinyJob.model(weight: 90_000), from: Market.bob) == nil)
        market.wait(until: market.now + TinyJob.openWindow)
        #expect(try end(&market) == ["JobCancelled"])
        #expect(market.balance(Market.ada) == Market.funded + UInt256(TinyJob.reward))
        #expect(market.balance(Market.bob) == Market.funded)
    }

    @Test func dataWithDataIsCancelledAndNotADefault() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1)) { $0.inputBudget = 1 }
        #expect(try market.commit(TinyJob.model(weight: 60_000), from: Market.ada) == nil)
        try market.passWindow()
        // Revealed in the last second while the base is unscored: that counts.
        market.now += TinyJob.window - 1
        #expect(try market.deliverData() == nil)
        market.wait(until: market.now + 1)
        #expect(try market.phase() == "data")
        #expect(try end(&market) == ["JobCancelled"])
        #expect(cancelled(market))
        // The two that did not commit lost theirs at the end of COMMIT.
        #expect(market.balance(Market.ada) == Market.funded)
        #expect(market.burned() == Self.bond + Self.bond + (try market.paidForGood()))
    }

    @Test func claimIsCancelled() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1)) { $0.inputBudget = 1 }
        #expect(try market.commit(TinyJob.model(weight: 60_000), from: Market.ada) == nil)
        try market.passWindow()
        #expect(try market.deliverData() == nil)
        // Nobody sends anything for long, and then CLAIM begins.
        market.now = try market.job().endsBy - 10
        try market.finish()
        #expect(try market.phase() == "claim")
        #expect(try market.job().nextDeadline == market.job().endsBy)
        #expect(try end(&market) == ["JobCancelled"])
        #expect(cancelled(market))
        #expect(market.balance(Market.ada) == Market.funded)
    }

    /// The window's end comes first at the same second: who claimed nothing has lost the bond.
    @Test func aWindowEndsBeforeTheJobAtTheSameSecond() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1)) { $0.inputBudget = 1 }
        try market.commitAndReveal([(Market.ada, 60_000), (Market.bob, 90_000)])
        market.now = try market.job().endsBy - TinyJob.answerWindow
        try market.finish()
        #expect(try market.claim(weight: 60_000, from: Market.ada) == nil)
        #expect(try market.jobAnswer()["closesAt"] as? UInt64 == (try market.job().endsBy))
        // REVEAL would open at the job's own end: it is not opened, and the job ends as in CLAIM.
        #expect(try end(&market) == ["BondForfeited", "JobCancelled"])
        #expect(
            market.notices(NoticeFunctions.bondForfeited).last?[1] == .address(Market.bob))
        #expect(cancelled(market))
        #expect(market.balance(Market.ada) == Market.funded)
    }

    /// Nobody is due, so that there is nothing more to wait for.
    @Test func aWindowThatEndsWithNobodyDueSettlesTheJob() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1)) { $0.inputBudget = 1 }
        try market.commitAndReveal([(Market.ada, 60_000)])
        market.now = try market.job().endsBy - TinyJob.answerWindow
        try market.finish()
        #expect(try end(&market) == ["BondForfeited", "JobSettled"])
    }

    @Test func revealSettlesWhatWasVerified() throws {
        let weights =
            [(Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, 70_000)]
            as [(Address, Int32)]
        var market = try Market.inReveal(payout: 2, weights)
        #expect(try market.show(60_000, from: Market.ada) == nil)
        market.setInputBudget(1)
        #expect(try market.show(90_000, from: Market.bob) == nil)
        #expect(try market.job().slots[1].submission != nil)
        // Eve, whose claim was no better than Bob's, was never due.
        #expect(
            try end(&market).filter { $0 != "BondForfeited" } == ["RewardIssued", "JobSettled"])
        // Ada has the pool as if only she had claimed; Bob, unscored, has the bond.
        #expect(market.balance(Market.ada) == Market.funded + UInt256(900 as UInt64))
        #expect(market.balance(Market.bob) == Market.funded)
        #expect(market.balance(Market.eve) == Market.funded)
    }

    /// A window of REVEAL that would open at the job's own end is not opened either.
    @Test func revealDoesNotOpenAgainAtTheEnd() throws {
        let weights = [(Market.ada, 60_000), (Market.bob, 90_000)] as [(Address, Int32)]
        var market = try Market.inReveal(payout: 1, weights)
        let endsBy = try market.job().endsBy
        // Bob is due and silent, and nobody says anything until the end.
        market.wait(until: endsBy)
        #expect(market.story.suffix(2) == ["BondForfeited", "JobSettled"])
        #expect(
            market.notices(NoticeFunctions.bondForfeited).last?[1] == .address(Market.bob))
        #expect(market.notices(NoticeFunctions.rewardIssued).isEmpty)
        #expect(market.balance(Market.ada) == Market.funded)
    }

    @Test func aFederatedRoundIsVoid() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 2))
        try market.commitAndReveal([(Market.ada, 60_000)])
        #expect(try market.show(60_000, from: Market.ada) == nil)
        try market.commitAndReveal([(Market.ada, 70_000), (Market.bob, 90_000)])
        market.setInputBudget(1)
        #expect(try market.show(70_000, from: Market.ada) == nil)
        try market.passWindow()
        market.wait()
        #expect(try market.phase() == "score")
        #expect(try end(&market) == ["RewardIssued", "JobCancelled"])
        #expect(cancelled(market))
        // What the first round earned stands; bonds that were not lost return.
        #expect(market.balance(Market.ada) == Market.funded + UInt256(450 as UInt64))
        #expect(market.balance(Market.bob) + Self.bond == Market.funded)
        #expect(try market.finds(CID.raw(TinyJob.model(weight: 60_000))))
    }

    /// A round begins only if it can end: at the exact second.
    @Test(arguments: [0, 1] as [UInt64]) func aRoundBeginsOnlyIfItCanEnd(late: UInt64) throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 2))
        try market.commitAndReveal([(Market.ada, 60_000)])
        let round = 2 * TinyJob.window + TinyJob.answerWindow
        market.setInputBudget(1)
        #expect(try market.show(60_000, from: Market.ada) == nil)
        market.now = try market.job().endsBy - round + late
        let rounds = market.notices(NoticeFunctions.jobOpened).count
        try market.finish()
        #expect(market.notices(NoticeFunctions.roundClosed).count == 1)
        #expect(market.notices(NoticeFunctions.jobOpened).count == rounds + (late == 0 ? 1 : 0))
        #expect(market.notices(NoticeFunctions.jobSettled).count == (late == 0 ? 0 : 1))
        // The last round settles the job, and Ada's bond returns with what she earned.
        let earned = UInt256(450 as UInt64)
        #expect(
            market.balance(Market.ada)
                == (late == 0 ? Market.funded - Self.bond : Market.funded + earned))
    }

    /// One job, long after everything: all windows pass in one input, in the order of their times.
    @Test func whatTimeChangesComesInTheOrderOfTheTimes() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1))
        #expect(try market.commit([1], from: Market.ada) == nil)
        market.wait(until: market.now + 10_000_000)
        // COMMIT ends and two bonds burn; DATA ends without data.
        #expect(
            market.story.suffix(3) == ["BondForfeited", "BondForfeited", "JobDefaulted"])
        #expect(market.balance(Market.ada) == Market.funded + UInt256(60 as UInt64))
    }

    /// Rolling never leaves a job that is still due: the index holds the next time of each.
    @Test func everyLiveJobIsInTheDeadlineIndex() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        try market.open(.sealed(payout: 1), clients: Market.clients)
        #expect(try market.commit([1], from: Market.ada, job: 1) == nil)
        for _ in 0..<40 {
            var live: [UInt64] = []
            for id in 0..<market.engine.state.jobCount {
                guard case .live(let job)? = market.engine.state.jobs[id] else { continue }
                live.append(id)
                let key = State.Deadline(deadline: job.nextDeadline, job: id)
                #expect(market.engine.state.deadlines[key] != nil)
                #expect(job.nextDeadline <= job.endsBy)
            }
            #expect(market.engine.state.deadlines.count == live.count)
            market.wait(until: market.now + 40_000)
        }
        #expect(market.engine.state.deadlines.count == 0)
    }
}
