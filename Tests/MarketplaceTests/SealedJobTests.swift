import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

@Suite struct SealedJobTests {
    private static let bond = UInt256(TinyJob.bond)

    @Test func theBestClaimThatHoldsTakesThePool() throws {
        var market = try Market.inClaim(
            payout: 1, [(Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, 30_000)])
        #expect(try market.claim(weight: 60_000, from: Market.ada) == nil)
        #expect(try market.claim(weight: 90_000, from: Market.bob) == nil)
        // Eve promises the best of all, with a model that is the worst.
        #expect(try market.claim(1, from: Market.eve) == nil)
        try market.passWindow()
        #expect(try market.show(90_000, from: Market.bob) == "notDue")
        #expect(try market.show(30_000, from: Market.eve) == nil)
        #expect(try market.bonds() == ["held", "held", "burned"])
        // The file of a failed attempt goes with it.
        #expect(try market.file("model", slot: 2) == nil)
        // Her claim was false: Bob is due now, and then the job is settled at once.
        #expect(try market.submit(TinyJob.model(weight: 90_000), from: Market.bob) == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(1))
        // The pool is Bob's, and Eve's bond is nobody's.
        #expect(market.balance(Market.bob) == Market.funded + UInt256(900 as UInt64))
        #expect(market.balance(Market.ada) == Market.funded)
        #expect(market.balance(Market.eve) + Self.bond == Market.funded)
        let price = try market.paidForGood()
        #expect(market.burned() == Self.bond + price)
        #expect(market.balance(Market.sponsor) + UInt256(900 as UInt64) + price == Market.funded)
        #expect(market.escrow(0).isZero)
    }

    @Test func silenceCostsTheBondAndTheNextIsDue() throws {
        var market = try Market.inReveal(payout: 1, [(Market.ada, 60_000), (Market.bob, 90_000)])
        // Eve never committed, and lost her bond when COMMIT ended.
        #expect(try market.bonds() == ["held", "held", "burned"])
        try market.passWindow()
        #expect(try market.advance() == nil)
        #expect(try market.bonds() == ["held", "burned", "burned"])
        #expect(try market.show(60_000, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).count == 1)
        #expect(market.balance(Market.ada) == Market.funded + UInt256(900 as UInt64))
        let price = try market.paidForGood()
        #expect(market.burned() == Self.bond + Self.bond + price)
        #expect(market.balance(Market.sponsor) + UInt256(900 as UInt64) + price == Market.funded)
        #expect(market.escrow(0).isZero)
    }

    @Test func aSponsorThatKeepsTheDataPaysItsBond() throws {
        var market = try Market.withSealedJob(.sealed(payout: 2))
        _ = try market.commit(TinyJob.model(weight: 60_000), from: Market.ada)
        market.now += 2 * TinyJob.window
        market.wait()
        #expect(market.notices(NoticeFunctions.jobDefaulted).count == 1)
        #expect(market.balance(Market.ada) == Market.funded + UInt256(60 as UInt64))
        // Who had not even committed lost the bond before, to nobody.
        for silent in [Market.bob, Market.eve] {
            #expect(market.balance(silent) + Self.bond == Market.funded)
        }
        let price = try market.paidForGood()
        #expect(market.balance(Market.sponsor) + UInt256(60 as UInt64) + price == Market.funded)
        #expect(market.escrow(0).isZero)
        #expect(try market.inspect("jobs?phase=defaulted")["total"] as? Int == 1)
    }

    /// Data that are whole and in time are not enough: the sponsor has to open its commitment.
    @Test func dataWithoutARevealAreADefault() throws {
        var market = try Market.withSealedJob(.sealed(payout: 0, reward: 300))
        _ = try market.commit(TinyJob.model(weight: 60_000), from: Market.ada)
        try market.passWindow()
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == nil)
        #expect(try market.revealData(salt: .zero) == "wrongCommitment")
        market.now += TinyJob.window
        #expect(try market.revealData() == "wrongPhase")
        #expect(market.notices(NoticeFunctions.jobDefaulted).count == 1)
    }

    /// They were committed to before anyone took part.
    @Test func dataThatDoNotParseAreADefaultAtOnce() throws {
        var changes = TinyJob.Changes.sealed(payout: 1)
        changes.data = TinyJob.invalidData
        var market = try Market.withSealedJob(changes)
        _ = try market.commit(TinyJob.model(weight: 60_000), from: Market.ada)
        try market.passWindow()
        #expect(try market.deliverData(TinyJob.invalidData) == "invalidData")
        #expect(market.story.suffix(2) == ["DataRevealed", "JobDefaulted"])
        #expect(market.balance(Market.ada) == Market.funded + UInt256(60 as UInt64))
    }

    @Test func sharesOfAProportionalJobTelescope() throws {
        var market = try Market.inReveal(payout: 2, [(Market.ada, 60_000), (Market.bob, 90_000)])
        #expect(try market.show(60_000, from: Market.ada) == nil)
        #expect(try market.show(90_000, from: Market.bob) == nil)
        let (base, first, second) = (
            try TinyJob.loss(0), try TinyJob.loss(60_000), try TinyJob.loss(90_000)
        )
        let sum = UInt128(base - second)
        let expected = (900 * UInt128(base - first) / sum, 900 * UInt128(first - second) / sum)
        #expect(
            market.notices(NoticeFunctions.rewardIssued).map { $0[3] }
                == [.number(UInt256(expected.0)), .number(UInt256(expected.1))])
        #expect(market.escrow(0).isZero)
    }

    /// Scoring that outlasts the window does not keep the window open.
    @Test func bytesAfterTheRevealWindowDoNotCount() throws {
        let weights = [(Market.ada, 60_000), (Market.bob, 90_000)] as [(Address, Int32)]
        var market = try Market.inReveal(payout: 0, weights, reward: 300)
        market.setInputBudget(1)
        market.now += TinyJob.answerWindow - 1
        #expect(try market.show(60_000, from: Market.ada) == nil)
        let late = try TinyJob.model(weight: 90_000)
        market.now += 1
        #expect(try market.upload(late, from: Market.bob) == "scoring")
        #expect(try market.phase() == "reveal")
        // The bond burned at the end of the window, while Ada's score was pending.
        #expect(try market.bonds() == ["held", "burned", "burned"])
        try market.finish()
        let paid = market.notices(NoticeFunctions.rewardIssued).map { $0[1] }
        #expect(paid == [.address(Market.ada)])
    }

    /// Who is late has failed: the window of the next one due is not a second chance.
    @Test func aWindowThatPassedStaysPassed() throws {
        let weights = [(Market.ada, 90_000), (Market.bob, 90_000)] as [(Address, Int32)]
        var market = try Market.inReveal(payout: 1, weights)
        let model = try TinyJob.model(weight: 90_000)
        // The earlier of two equal claims is due. Ada has the bytes there and does not submit.
        #expect(try market.upload(model, from: Market.ada) == nil)
        try market.passWindow()
        #expect(try market.submit(model, from: Market.ada) == "notDue")
        #expect(try market.file("model", slot: 0) == nil)
        #expect(try market.show(90_000, from: Market.bob) == nil)
        #expect(
            market.notices(NoticeFunctions.submissionScored).map { $0[2] } == [.address(Market.bob)]
        )
        #expect(
            market.notices(NoticeFunctions.rewardIssued).map { $0[1] } == [.address(Market.bob)])
        #expect(market.balance(Market.ada) + Self.bond == Market.funded)
        #expect(market.escrow(0).isZero)
    }

    @Test func aModelThatDoesNotLoadBurnsTheBondOfWhoIsDue() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1))
        let noModel = try TinyJob.noModel()
        #expect(try market.commit(noModel, from: Market.ada) == nil)
        try market.passWindow()
        #expect(try market.deliverData() == nil)
        #expect(try market.claim(1, from: Market.ada) == nil)
        try market.passWindow()
        #expect(try market.upload(noModel, from: Market.ada) == nil)
        #expect(try market.submit(noModel, from: Market.ada) == "invalidModel")
        #expect(
            market.notices(NoticeFunctions.bondForfeited).last
                == [.uint(0), .address(Market.ada), .address(.zero), .uint(TinyJob.bond)])
        // Nobody was paid: all that escrow still held is the sponsor's, and no bond is in it.
        #expect(
            market.notices(NoticeFunctions.jobSettled)
                == [[.uint(0), .uint(0), .uint(900 + 3 * 60)]])
        #expect(market.balance(Market.sponsor) + (try market.paidForGood()) == Market.funded)
    }

    @Test func whoClaimsNothingIsOutAndTheOthersAreNot() throws {
        var market = try Market.inClaim(
            payout: 0, [(Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, 70_000)],
            reward: 300)
        #expect(try market.claim(weight: 60_000, from: Market.ada) == nil)
        // The last word counts.
        #expect(try market.claim(1, from: Market.bob) == nil)
        #expect(try market.claim(weight: 90_000, from: Market.bob) == nil)
        try market.passWindow()
        market.wait()
        #expect(try market.bonds() == ["held", "held", "burned"])
        #expect(try market.show(70_000, from: Market.eve) == "notDue")
        #expect(try market.show(90_000, from: Market.bob) == nil)
        #expect(try market.show(60_000, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(2))
        #expect(market.balance(Market.bob) == Market.funded + UInt256(300 as UInt64))
    }

    @Test func nobodyCommitsAndAllBondsBurn() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1))
        try market.passWindow()
        market.wait()
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(0))
        #expect(market.notices(NoticeFunctions.bondForfeited).count == 3)
        #expect(market.balance(Market.sponsor) + (try market.paidForGood()) == Market.funded)
    }
}
