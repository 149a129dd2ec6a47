import ABI
import Content
import Testing
import Verifier
import Vouchers

@testable import Marketplace

@Suite struct SealedJobTests {
    private static let window: UInt64 = 3_600
    private static let funded = UInt256(1_000_000_000_000_000_000 as UInt64)

    /// The terms of a sealed job over the tiny data, committed to by the sponsor.
    private func terms(payout: UInt8, reward: UInt64 = 900, rounds: UInt32 = 1) throws -> ABIValue {
        var evaluation: [ABIValue] = []
        for round in 0..<rounds {
            evaluation.append(
                .bytes32(
                    Commitment.dataHash(
                        chainID: Market.chainID, application: Market.application,
                        sponsor: Market.sponsor, jobSalt: .zero, round: round, salt: Market.salt,
                        dataDigest: SHA256.hash(TinyJob.data))))
        }
        let isFederated = payout == 3
        return .tuple([
            .uint(UInt64(payout)), .bool(true), .address(.zero), .uint(reward), .uint(3),
            .uint(UInt64(rounds)), .uint(TinyJob.bond), .uint(60), .uint(10_000),
            .uint(isFederated ? 1 << 40 : 0), .bytes(TinyJob.arch),
            .bytes(CID.raw(try TinyJob.base()).binary), .uint(4), .uint(1), .uint(0), .uint(4),
            .bytes([]), .bytes([]), .array(evaluation), .bytes32(.zero),
            .array([
                .uint(3_600), .uint(3_600), .uint(3_600), .uint(isFederated ? 0 : 3_600),
                .uint(3_600),
            ]), .bytes32(.zero),
        ])
    }

    /// A sealed job in COMMIT, with three clients in it.
    private func market(_ terms: ABIValue) throws -> Market {
        var market = Market()
        market.fund()
        #expect(try market.send(MessageFunctions.postJob, terms, from: Market.sponsor) == nil)
        #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == nil)
        let hash = Keccak256.hash(try ABIEncoder.encode([terms], as: [JobTerms.parameter]))
        for client in [Market.ada, Market.bob, Market.eve] {
            #expect(
                try market.send(
                    MessageFunctions.acceptJob, .uint(0), .bytes32(hash), .address(.zero),
                    .array([]), from: client) == nil)
        }
        return market
    }

    private func revealData(_ market: inout Market) throws {
        market.now += SealedJobTests.window
        #expect(
            try market.send(
                MessageFunctions.revealData, .uint(0), .bytes(CID.raw(TinyJob.data).binary),
                .bytes32(Market.salt), from: Market.sponsor) == nil)
        if try market.inspect("content/\(CID.raw(TinyJob.data).text)")["error"] != nil {
            #expect(try market.upload(TinyJob.data, from: Market.sponsor) == nil)
        }
    }

    private func loss(_ weight: Int32) throws -> UInt64 {
        let architecture = try TinyJob.architecture
        var evaluation = Evaluation(
            architecture: architecture,
            model: try Model.base(
                parsing: try TinyJob.model(weight: weight), architecture: architecture),
            data: try Dataset(parsing: TinyJob.data, architecture: architecture))
        while !evaluation.isFinished { _ = evaluation.step(budget: 1_000_000) }
        return evaluation.metrics.loss
    }

    private func claim(_ market: inout Market, _ loss: UInt64, from client: Address) throws {
        #expect(
            try market.send(MessageFunctions.claim, .uint(0), .uint(loss), from: client) == nil)
    }

    private func reveal(
        _ market: inout Market, _ weight: Int32, from client: Address
    ) throws -> String? {
        let model = try TinyJob.model(weight: weight)
        if let code = try market.upload(model, from: client) { return code }
        return try market.submit(model, from: client)
    }

    @Test func theBestClaimThatHoldsTakesThePool() throws {
        var market = try market(terms(payout: 1))
        let weights: [(Address, Int32)] = [
            (Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, 30_000),
        ]
        for (client, weight) in weights {
            #expect(try market.commit(TinyJob.model(weight: weight), from: client) == nil)
        }
        try revealData(&market)
        try claim(&market, try loss(60_000), from: Market.ada)
        try claim(&market, try loss(90_000), from: Market.bob)
        // Eve promises the best of all, with a model that is the worst.
        try claim(&market, 1, from: Market.eve)
        market.now += SealedJobTests.window
        #expect(try market.advance() == nil)
        #expect(try reveal(&market, 90_000, from: Market.bob) == "notDue")
        #expect(try reveal(&market, 30_000, from: Market.eve) == nil)
        // Her claim was false: Bob is due now, and then the job is settled at once.
        #expect(try market.inspect("jobs/0")["job"] != nil)
        #expect(try market.submit(TinyJob.model(weight: 90_000), from: Market.bob) == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(1))
        // The pool and Eve's bond.
        #expect(
            market.balance(Market.bob)
                == SealedJobTests.funded.adding(UInt256(900 + TinyJob.bond as UInt64)))
        #expect(market.balance(Market.ada) == SealedJobTests.funded)
        #expect(
            market.balance(Market.eve).adding(UInt256(TinyJob.bond)) == SealedJobTests.funded)
        #expect(
            market.balance(Market.sponsor).adding(UInt256(900 as UInt64)) == SealedJobTests.funded)
        #expect(market.escrow(0).isZero)
    }

    @Test func silenceCostsTheBondAndTheNextIsDue() throws {
        var market = try market(terms(payout: 1))
        _ = try market.commit(TinyJob.model(weight: 60_000), from: Market.ada)
        _ = try market.commit(TinyJob.model(weight: 90_000), from: Market.bob)
        try revealData(&market)
        try claim(&market, try loss(60_000), from: Market.ada)
        try claim(&market, try loss(90_000), from: Market.bob)
        market.now += SealedJobTests.window
        _ = try market.advance()
        market.now += SealedJobTests.window
        _ = try market.advance()
        #expect(try reveal(&market, 60_000, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).count == 1)
        // Bob's bond is Ada's; Eve never committed, and lost hers to the sponsor.
        #expect(
            market.balance(Market.ada)
                == SealedJobTests.funded.adding(UInt256(900 + TinyJob.bond as UInt64)))
        #expect(
            market.balance(Market.sponsor).adding(UInt256(900 - TinyJob.bond as UInt64))
                == SealedJobTests.funded)
        #expect(market.escrow(0).isZero)
    }

    @Test func aSponsorThatKeepsTheDataPaysItsBond() throws {
        var market = try market(terms(payout: 2))
        _ = try market.commit(TinyJob.model(weight: 60_000), from: Market.ada)
        market.now += 2 * SealedJobTests.window
        #expect(try market.advance() == nil)
        #expect(market.notices(NoticeFunctions.jobDefaulted).count == 1)
        #expect(market.balance(Market.ada) == SealedJobTests.funded.adding(UInt256(60 as UInt64)))
        #expect(market.escrow(0).isZero)
        #expect(try market.inspect("jobs?phase=defaulted")["total"] as? Int == 1)
    }

    @Test func sharesOfAProportionalJobTelescope() throws {
        var market = try market(terms(payout: 2))
        for (client, weight) in [(Market.ada, 60_000), (Market.bob, 90_000)] as [(Address, Int32)] {
            _ = try market.commit(TinyJob.model(weight: weight), from: client)
        }
        try revealData(&market)
        let (first, second) = (try loss(60_000), try loss(90_000))
        try claim(&market, first, from: Market.ada)
        try claim(&market, second, from: Market.bob)
        market.now += SealedJobTests.window
        #expect(try reveal(&market, 60_000, from: Market.ada) == nil)
        #expect(try reveal(&market, 90_000, from: Market.bob) == nil)
        let base = try loss(0)
        let sum = UInt128(base - second)
        let expected = (900 * UInt128(base - first) / sum, 900 * UInt128(first - second) / sum)
        #expect(
            market.notices(NoticeFunctions.rewardIssued).map { $0[3] }
                == [.number(UInt256(expected.0)), .number(UInt256(expected.1))])
        #expect(market.escrow(0).isZero)
    }

    /// Whatever the budget, a federated round comes to the same global model and the same money.
    @Test(arguments: [1, 150, 400_000_000] as [UInt64])
    func aFederatedRoundPaysWhatHelps(budget: UInt64) throws {
        var market = try market(terms(payout: 3, rounds: 2))
        market.engine = market.engine.withScoringBudget(budget)
        for (client, weight) in [
            (Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, -50_000),
        ] as [(Address, Int32)] {
            _ = try market.commit(TinyJob.model(weight: weight), from: client)
        }
        try revealData(&market)
        for (client, weight) in [
            (Market.ada, 60_000), (Market.bob, 90_000), (Market.eve, -50_000),
        ] as [(Address, Int32)] {
            #expect(try reveal(&market, weight, from: client) == nil)
        }
        for _ in 0..<60 { _ = try market.advance() }
        let closed = try #require(market.notices(NoticeFunctions.roundClosed).first)
        // The mean of the two that help.
        let mean = try TinyJob.model(weight: 75_000)
        #expect(closed[2] == .bytes(CID.raw(mean).binary))
        #expect(closed[3] == .uint(try loss(75_000)))
        #expect(
            market.notices(NoticeFunctions.submissionScored).map { $0[9] }
                == [.bool(true), .bool(true), .bool(false)])
        // Nobody comes to the second round: it is empty, and the job ends with its last round.
        market.now += SealedJobTests.window
        #expect(try market.advance() == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(2))
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 2)
        #expect(market.escrow(0).isZero)
        #expect(try market.inspect("content/\(CID.raw(mean).text)")["size"] as? Int == mean.count)
    }

    /// Scoring that outlasts the window does not keep the window open.
    @Test func bytesAfterTheRevealWindowDoNotCount() throws {
        var market = try market(terms(payout: 0, reward: 300))
        let weights = [(Market.ada, 60_000), (Market.bob, 90_000)] as [(Address, Int32)]
        for (client, weight) in weights {
            _ = try market.commit(TinyJob.model(weight: weight), from: client)
        }
        try revealData(&market)
        for (client, weight) in weights { try claim(&market, try loss(weight), from: client) }
        market.now += SealedJobTests.window
        _ = try market.advance()
        market.engine = market.engine.withScoringBudget(1)
        market.now += SealedJobTests.window - 1
        #expect(try reveal(&market, 60_000, from: Market.ada) == nil)
        let late = try TinyJob.model(weight: 90_000)
        #expect(try market.submit(late, from: Market.bob) == nil)
        market.now += 1
        #expect(try market.upload(late, from: Market.bob) == "wrongPhase")
        #expect(try market.phase() == "reveal")
        for _ in 0..<10 { _ = try market.advance() }
        let forfeited = market.notices(NoticeFunctions.bondForfeited).map { $0[1] }
        #expect(forfeited == [.address(Market.bob), .address(Market.eve)])
        let paid = market.notices(NoticeFunctions.rewardIssued).map { $0[1] }
        #expect(paid == [.address(Market.ada)])
    }

    /// Who is late has failed: the window of the next one due is not a second chance, whoever
    /// brings the bytes.
    @Test func aWindowThatPassedStaysPassed() throws {
        var market = try market(terms(payout: 1))
        let model = try TinyJob.model(weight: 90_000)
        for client in [Market.ada, Market.bob] {
            #expect(try market.commit(model, from: client) == nil)
        }
        try revealData(&market)
        for client in [Market.ada, Market.bob] {
            try claim(&market, try loss(90_000), from: client)
        }
        market.now += SealedJobTests.window
        // Ada says which model it is and keeps its bytes back; then Bob is due.
        #expect(try market.submit(model, from: Market.ada) == nil)
        market.now += SealedJobTests.window
        #expect(try market.advance() == nil)
        #expect(try market.upload(model, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.bob) == nil)
        #expect(
            market.notices(NoticeFunctions.submissionScored).map { $0[2] } == [.address(Market.bob)]
        )
        #expect(
            market.notices(NoticeFunctions.rewardIssued).map { $0[1] } == [.address(Market.bob)])
        #expect(
            market.balance(Market.ada).adding(UInt256(TinyJob.bond)) == SealedJobTests.funded)
        #expect(market.escrow(0).isZero)
    }

    /// The notice of a settlement counts the bonds that went to the sponsor for nobody being paid
    /// once: as forfeited.
    @Test func theRefundIsWhatReturnsBesideForfeitedBonds() throws {
        var market = try market(terms(payout: 1))
        #expect(try market.commit(TinyJob.model(weight: 30_000), from: Market.ada) == nil)
        try revealData(&market)
        try claim(&market, 1, from: Market.ada)
        market.now += SealedJobTests.window
        #expect(try reveal(&market, 30_000, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.bondForfeited).count == 3)
        #expect(
            market.notices(NoticeFunctions.jobSettled)
                == [[.uint(0), .uint(0), .uint(900 + 3 * 60)]])
        #expect(
            market.balance(Market.sponsor)
                == SealedJobTests.funded.adding(UInt256(3 * TinyJob.bond)))
    }

    /// Who committed and then lost the slot is not forgotten when somebody else takes it.
    @Test func aFederatedJobIsNotCancelledAfterACommitment() throws {
        var market = try market(terms(payout: 3, rounds: 3))
        #expect(try market.commit(TinyJob.model(weight: 30_000), from: Market.ada) == nil)
        try revealData(&market)
        market.now += SealedJobTests.window
        #expect(try market.advance() == nil)
        #expect(market.notices(NoticeFunctions.bondForfeited).first?[1] == .address(Market.ada))
        let terms = try terms(payout: 3, rounds: 3)
        let hash = Keccak256.hash(try ABIEncoder.encode([terms], as: [JobTerms.parameter]))
        #expect(
            try market.send(
                MessageFunctions.acceptJob, .uint(0), .bytes32(hash), .address(.zero),
                .array([]), from: Market.ada) == nil)
        #expect(
            try market.send(MessageFunctions.cancelJob, .uint(0), from: Market.sponsor)
                == "wrongPhase")
    }

    /// A client that uploads the update of another, and then loses the slot, takes nothing away.
    @Test(arguments: [1, 150, 400_000_000] as [UInt64])
    func anUpdateIsScoredWhoeverUploadedIt(budget: UInt64) throws {
        var market = try market(terms(payout: 3, rounds: 2))
        market.engine = market.engine.withScoringBudget(budget)
        let model = try TinyJob.model(weight: 90_000)
        #expect(try market.commit(model, from: Market.ada) == nil)
        #expect(try market.commit(TinyJob.model(weight: 5), from: Market.eve) == nil)
        try revealData(&market)
        #expect(try market.upload(model, from: Market.eve) == nil)
        #expect(try market.submit(model, from: Market.ada) == nil)
        market.now += SealedJobTests.window
        for _ in 0..<60 { #expect(try market.advance() == nil) }
        let closed = try #require(market.notices(NoticeFunctions.roundClosed).first)
        #expect(closed[2] == .bytes(CID.raw(model).binary))
        #expect(
            market.notices(NoticeFunctions.bondForfeited).map { $0[1] } == [.address(Market.eve)])
        #expect(market.notices(NoticeFunctions.submissionScored).map { $0[9] } == [.bool(true)])
    }
}
