import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

/// What each phase says to each message: `scoring` where a window opens when the scores are done,
/// and nowhere else.
@Suite struct ScoringRefusalTests {
    private static let ada = Market.ada

    /// A phase, with or without scores pending, and how to get there.
    private enum Stage: CaseIterable {
        case openScoring, openOverScoring, commit, dataEmpty, dataScoring, claim
        case revealScoring, revealOverScoring, gather, score
    }

    private func market(_ stage: Stage) throws -> Market {
        let one = [(Market.ada, 60_000)] as [(Address, Int32)]
        let two = one + [(Market.bob, 90_000)]
        switch stage {
        case .openScoring, .openOverScoring:
            var market = try Market.withOpenJob(
                TinyJob.Changes(slots: 4), clients: [Market.ada, Market.bob]
            ) { $0.inputBudget = 1 }
            #expect(try market.commit([1], from: Market.bob) == nil)
            #expect(try market.prepare(TinyJob.model(weight: 60_000), from: Market.ada) == nil)
            #expect(try market.submit(TinyJob.model(weight: 60_000), from: Market.ada) == nil)
            if stage == .openOverScoring { market.wait(until: market.now + TinyJob.openWindow) }
            return market
        case .commit:
            return try sealed()
        case .dataEmpty:
            var market = try sealed()
            #expect(try market.commit([1], from: Market.ada) == nil)
            #expect(try market.commit([1], from: Market.bob) == nil)
            try market.passWindow()
            market.wait()
            return market
        case .dataScoring, .claim:
            var market = try sealed()
            if stage == .dataScoring { market.setInputBudget(1) }
            try market.commitAndReveal(two)
            return market
        case .revealScoring, .revealOverScoring:
            var market = try sealed()
            try market.commitAndReveal(two)
            for (client, weight) in two {
                #expect(try market.claim(weight: weight, from: client) == nil)
            }
            try market.passWindow()
            market.wait()
            market.setInputBudget(1)
            #expect(try market.show(60_000, from: Market.ada) == nil)
            if stage == .revealOverScoring { market.wait(until: market.now + TinyJob.answerWindow) }
            return market
        case .gather:
            var market = try sealed(payout: 3)
            try market.commitAndReveal(two)
            return market
        case .score:
            var market = try sealed(payout: 3)
            try market.commitAndReveal(one)
            market.setInputBudget(1)
            #expect(try market.show(60_000, from: Market.ada) == nil)
            return market
        }
    }

    /// POSTED, so that everyone who commits is due; or FEDERATED. One slot is free.
    private func sealed(payout: UInt64 = 0) throws -> Market {
        try Market.withSealedJob(
            .sealed(payout: payout, reward: 300, rounds: payout == 3 ? 2 : 1, slots: 4),
            clients: [Market.ada, Market.bob])
    }

    /// What acceptJob, commit, upload, submit, claim, revealData and cancelJob are told.
    private func answers(_ stage: Stage) -> [String?] {
        let wrong = "wrongPhase"
        let scoring = "scoring"
        switch stage {
        case .openScoring: return [nil, nil, nil, "notWhole", wrong, wrong, wrong]
        case .openOverScoring: return [wrong, wrong, wrong, wrong, wrong, wrong, wrong]
        case .commit: return [nil, nil, wrong, wrong, wrong, wrong, nil]
        case .dataEmpty: return [wrong, wrong, wrong, wrong, wrong, "notWhole", wrong]
        case .dataScoring: return [wrong, wrong, scoring, wrong, scoring, wrong, wrong]
        case .claim: return [wrong, wrong, nil, wrong, nil, wrong, wrong]
        case .revealScoring: return [wrong, wrong, nil, "notWhole", wrong, wrong, wrong]
        case .revealOverScoring: return [wrong, wrong, scoring, scoring, wrong, wrong, wrong]
        case .gather: return [wrong, wrong, nil, "notWhole", wrong, wrong, wrong]
        case .score: return [scoring, scoring, wrong, wrong, wrong, wrong, wrong]
        }
    }

    /// From Bob, who holds a slot and has committed; acceptJob from Eve, who wants one; the
    /// sponsor's from the sponsor.
    @Test func scoringIsSaidWhereAWindowOpensWithTheScoresAndNowhereElse() throws {
        for stage in Stage.allCases {
            let market = try market(stage)
            let model = try TinyJob.model(weight: 90_000)
            let messages: [(Address, [UInt8])] = [
                (
                    Market.eve,
                    try MessageFunctions.acceptJob.encode([
                        .uint(0), .bytes32(try market.job().termsHash), .address(.zero), .array([]),
                    ])
                ),
                (Market.bob, try MessageFunctions.commit.encode([.uint(0), .bytes32(.zero)])),
                (
                    Market.bob,
                    try MessageFunctions.upload.encode([
                        .uint(0), .bytes(CID.raw(model).binary), .uint(UInt64(model.count)),
                        .uint(0), .bytes([1]),
                    ])
                ),
                (
                    Market.bob,
                    try MessageFunctions.submit.encode([
                        .uint(0), .bytes(CID.raw(model).binary),
                        .bytes(CID.raw(TinyJob.data).binary), .bytes32(Market.salt),
                    ])
                ),
                (Market.bob, try MessageFunctions.claim.encode([.uint(0), .uint(1)])),
                (
                    Market.sponsor,
                    try MessageFunctions.revealData.encode([
                        .uint(0), .bytes(CID.raw(TinyJob.data).binary), .bytes32(Market.salt),
                    ])
                ),
                (Market.sponsor, try MessageFunctions.cancelJob.encode([.uint(0)])),
            ]
            for (place, (message, expected)) in zip(messages, answers(stage)).enumerated() {
                var copy = market
                let code = copy.send(message.1, from: message.0)
                #expect(code == expected, "\(stage), message \(place)")
            }
        }
    }

    /// What a window told to wait comes later, and the sponsor's upload is no such thing.
    @Test func whoIsToldToWaitLosesNoTime() throws {
        var market = try market(.dataScoring)
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == "wrongPhase")
        #expect(try market.claim(1, from: Market.bob) == "scoring")
        try market.finish()
        #expect(try market.claim(1, from: Market.bob) == nil)
        var over = try self.market(.revealOverScoring)
        #expect(try over.bonds() == ["held", "burned"])
        try over.finish()
        #expect(over.notices(NoticeFunctions.jobSettled).first?[1] == .uint(1))
    }

    /// In REVEAL after its end who was never due is told to wait too, because who will be due next
    /// is not known yet; a stranger is told that it is one.
    @Test func strangersAreToldSoFirst() throws {
        for stage in [Stage.dataScoring, .revealOverScoring] {
            var market = try market(stage)
            let model = try TinyJob.model(weight: 90_000)
            #expect(try market.upload(model, from: Market.eve) == "notSlotHolder")
            if stage == .revealOverScoring {
                #expect(try market.submit(model, from: Market.eve) == "notSlotHolder")
            }
        }
    }

    /// Who is not due by the claims may be due when the scores are done: until then it is told to
    /// wait, and before the end of the window that it is not due.
    @Test func whoIsNotDueYetIsToldToWait() throws {
        var market = try Market.inReveal(
            payout: 1, [(Market.ada, 60_000), (Market.bob, 90_000)])
        #expect(try market.show(60_000, from: Market.ada) == "notDue")
        market.setInputBudget(1)
        #expect(try market.show(90_000, from: Market.bob) == nil)
        market.now += TinyJob.answerWindow
        #expect(
            try market.submit(TinyJob.model(weight: 60_000), from: Market.ada) == "scoring")
    }

    /// One's own submission that waits in OPEN is said otherwise.
    @Test func inOpenItIsTheOwnSubmissionThatIsWaitedFor() throws {
        var market = try market(.openScoring)
        let model = try TinyJob.model(weight: 60_000)
        #expect(try market.submit(model, from: Market.ada) == "awaitingScore")
        #expect(try market.commit([1], from: Market.ada) == "awaitingScore")
        #expect(try market.upload(model, from: Market.ada) == "inUse")
    }
}
