import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

/// What was to be gained from the silence of others, and what holds.
@Suite struct AttackOnBondsTests {
    private static let bond = UInt256(TinyJob.bond)

    /// In every phase and payout a forfeited bond is burned: no account's money grows by it, not the
    /// sponsor's, not the other clients', not the rent receiver's.
    @Test(arguments: 0..<6) func forfeitsGoToNobody(way: Int) throws {
        let receiver = Market.actor(0x42)
        var market = Market(Configuration(contracts: AddressBook(.v2_1), rentReceiver: receiver))
        market.fund()
        let payout: UInt64 = [0, 1, 2, 1, 3, 3][way]
        let changes =
            way == 0
            ? TinyJob.Changes(slots: 3) : TinyJob.Changes.sealed(payout: payout, rounds: 1)
        try market.open(changes, clients: Market.clients)
        let paid = market.balance(receiver)
        try play(way, &market)
        let lost = market.notices(NoticeFunctions.bondForfeited)
        #expect(!lost.isEmpty)
        #expect(lost.allSatisfy { $0[2] == .address(.zero) && $0[3] == .uint(TinyJob.bond) })
        #expect(market.burned() == UInt256(TinyJob.bond * UInt64(lost.count)))
        #expect(market.balance(receiver) == paid)
        // Every unit that a client lost is burned, and every reward is the sponsor's loss.
        var rewards = UInt256.zero
        for notice in market.notices(NoticeFunctions.rewardIssued) {
            guard case .number(let amount) = notice[3] else { continue }
            rewards = rewards + amount
        }
        #expect(market.balance(Market.sponsor) + rewards + paid == Market.funded)
        for (slot, client) in Market.clients.enumerated()
        where lost.contains(where: {
            $0[1] == .address(client)
        }) {
            #expect(market.balance(client) + Self.bond == Market.funded, "slot \(slot)")
        }
        #expect(market.escrow(0).isZero)
        let asset = try #require(try market.inspect("audit")["assets"] as? [[String: Any]]).first
        #expect(asset?["burned"] as? String == "\(market.burned())")
        #expect(asset?["conserved"] as? Bool == true)
    }

    /// Ada does what is asked, and somebody else falls silent: OPEN, COMMIT, CLAIM, REVEAL, and the
    /// REVEAL and the settlement of a federated job.
    private func play(_ way: Int, _ market: inout Market) throws {
        switch way {
        case 0:
            #expect(try market.offer(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
            #expect(try market.commit([1], from: Market.bob) == nil)
        case 1:
            try market.commitAndReveal([(Market.ada, 60_000)])
            #expect(try market.claim(weight: 60_000, from: Market.ada) == nil)
            try market.passWindow()
            #expect(try market.show(60_000, from: Market.ada) == nil)
            return
        case 2:
            try market.commitAndReveal([(Market.ada, 60_000), (Market.bob, 90_000)])
            #expect(try market.claim(weight: 60_000, from: Market.ada) == nil)
            try market.passWindow()
            #expect(try market.show(60_000, from: Market.ada) == nil)
            return
        case 3:
            try market.commitAndReveal([(Market.ada, 60_000), (Market.bob, 90_000)])
            for (client, weight) in [(Market.ada, 60_000), (Market.bob, 90_000)]
                as [(Address, Int32)]
            {
                #expect(try market.claim(weight: weight, from: client) == nil)
            }
            try market.passWindow()
            market.wait()
            try market.passWindow()
            #expect(try market.show(60_000, from: Market.ada) == nil)
            return
        default:
            if way == 4 {
                #expect(try market.commit(TinyJob.model(weight: 9), from: Market.bob) == nil)
            }
            try market.commitAndReveal([(Market.ada, 60_000)])
            #expect(try market.show(60_000, from: Market.ada) == nil)
            guard way == 4 else { return }
        }
        try market.passWindow()
        market.wait()
        try market.finish()
        if case .live = market.engine.state.jobs[0] { #expect(try market.advance() == nil) }
    }

    /// Who only commits keeps the others out and the sponsor from cancelling: that costs the bond.
    @Test func squattingCostsTheBond() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.eve])
        for client in [Market.ada, Market.eve] {
            #expect(try market.commit([1], from: client) == nil)
        }
        #expect(try market.accept(Market.bob) == "noFreeSlot")
        #expect(try market.cancel() == "wrongPhase")
        market.now += TinyJob.openWindow
        market.wait()
        #expect(market.notices(NoticeFunctions.bondForfeited).count == 2)
        #expect(market.balance(Market.sponsor) + (try market.paidForGood()) == Market.funded)
    }

    /// An honest loser saves the bond by an upload, also with a model that is no model at all.
    @Test func whoSubmitsGetsTheBondBack() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.bob])
        #expect(try market.offer(TinyJob.model(weight: -9), from: Market.ada) == nil)
        #expect(try market.offer(TinyJob.noModel(), from: Market.bob) == "invalidModel")
        // A commitment that follows and is not opened takes nothing away.
        #expect(try market.commit([1], from: Market.ada) == nil)
        market.now += TinyJob.openWindow
        market.wait()
        #expect(market.notices(NoticeFunctions.bondForfeited).isEmpty)
        #expect(market.balance(Market.ada) == Market.funded)
        #expect(market.balance(Market.bob) == Market.funded)
    }

    /// The last submission counts as soon as it is accepted, whether or not it is scored in time.
    @Test func whatWaitsForItsScoreKeepsItsBond() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.bob]) {
            $0.inputBudget = 1
        }
        #expect(try market.prepare(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        #expect(try market.submit(TinyJob.model(weight: 65_536), from: Market.ada) == nil)
        market.now += TinyJob.openWindow
        market.wait()
        #expect(try market.phase() == "open")
        #expect(try market.bonds() == ["held", "burned"])
        try market.finish()
        #expect(market.balance(Market.ada) == Market.funded + UInt256(TinyJob.reward))
    }

    /// Nobody's bond depends on one hour that another chose.
    @Test func claimAndRevealTakeADay() throws {
        var market = Market()
        market.fund()
        for (index, short) in [(3, 86_399), (4, 86_399), (3, 3_600), (4, 3_600)] {
            var changes = TinyJob.Changes.sealed(payout: 1)
            var windows = TinyJob.windows(changes)
            windows[index] = UInt64(short)
            changes.windows = windows
            #expect(try market.post(changes) == "invalidTerms")
            #expect(market.errors.first?.at == "terms.windows[\(index)]")
            // Clients on a list know what they agree to.
            changes.allowListRoot = Market.salt
            #expect(try market.post(changes) == nil)
        }
        var open = TinyJob.Changes()
        open.windows = [3_600, 14_399, 0, 0, 0]
        #expect(try market.post(open) == "invalidTerms")
        open.windows = [3_600, 14_400, 0, 0, 0]
        #expect(try market.post(open) == nil)
    }

    /// Data that come late leave the whole CLAIM window all the same.
    @Test func theWindowBeginsWithTheInputThatOpensIt() throws {
        var market = try Market.withSealedJob(.sealed(payout: 1)) { $0.inputBudget = 1 }
        #expect(try market.commit(TinyJob.model(weight: 60_000), from: Market.ada) == nil)
        try market.passWindow()
        market.now += TinyJob.window - 1
        #expect(try market.deliverData() == nil)
        #expect(try market.claim(weight: 60_000, from: Market.ada) == "scoring")
        market.now += 50_000
        try market.finish()
        #expect(
            try market.jobAnswer()["closesAt"] as? Int == Int(market.now + TinyJob.answerWindow))
        market.now += TinyJob.answerWindow - 1
        #expect(try market.claim(weight: 60_000, from: Market.ada) == nil)
        // Nobody sends anything for a day: the window of who is due begins when somebody does.
        market.now += 86_400
        market.wait()
        #expect(try market.phase() == "reveal")
        #expect(
            try market.jobAnswer()["closesAt"] as? Int == Int(market.now + TinyJob.answerWindow))
    }

    /// FEDERATED pays the pool whole: tiny gains of puppets return nothing to the sponsor.
    @Test func tinyGainsCutNothingFromTheOthers() {
        let alone = Payouts.federated(gains: [1_000_000], pool: 900)
        let crowded = Payouts.federated(
            gains: [1_000_000] + [Int64](repeating: 1, count: 63), pool: 900)
        #expect(alone == [900])
        #expect(crowded[0] >= 899)
        #expect(crowded.dropFirst().allSatisfy { $0 == 0 })
    }

    /// A sponsor that takes a slot of its own job would bid against its clients for its own money.
    @Test func theSponsorTakesNoSlot() throws {
        var market = try Market.withOpenJob()
        #expect(try market.accept(Market.sponsor) == "sponsorSlot")
        #expect(try market.accept(Market.ada) == nil)
    }
}
