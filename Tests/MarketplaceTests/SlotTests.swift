import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

/// A slot is sold while there is time to use it, and no longer.
@Suite struct SlotTests {
    private static let margin = Limits.minCommitAge + Limits.lateMargin

    @Test func lateSlotsAreNotSoldInOpen() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let end = try market.job().nextDeadline
        market.now = end - Self.margin
        #expect(try market.accept(Market.bob) == "tooLate")
        #expect(market.errors.first?.at == "the window ends at \(end)")
        // Nor is a slot's first commitment taken, which could be opened in the last 600 s only.
        #expect(try market.commit([1], from: Market.ada) == "tooLate")
        market.now -= 1
        #expect(try market.commit([1], from: Market.ada) == nil)
        #expect(try market.accept(Market.bob) == nil)
        // Whoever is in may commit again as long as the commitment can still be opened.
        market.now = end - Limits.minCommitAge - 1
        #expect(try market.commit([2], from: Market.ada) == nil)
        #expect(try market.commit([2], from: Market.bob) == "tooLate")
        market.now += 1
        #expect(try market.commit([3], from: Market.ada) == "tooLate")
        market.now = end - 1
        #expect(try market.accept(Market.eve) == "tooLate")
        // Behind the end it is another reason.
        market.setInputBudget(1)
        market.now = end
        #expect(try market.accept(Market.eve) == "wrongPhase")
    }

    /// Who bought the last slot that was sold can use it.
    @Test func theLastSlotThatIsSoldCanBeUsed() throws {
        var market = try Market.withOpenJob()
        market.now = try market.job().nextDeadline - Self.margin - 1
        #expect(try market.accept(Market.ada, payout: .zero) == nil)
        market.now += Limits.lateMargin
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.commit(model, from: Market.ada) == "tooLate")
        market.now -= Limits.lateMargin
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Self.margin
        #expect(try market.upload(model, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func lateSlotsAreNotSoldInCommit() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1), clients: [Market.ada])
        let end = try market.job().nextDeadline
        market.now = end - Limits.lateMargin
        #expect(try market.accept(Market.bob) == "tooLate")
        market.now -= 1
        #expect(try market.accept(Market.bob) == nil)
        // A commitment is taken to the last second.
        market.now = end - 1
        #expect(try market.commit([1], from: Market.bob) == nil)
        market.now += 1
        #expect(try market.commit([1], from: Market.ada) == "wrongPhase")
    }

    /// FILLING sells always: nobody knows yet when OPEN begins.
    @Test func fillingSellsAlways() throws {
        var market = Market()
        market.fund()
        #expect(try market.post() == nil)
        market.now += TinyJob.fillWindow - 1
        #expect(try market.accept(Market.ada) == nil)
        #expect(try market.commit([1], from: Market.ada) == "wrongPhase")
        market.now += 1
        #expect(try market.accept(Market.bob) == "wrongPhase")
    }

    @Test func thePayoutAddressIsTested() throws {
        var market = try Market.withOpenJob()
        for payout in [Market.application] + AddressBook(.v2_1).portals.all {
            #expect(try market.accept(Market.ada, payout: payout) == "invalidPayout")
        }
        #expect(try market.accept(Market.ada, payout: .zero) == nil)
    }

    /// Sponsor and clients may talk in every phase; what is kept of it is bounded.
    @Test func theLastMessagesAreKept() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        for number in 0..<Limits.messages + 3 {
            let body = [UInt8](repeating: UInt8(number), count: Limits.messageBytes)
            #expect(
                try market.send(
                    MessageFunctions.sendMessage, .uint(0), .address(Market.sponsor), .bytes(body),
                    from: Market.ada) == nil)
        }
        let kept = try #require(
            try market.inspect("jobs/0/messages")["messages"] as? [[String: Any]])
        #expect(kept.count == Limits.messages)
        #expect((kept.first?["body"] as? String)?.hasPrefix("0x0303") == true)
    }
}
