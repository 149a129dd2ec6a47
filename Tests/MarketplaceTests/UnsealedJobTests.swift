import ABI
import Content
import Testing
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
        #expect(before - market.escrow(0) == UInt256(TinyJob.reward))
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

    @Test func aSubmissionIsThreeMessagesAndFourNotices() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let before = market.story.count
        #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(
            market.story.dropFirst(before) == [
                "Committed", "ContentStored", "Submitted", "SubmissionScored", "RewardIssued",
            ])
    }

    @Test func noPayoutAddressMeansTheBalance() throws {
        var market = try Market.withOpenJob()
        #expect(try market.accept(Market.ada, payout: .zero) == nil)
        let before = market.balance(Market.ada)
        #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(market.vouchers.isEmpty)
        #expect(market.balance(Market.ada) - before == UInt256(TinyJob.reward))
    }

    @Test func aCopyOfAnAcceptedModelEarnsNothing() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.bob])
        let model = try TinyJob.model(weight: 65_536)
        _ = try market.offer(model, from: Market.ada)
        #expect(try market.offer(model, from: Market.bob) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
        #expect(market.notices(NoticeFunctions.submissionScored).last?[9] == .bool(false))
        // The paid model stays: others may build on it.
        let cid = CID.raw(model).text
        #expect(try market.inspect("content/\(cid)")["size"] as? Int == model.count)
    }

    @Test func aCopiedCommitmentCannotBeOpened() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.eve])
        let model = try TinyJob.model(weight: 65_536)
        let commitment = try market.commitment(to: model, of: Market.ada)
        for client in [Market.ada, Market.eve] {
            #expect(
                try market.send(
                    MessageFunctions.commit, .uint(0), .bytes32(commitment), from: client) == nil)
        }
        market.now += Limits.minCommitAge
        for client in [Market.ada, Market.eve] {
            #expect(try market.upload(model, from: client) == nil)
        }
        #expect(try market.submit(model, from: Market.eve) == "wrongCommitment")
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    /// The wrong salt, or the bytes of another model, are no attempt: what is right can follow.
    @Test func aWrongOpeningCostsNothing() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.prepare(model, from: Market.ada) == nil)
        #expect(
            try market.submit(model, from: Market.ada, salt: .zero) == "wrongCommitment")
        let other = try TinyJob.model(weight: 5)
        #expect(try market.submit(other, from: Market.ada) == "notWhole")
        #expect(try market.upload(other, from: Market.ada) == nil)
        #expect(try market.submit(other, from: Market.ada) == "wrongCommitment")
        #expect(try market.submit(model, from: Market.ada) == "notWhole")
        #expect(try market.upload(model, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func eachStepMustBeWorthTheThreshold() throws {
        var market = try Market.withOpenJob(
            TinyJob.Changes(ppm: 200_000), clients: [Market.ada, Market.bob])
        let rewards = { (market: Market) in market.notices(NoticeFunctions.rewardIssued).count }
        // From ln 2 per sample down by less than 20 %: refused, and the loss to beat stays.
        _ = try market.offer(TinyJob.model(weight: 5_000), from: Market.ada)
        #expect(rewards(market) == 0)
        _ = try market.offer(TinyJob.model(weight: 65_536), from: Market.bob)
        #expect(rewards(market) == 1)
        // The second try of the first client counts against the new loss to beat.
        _ = try market.offer(TinyJob.model(weight: 70_000), from: Market.ada)
        #expect(rewards(market) == 1)
        _ = try market.offer(TinyJob.model(weight: 655_360), from: Market.ada)
        #expect(rewards(market) == 2)
    }

    @Test func threeAttemptsAndNoMore() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        for attempt in 0..<3 {
            let model = try TinyJob.model(weight: -1_000 - Int32(attempt))
            #expect(try market.offer(model, from: Market.ada) == nil)
            // A failed model makes room for the next.
            #expect(try !market.finds(CID.raw(model)))
        }
        #expect(
            try market.offer(TinyJob.model(weight: 65_536), from: Market.ada)
                == "attemptsExhausted")
    }

    @Test func aBlobThatIsNoModelIsAnAttempt() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        #expect(try market.offer(TinyJob.noModel(), from: Market.ada) == "invalidModel")
        #expect(market.notices(NoticeFunctions.submissionScored).last?[9] == .bool(false))
        #expect(try market.slots().first?["attemptsLeft"] as? Int == 2)
        #expect(try market.file("model", slot: 0) == nil)
        #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    /// Nothing waits for bytes: a message that comes before them is refused, and can come again.
    @Test func theBytesComeFirst() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        _ = try market.commit(model, from: Market.ada)
        market.now += Limits.minCommitAge
        #expect(try market.submit(model, from: Market.ada) == "notWhole")
        #expect(try market.upload(Array(model[..<20]), of: model, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.ada) == "notWhole")
        #expect(
            try market.upload(Array(model[20...]), of: model, offset: 20, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.submissionScored).isEmpty)
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    /// Until the submission, another commitment is another start; the file stays.
    @Test func aLaterCommitmentReplacesTheFirst() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.prepare(TinyJob.model(weight: 5), from: Market.ada) == nil)
        #expect(try market.upload(model, from: Market.ada) == nil)
        #expect(try market.commit(model, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.ada) == "tooEarly")
        market.now += Limits.minCommitAge
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func windowsAreHalfOpen() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let closesAt = market.now + TinyJob.openWindow
        let model = try TinyJob.model(weight: 65_536)
        market.now = closesAt - Limits.minCommitAge - Limits.lateMargin - 1
        #expect(try market.commit([1], from: Market.ada) == nil)
        market.now = closesAt - Limits.minCommitAge - 1
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge - 1
        _ = try market.upload(model, from: Market.ada)
        #expect(try market.submit(model, from: Market.ada) == "tooEarly")
        market.now += 1
        #expect(market.now == closesAt - 1)
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
        market.now += 1
        #expect(try market.inspect("jobs?phase=open")["total"] as? Int == 1)
        #expect(try market.submit(model, from: Market.ada) == "wrongPhase")
        // Time stands, whatever became of the message.
        #expect(try market.inspect("jobs?phase=open")["total"] as? Int == 0)
        #expect(try market.inspect("jobs?phase=settled")["total"] as? Int == 1)
    }

    @Test func settlementReturnsWhatNobodyEarned() throws {
        let clients = [Market.ada, Market.bob, Market.eve]
        var market = try Market.withOpenJob(
            TinyJob.Changes(slots: 3, sponsorBond: 60), clients: clients)
        // Ada is paid, Bob commits only, Eve does nothing.
        _ = try market.offer(TinyJob.model(weight: 65_536), from: Market.ada)
        _ = try market.commit(TinyJob.model(weight: 1), from: Market.bob)
        market.now += TinyJob.openWindow
        market.wait()
        #expect(market.balance(Market.ada) == Market.funded + UInt256(TinyJob.reward))
        for silent in [Market.bob, Market.eve] {
            #expect(market.balance(silent) + UInt256(TinyJob.bond) == Market.funded)
        }
        // One reward went out, two bonds and the price of scoring are nobody's, the rest is back.
        let price = try market.paidForGood()
        #expect(
            market.balance(Market.sponsor) + UInt256(TinyJob.reward) + price == Market.funded)
        #expect(market.burned() == UInt256(2 * TinyJob.bond) + price)
        #expect(market.escrow(0).isZero)
        #expect(market.notices(NoticeFunctions.bondForfeited).count == 2)
        #expect(
            market.notices(NoticeFunctions.jobSettled)
                == [[.uint(0), .uint(1), .uint(2 * TinyJob.reward + 3 * 60)]])
        #expect(try market.advance() == "wrongPhase")
    }

    @Test func aJobThatIsNotFilledIsCancelled() throws {
        var market = Market()
        market.fund()
        _ = try market.post()
        #expect(try market.accept(Market.ada) == nil)
        market.now += TinyJob.fillWindow - 1
        #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == nil)
        market.now += 1
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == "wrongPhase")
        #expect(market.notices(NoticeFunctions.jobCancelled).first?[1] == .uint(1))
        #expect(market.balance(Market.sponsor) + (try market.paidForGood()) == Market.funded)
        #expect(market.balance(Market.ada) == Market.funded)
        #expect(market.engine.state.reservedBytes == 0)
        #expect(try !market.finds(CID.raw(TinyJob.base())))
    }

    @Test func theSponsorMayCancelUntilSomeoneCommits() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        #expect(try market.cancel(from: Market.ada) == "notSponsor")
        var other = market
        #expect(try other.cancel() == nil)
        #expect(other.balance(Market.ada) == Market.funded)
        #expect(other.notices(NoticeFunctions.jobCancelled).first?[1] == .uint(0))
        _ = try market.commit([1], from: Market.ada)
        #expect(try market.cancel() == "wrongPhase")
    }

    @Test func contentThatIsNotWhatTheTermsSayCancelsTheJob() throws {
        let data = TinyJob.invalidData
        var market = Market()
        market.fund()
        _ = try market.post(TinyJob.Changes(data: data))
        _ = try market.upload(TinyJob.base(), from: Market.sponsor)
        #expect(try market.upload(data, from: Market.sponsor) == "invalidData")
        #expect(market.notices(NoticeFunctions.jobCancelled).first?[1] == .uint(3))
        #expect(market.balance(Market.sponsor) + (try market.paidForGood()) == Market.funded)

        let noModel = try TinyJob.noModel()
        _ = try market.post(TinyJob.Changes(base: noModel))
        _ = try market.upload(TinyJob.data, job: 1, from: Market.sponsor)
        #expect(try market.upload(noModel, job: 1, from: Market.sponsor) == "invalidModel")
        #expect(market.notices(NoticeFunctions.jobCancelled).last?[1] == .uint(2))
        #expect(market.escrow(1).isZero)
    }

    /// Data that are not those of the terms are no reason to end a job that can still be filled.
    @Test func dataThatAreNotThoseOfTheTermsAreDropped() throws {
        var market = Market()
        market.fund()
        _ = try market.post()
        _ = try market.upload(TinyJob.base(), from: Market.sponsor)
        #expect(try market.upload(TinyJob.invalidData, from: Market.sponsor) == "wrongData")
        #expect(try market.phase() == "filling")
        #expect(try market.file("data") == nil)
        #expect(try !market.finds(CID.raw(TinyJob.invalidData)))
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == nil)
        #expect(try market.phase() == "open")
    }

    @Test func aSlotIsNotSpentWhileItsSubmissionWaits() throws {
        var market = try Market.withOpenJob(clients: [Market.ada]) { $0.inputBudget = 1 }
        _ = try market.offer(TinyJob.model(weight: 65_536), from: Market.ada)
        #expect(try market.commit([1], from: Market.ada) == "awaitingScore")
        try market.finish()
        #expect(try market.commit([1], from: Market.ada) == "alreadyPaid")
    }
}
