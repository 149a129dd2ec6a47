import ABI
import Archive
import Content
import Testing
import Vouchers

@testable import Marketplace

/// What an attacker would try, and does not get.
@Suite struct AuditTests {
    /// Every payout, with clients in it, where its windows would end behind the last second that
    /// there is.
    @Test(arguments: [0, 1, 2, 3] as [UInt64], [1, 3_600, 100_000, 1_000_000] as [UInt64])
    func timeMayEnd(payout: UInt64, left: UInt64) throws {
        var market = Market()
        market.fund()
        market.now = .max - left
        try market.open(.sealed(payout: payout, rounds: payout == 3 ? 2 : 1))
        for client in Market.clients where try market.accept(client, payout: .zero) == nil {
            _ = try market.commit(try TinyJob.model(weight: 65_536), from: client)
        }
        for _ in 0..<4 {
            guard case .live(let job)? = market.engine.state.jobs[0] else { break }
            market.wait(until: job.nextDeadline)
        }
        market.wait(until: .max)
        #expect(try ["cancelled", "settled", "defaulted"].contains(market.phase() ?? ""))
        #expect(market.escrow(0).isZero)
        #expect(market.engine.state.reservedBytes == 0)
        #expect(market.engine.state.deadlines.count == 0)
        #expect(market.engine.state.ledger.isConserved())
    }

    /// A page of jobs asks of each what time has made of it: 64 notices that nobody reads would
    /// cost more than all the rest.
    @Test func aQuestionMakesNoOutputs() throws {
        let market = try Market.withOpenJob(clients: [Market.ada, Market.bob])
        let end = try market.job().nextDeadline
        for isQuestion in [false, true] {
            var turn = Turn(
                at: try market.job(), state: market.engine.state,
                context: Context(at: end, market.engine.configuration))
            turn.decision.isQuestion = isQuestion
            try turn.roll()
            #expect(turn.ended?.storedPhase == .settled)
            #expect(turn.decision.moves.isEmpty == isQuestion)
            #expect(turn.decision.outputs.isEmpty == isQuestion)
        }
    }

    /// A wrong opening costs nothing, and who has shown its model shows no other.
    @Test func aSlotShowsOneModel() throws {
        var market = try Market.inReveal(
            payout: 0, [(Market.ada, 65_536), (Market.bob, 131_072)])
        let wrong = try TinyJob.model(weight: 98_304)
        #expect(try market.upload(wrong, from: Market.ada) == nil)
        #expect(try market.submit(wrong, from: Market.ada) == "wrongCommitment")
        #expect(try market.show(65_536, from: Market.ada) == nil)
        #expect(try market.submit(wrong, from: Market.ada) == "notDue")
        try market.passWindow()
        #expect(try market.advance() == "wrongPhase")
        #expect(try market.phase() == "settled")
        // One showed nothing, and one had not even committed.
        #expect(market.burned() == UInt256(2 * TinyJob.bond) + (try market.paidForGood()))
        #expect(market.escrow(0).isZero)
    }

    /// Whoever is paid, the account of the rent receiver holds what it should.
    @Test func theRentReceiverMayBeTheSponsor() throws {
        var market = Market(
            Configuration(contracts: AddressBook(.v2_1), rentReceiver: Market.sponsor))
        market.fund()
        #expect(try market.post() == nil)
        #expect(market.burned().isZero)
        #expect(try market.cancel() == nil)
        #expect(market.balance(Market.sponsor) == Market.funded)
        #expect(market.escrow(0).isZero)
    }

    /// A job that is posted and ends in the same input leaves nothing but its summary.
    @Test func aJobMayEndAsItIsPosted() throws {
        let noModel = try TinyJob.noModel()
        var drive = ContentDrive()
        for blob in [noModel, TinyJob.data] {
            let isAdded = drive.add(blob, cid: .raw(blob))
            #expect(isAdded)
        }
        try drive.seal()
        var market = Market(drive: drive)
        market.fund()
        #expect(try market.post(.init(base: noModel)) == "invalidModel")
        #expect(try market.phase() == "cancelled")
        #expect(market.escrow(0).isZero)
        #expect(market.engine.state.reservedBytes == 0)
        #expect(market.engine.state.deadlines.count == 0)
        #expect(market.engine.state.files.files(of: 0).isEmpty)
        #expect(market.nonce(Market.sponsor) == 1)
        #expect(
            try market.inspect("jobs?phase=cancelled")["total"] as? Int == 1)
    }
}
