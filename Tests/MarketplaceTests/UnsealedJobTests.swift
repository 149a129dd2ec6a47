import ABI
import Content
import Testing
import Verifier
import Vouchers

@testable import Marketplace

@Suite struct UnsealedJobTests {
    @Test func anImprovementIsPaidAtOnceWithAVoucher() throws {
        var market = try Market.withOpenJob()
        let wallet = Market.actor(0x77)
        #expect(try market.accept(Market.ada, payout: wallet) == nil)
        let before = market.escrow(0)
        #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(
            market.vouchers == [
                .voucher(
                    destination: wallet, value: UInt256(TinyJob.reward), payload: [])
            ])
        #expect(before.subtracting(market.escrow(0)) == UInt256(TinyJob.reward))
        let score = try #require(market.notices(NoticeFunctions.submissionScored).first)
        #expect(score[2] == .address(Market.ada))
        #expect(score[9] == .bool(true))
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
        let account = try market.inspect("accounts/\(Market.ada.checksummed)")
        let vouchers = try #require(account["vouchers"] as? [String: Any])
        // The index is that of the voucher among all outputs.
        let index = try #require((vouchers["items"] as? [Int])?.first)
        #expect(market.outputs[index] == market.vouchers[0])
    }

    @Test func noPayoutAddressMeansTheBalance() throws {
        var market = try Market.withOpenJob()
        #expect(try market.accept(Market.ada, payout: .zero) == nil)
        let before = market.balance(Market.ada)
        #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(market.vouchers.isEmpty)
        #expect(market.balance(Market.ada).subtracting(before) == UInt256(TinyJob.reward))
    }

    @Test func aCopyOfAnAcceptedModelEarnsNothing() throws {
        var market = try Market.withOpenJob()
        let model = try TinyJob.model(weight: 65_536)
        _ = try market.accept(Market.ada)
        _ = try market.accept(Market.bob)
        _ = try market.offer(model, from: Market.ada)
        #expect(try market.offer(model, from: Market.bob) == nil)
        #expect(market.vouchers.count == 1)
        #expect(market.notices(NoticeFunctions.submissionScored).last?[9] == .bool(false))
        // The paid model stays: others may build on it.
        let cid = CID.raw(model).text
        #expect(try market.inspect("content/\(cid)")["size"] as? Int == model.count)
    }

    @Test func aCopiedCommitmentCannotBeOpened() throws {
        var market = try Market.withOpenJob()
        let model = try TinyJob.model(weight: 65_536)
        _ = try market.accept(Market.ada)
        _ = try market.accept(Market.eve)
        _ = try market.commit(model, from: Market.ada)
        _ = try market.commit(model, from: Market.eve, as: Market.ada)
        market.now += Limits.minCommitAge
        _ = try market.upload(model, from: Market.ada)
        #expect(try market.submit(model, from: Market.eve) == "wrongCommitment")
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.vouchers.count == 1)
    }

    @Test func eachStepMustBeWorthTheThreshold() throws {
        let changes = TinyJob.Changes(ppm: 200_000)
        var market = try Market.withOpenJob(changes)
        _ = try market.accept(Market.ada, changes)
        _ = try market.accept(Market.bob, changes)
        // From ln 2 per sample down by less than 20 %: refused, and the loss to beat stays.
        _ = try market.offer(TinyJob.model(weight: 5_000), from: Market.ada)
        #expect(market.vouchers.isEmpty)
        _ = try market.offer(TinyJob.model(weight: 65_536), from: Market.bob)
        #expect(market.vouchers.count == 1)
        // The second try of the first client counts against the new loss to beat.
        _ = try market.offer(TinyJob.model(weight: 70_000), from: Market.ada)
        #expect(market.vouchers.count == 1)
        _ = try market.offer(TinyJob.model(weight: 655_360), from: Market.ada)
        #expect(market.vouchers.count == 2)
    }

    @Test func threeAttemptsAndNoMore() throws {
        var market = try Market.withOpenJob()
        _ = try market.accept(Market.ada)
        for attempt in 0..<3 {
            let model = try TinyJob.model(weight: -1_000 - Int32(attempt))
            #expect(try market.offer(model, from: Market.ada) == nil)
            // A failed model makes room for the next.
            #expect(try market.inspect("content/\(CID.raw(model).text)")["error"] != nil)
        }
        #expect(
            try market.offer(TinyJob.model(weight: 65_536), from: Market.ada)
                == "attemptsExhausted")
    }

    @Test func aBlobThatIsNoModelIsAnAttempt() throws {
        var market = try Market.withOpenJob()
        _ = try market.accept(Market.ada)
        var model = try TinyJob.model(weight: 65_536)
        model[7] = 1
        #expect(try market.offer(model, from: Market.ada) == "invalidModel")
        #expect(market.notices(NoticeFunctions.submissionScored).last?[9] == .bool(false))
        let slots = try market.inspect("jobs/0/submissions")["slots"] as? [[String: Any]]
        #expect(slots?.first?["attemptsLeft"] as? Int == 2)
        #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(market.vouchers.count == 1)
    }

    @Test func aSubmissionCountsWhenMessageAndBytesAreBothIn() throws {
        var market = try Market.withOpenJob()
        _ = try market.accept(Market.ada)
        let model = try TinyJob.model(weight: 65_536)
        _ = try market.commit(model, from: Market.ada)
        market.now += Limits.minCommitAge
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.vouchers.isEmpty)
        #expect(try market.upload(model, from: Market.ada) == nil)
        #expect(market.vouchers.count == 1)
    }

    @Test func windowsAreHalfOpen() throws {
        var market = try Market.withOpenJob()
        let closesAt = market.now + TinyJob.openWindow
        _ = try market.accept(Market.ada)
        let model = try TinyJob.model(weight: 65_536)
        market.now = closesAt - Limits.minCommitAge
        #expect(try market.commit(model, from: Market.ada) == "tooLate")
        #expect(try market.accept(Market.bob) == "tooLate")
        market.now -= 1
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge - 1
        #expect(try market.submit(model, from: Market.ada) == "tooEarly")
        _ = try market.upload(model, from: Market.ada)
        market.now += 1
        #expect(market.now == closesAt - 1)
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.vouchers.count == 1)
        market.now += 1
        #expect(try market.submit(model, from: Market.ada) == "wrongPhase")
        #expect(try market.inspect("jobs?phase=open")["total"] as? Int == 1)
        #expect(try market.advance() == nil)
        #expect(try market.inspect("jobs?phase=open")["total"] as? Int == 0)
        #expect(try market.inspect("jobs?phase=settled")["total"] as? Int == 1)
    }

    @Test func bytesAfterTheWindowDoNotCount() throws {
        var market = try Market.withOpenJob()
        let closesAt = market.now + TinyJob.openWindow
        _ = try market.accept(Market.ada)
        let model = try TinyJob.model(weight: 65_536)
        _ = try market.commit(model, from: Market.ada)
        market.now += Limits.minCommitAge
        _ = try market.submit(model, from: Market.ada)
        market.now = closesAt
        #expect(try market.upload(model, from: Market.ada) == "wrongPhase")
        _ = try market.advance()
        #expect(market.vouchers.isEmpty)
    }

    @Test func settlementReturnsWhatNobodyEarned() throws {
        let changes = TinyJob.Changes(slots: 3, sponsorBond: 60)
        var market = try Market.withOpenJob(changes)
        let funded = UInt256(1_000_000_000_000_000_000 as UInt64)
        _ = try market.accept(Market.ada, changes)  // is paid
        _ = try market.accept(Market.bob, changes)  // commits only
        _ = try market.accept(Market.eve, changes)  // does nothing
        _ = try market.offer(TinyJob.model(weight: 65_536), from: Market.ada)
        _ = try market.commit(TinyJob.model(weight: 1), from: Market.bob)
        market.now += TinyJob.openWindow
        #expect(try market.advance() == nil)
        #expect(market.balance(Market.ada) == funded)
        #expect(market.balance(Market.bob) == funded)
        #expect(market.balance(Market.eve).adding(UInt256(TinyJob.bond)) == funded)
        // One reward went out, one bond came in, everything else is back.
        #expect(
            market.balance(Market.sponsor).adding(UInt256(TinyJob.reward - TinyJob.bond))
                == funded)
        #expect(market.escrow(0).isZero)
        #expect(market.notices(NoticeFunctions.bondForfeited).count == 1)
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(1))
        #expect(try market.advance() == "wrongPhase")
    }

    @Test func aJobThatIsNotFilledIsCancelled() throws {
        var market = Market()
        market.fund()
        _ = try market.post()
        #expect(try market.accept(Market.ada) == nil)
        market.now += 3_599
        #expect(try market.inspect("jobs/0")["job"] != nil)
        #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == nil)
        market.now += 1
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == "wrongPhase")
        #expect(try market.advance() == nil)
        #expect(market.notices(NoticeFunctions.jobCancelled).first?[1] == .uint(1))
        let funded = UInt256(1_000_000_000_000_000_000 as UInt64)
        #expect(market.balance(Market.sponsor) == funded)
        #expect(market.balance(Market.ada) == funded)
        #expect(market.engine.state.reservedBytes == 0)
    }

    @Test func theSponsorMayCancelUntilSomeoneCommits() throws {
        var market = try Market.withOpenJob()
        _ = try market.accept(Market.ada)
        #expect(
            try market.send(MessageFunctions.cancelJob, .uint(0), from: Market.ada) == "notSponsor")
        var other = market
        #expect(
            try other.send(MessageFunctions.cancelJob, .uint(0), from: Market.sponsor) == nil)
        #expect(other.balance(Market.ada) == market.balance(Market.eve))
        _ = try market.commit([1], from: Market.ada)
        #expect(
            try market.send(MessageFunctions.cancelJob, .uint(0), from: Market.sponsor)
                == "wrongPhase")
    }

    @Test func contentThatIsNotWhatTheTermsSayCancelsTheJob() throws {
        var wrongLabel = TinyJob.data
        wrongLabel[wrongLabel.count - 2] = 2
        let changes = TinyJob.Changes(data: wrongLabel)
        var market = Market()
        market.fund()
        _ = try market.post(changes)
        _ = try market.upload(TinyJob.base(), from: Market.sponsor)
        #expect(try market.upload(wrongLabel, from: Market.sponsor) == "invalidData")
        #expect(market.notices(NoticeFunctions.jobCancelled).first?[1] == .uint(3))
        #expect(market.balance(Market.sponsor) == market.balance(Market.eve))
    }

    @Test func twoJobsShareTheirContent() throws {
        var market = try Market.withOpenJob()
        #expect(try market.post() == nil)
        // The second job finds base model and data in the store, and opens at once.
        #expect(market.notices(NoticeFunctions.jobOpened).count == 2)
        market.now += TinyJob.openWindow
        _ = try market.advance(0)
        let cid = CID.raw(TinyJob.data).text
        #expect(try market.inspect("content/\(cid)")["size"] != nil)
        _ = try market.advance(1)
        #expect(try market.inspect("content/\(cid)")["error"] != nil)
    }

    /// However finely scoring is spread over inputs, the outputs are the same.
    @Test(arguments: [1, 60, 200, 1_000] as [UInt64])
    func aSplitBudgetChangesNothing(budget: UInt64) throws {
        func play(_ budget: UInt64) throws -> Market {
            var market = try Market.withOpenJob(scoringBudget: budget)
            _ = try market.accept(Market.ada)
            _ = try market.accept(Market.bob)
            for (client, weight) in [(Market.ada, 30_000), (Market.bob, 90_000)]
                as [(Address, Int32)]
            {
                _ = try market.offer(TinyJob.model(weight: weight), from: client)
                for _ in 0..<12 { _ = try market.advance() }
            }
            return market
        }
        let whole = try play(Limits.scoringBudget)
        let split = try play(budget)
        #expect(whole.vouchers.count == 2)
        #expect(split.outputs == whole.outputs)
    }

    @Test func aSlotIsNotSpentWhileItsSubmissionWaits() throws {
        var market = try Market.withOpenJob(scoringBudget: 1)
        _ = try market.accept(Market.ada)
        _ = try market.offer(TinyJob.model(weight: 65_536), from: Market.ada)
        #expect(try market.commit([1], from: Market.ada) == "awaitingScore")
    }
}
