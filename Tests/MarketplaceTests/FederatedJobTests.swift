import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

@Suite struct FederatedJobTests {
    private static let weights: [(Address, Int32)] = [
        (Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, -50_000),
    ]

    private func deliver(
        _ weights: [(Address, Int32)], _ market: inout Market
    ) throws {
        for (client, weight) in weights {
            #expect(try market.show(weight, from: client) == nil)
        }
        try market.finish()
    }

    /// Whatever the budget, a federated round comes to the same global model and the same money.
    @Test(arguments: [1, 150, 350_000_000] as [UInt64])
    func aRoundPaysWhatHelps(budget: UInt64) throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 2)) {
            $0.inputBudget = budget
        }
        try market.commitAndReveal(Self.weights)
        try deliver(Self.weights, &market)
        let closed = try #require(market.notices(NoticeFunctions.roundClosed).first)
        // The mean of the two that help.
        let mean = try TinyJob.model(weight: 75_000)
        #expect(closed[2] == .bytes(CID.raw(mean).binary))
        #expect(closed[3] == .uint(try TinyJob.loss(75_000)))
        #expect(
            market.notices(NoticeFunctions.submissionScored).map { $0[9] }
                == [.bool(true), .bool(true), .bool(false)])
        // Models and data went with the round.
        #expect(try market.files().map { $0["kind"] as? String } == ["base", "global"])
        // Nobody comes to the second round: it is empty, and the job ends with its last round.
        try market.passWindow()
        market.wait()
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(2))
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 2)
        #expect(market.escrow(0).isZero)
        #expect(market.burned() == (try market.paidForGood()))
        #expect(try market.inspect("content/\(CID.raw(mean).text)")["size"] as? Int == mean.count)
    }

    /// The pool of a round goes out whole, in proportion, down to the floor of each share.
    @Test func theWholePoolIsShared() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3))
        try market.commitAndReveal(Self.weights)
        try deliver(Self.weights, &market)
        var paid: UInt64 = 0
        for notice in market.notices(NoticeFunctions.rewardIssued) {
            guard case .number(let amount) = notice[3] else { continue }
            paid += amount.asUInt64 ?? 0
        }
        #expect((899...900).contains(paid))
        // What returns is the three sponsor bonds and the floors, not a cut of the pool.
        #expect(
            market.notices(NoticeFunctions.jobSettled) == [
                [.uint(0), .uint(2), .uint(900 - paid + 3 * 60)]
            ])
    }

    /// One skipped round is free, a second in a row costs bond and slot.
    @Test func whoStaysAwayTwiceIsOut() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 4))
        for round in 0..<2 {
            try market.commitAndReveal([(Market.ada, 60_000)])
            #expect(try market.bonds().count == (round == 0 ? 3 : 1))
            try deliver([(Market.ada, 60_000)], &market)
        }
        #expect(
            market.notices(NoticeFunctions.bondForfeited).map { $0[1] }
                == [.address(Market.bob), .address(Market.eve)])
        // Another may have the slot, without file and commitment.
        #expect(try market.accept(Market.bob) == nil)
        let slot = try #require(try market.slots().first { $0["slot"] as? Int == 1 })
        #expect(slot["client"] as? String == Market.bob.checksummed)
        #expect(slot["stage"] as? String == "accepted" && slot["bond"] as? String == "held")
        #expect(try market.file("model", slot: 1) == nil)
    }

    @Test func whoCommitsAndShowsNothingIsOut() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 2))
        try market.commitAndReveal([(Market.ada, 60_000), (Market.bob, 90_000)])
        #expect(try market.show(60_000, from: Market.ada) == nil)
        #expect(try market.upload(TinyJob.model(weight: 90_000), from: Market.bob) == nil)
        try market.passWindow()
        try market.finish()
        #expect(try market.advance() == nil)
        #expect(
            market.notices(NoticeFunctions.bondForfeited).map { $0[1] } == [.address(Market.bob)])
        #expect(try market.job().takenSlots == 2)
        #expect(market.notices(NoticeFunctions.roundClosed).count == 1)
    }

    @Test(arguments: [true, false]) func whatIsNoUpdateCostsBondAndSlot(loads: Bool) throws {
        var changes = TinyJob.Changes.sealed(payout: 3, rounds: 2)
        changes.normBound = 100_000
        var market = try Market.withSealedJob(changes)
        let bad = loads ? try TinyJob.model(weight: 100_001) : try TinyJob.noModel()
        #expect(try market.commit(bad, from: Market.bob) == nil)
        try market.commitAndReveal([(Market.ada, 100_000)])
        #expect(try market.show(100_000, from: Market.ada) == nil)
        #expect(try market.upload(bad, from: Market.bob) == nil)
        #expect(try market.submit(bad, from: Market.bob) == "invalidModel")
        #expect(
            market.notices(NoticeFunctions.bondForfeited).map { $0[1] } == [.address(Market.bob)])
        // The round goes on with the others.
        #expect(
            market.notices(NoticeFunctions.roundClosed).first?[3]
                == .uint(try TinyJob.loss(100_000)))
    }

    /// Who committed and then lost the slot is not forgotten when somebody else takes it.
    @Test func aJobIsNotCancelledAfterACommitment() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 3))
        try market.commitAndReveal([(Market.ada, 30_000)])
        try market.passWindow()
        #expect(try market.advance() == nil)
        #expect(market.notices(NoticeFunctions.bondForfeited).first?[1] == .address(Market.ada))
        #expect(try market.accept(Market.ada) == nil)
        #expect(try market.cancel() == "wrongPhase")
    }

    /// A slot that never committed in any round pays for having kept others out.
    @Test func atSettlementASlotThatNeverCommittedBurns() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3))
        try market.commitAndReveal([(Market.ada, 60_000)])
        try deliver([(Market.ada, 60_000)], &market)
        #expect(market.notices(NoticeFunctions.jobSettled).count == 1)
        #expect(
            market.notices(NoticeFunctions.bondForfeited).map { $0[1] }
                == [.address(Market.bob), .address(Market.eve)])
        #expect(market.balance(Market.ada) == Market.funded + UInt256(900 as UInt64))
    }

    @Test func twoEmptyRoundsInARowEndTheJob() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 4))
        try market.passWindow()
        market.wait()
        #expect(try market.job().round == 1)
        try market.passWindow()
        market.wait()
        #expect(market.notices(NoticeFunctions.roundClosed).count == 2)
        #expect(market.notices(NoticeFunctions.jobSettled).count == 1)
        #expect(market.notices(NoticeFunctions.bondForfeited).count == 3)
        #expect(market.escrow(0).isZero)
    }

    /// A default pays those who committed in this round, what earlier rounds earned stands, and the
    /// bonds that are still held return.
    @Test func aDefaultInALaterRoundTakesNothingBack() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 2))
        try market.commitAndReveal([(Market.ada, 60_000)])
        try deliver([(Market.ada, 60_000)], &market)
        #expect(try market.commit([1], from: Market.bob) == nil)
        market.now += 2 * TinyJob.window
        market.wait()
        #expect(market.notices(NoticeFunctions.jobDefaulted) == [[.uint(0), .uint(1)]])
        // Half of the pool was the first round's.
        #expect(market.balance(Market.ada) == Market.funded + UInt256(450 as UInt64))
        #expect(market.balance(Market.bob) == Market.funded + UInt256(60 as UInt64))
        // Eve stayed away twice, and lost hers before.
        #expect(market.balance(Market.eve) + UInt256(TinyJob.bond) == Market.funded)
    }
}
