import ABI
import TestSupport
import Testing
import Vouchers

@testable import Marketplace

@Suite struct CapacityTests {
    /// With as many samples as there may be, six jobs fit the capacity.
    private static let large = TinyJob.Changes(samples: 1 << 20)

    private static func full() throws -> Market {
        var market = Market()
        market.fund()
        for _ in 0..<6 { #expect(try market.post(large) == nil) }
        return market
    }

    @Test func postingRollsForwardJobsWhoseTimeIsUp() throws {
        var market = try Self.full()
        #expect(try market.post(Self.large) == "capacity")
        market.now += 3_600
        #expect(try market.post(Self.large) == nil)
        // Four make room at most, though all six are over.
        let cancelled = market.notices(NoticeFunctions.jobCancelled).map { $0[0] }
        #expect(cancelled == [.uint(0), .uint(1), .uint(2), .uint(3)])
        #expect(market.escrow(0).isZero && !market.escrow(4).isZero && !market.escrow(6).isZero)
        #expect(market.engine.state.ledger.isConserved())
        // There is room for three more; the fourth takes it from the two that are left.
        for _ in 0..<4 { #expect(try market.post(Self.large) == nil) }
        #expect(market.notices(NoticeFunctions.jobCancelled).count == 6)
        #expect(try market.advance(5) == "wrongPhase")
    }

    @Test func aRefusedJobRollsNothingForward() throws {
        var market = try Self.full()
        market.now += 3_600
        #expect(
            try market.send(
                MessageFunctions.postJob, try TinyJob.terms(Self.large), from: Market.actor(9))
                == "insufficientBalance")
        #expect(market.notices(NoticeFunctions.jobCancelled).isEmpty)
        #expect(!market.escrow(0).isZero)
    }

    /// The refund of a job that makes room pays for the one that needs it.
    @Test func theRefundCountsForTheNewJob() throws {
        var market = try Self.full()
        let rest = market.balance(Market.sponsor)
        #expect(
            try market.send(
                MessageFunctions.withdrawEther, .number(rest), .bytes([]), from: Market.sponsor)
                == nil)
        #expect(try market.post(Self.large) == "capacity")
        market.now += 3_600
        #expect(try market.post(Self.large) == nil)
    }

    @Test func deadlinesComeInOrder() {
        let seed: UInt64 = 0xDEAD_11
        var random = SplitMix64(seed: seed)
        var index = DeadlineIndex()
        var model: [UInt64: UInt64] = [:]
        for _ in 0..<2_000 {
            let job = random.next() % 60
            let deadline = random.next() % 4 == 0 ? nil : random.next() % 40
            index.set(deadline, for: job)
            model[job] = deadline
            let now = random.next() % 45
            let limit = Int(random.next() % 8)
            let expected =
                model.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
                .prefix(limit).map { $0.key }
            #expect(index.passed(at: now, limit: limit) == Array(expected), "seed \(seed)")
            #expect(index.count == model.count)
        }
    }
}
