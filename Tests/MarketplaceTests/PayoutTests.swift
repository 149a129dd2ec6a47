import TestSupport
import Testing

@testable import Marketplace

/// The worked examples of docs/protocol.md, and what no losses can make the rules do.
@Suite struct PayoutTests {
    @Test func aFederatedPoolIsSharedByWhatEachUpdateAdds() {
        let first = Payouts.federated(gains: [5, 0, -2, 7, 1], pool: 1_000_003)
        #expect(first == [384_616, 0, 0, 538_463, 76_923])
        #expect(1_000_003 - first.reduce(0, +) == 1)
        // However much one of them helps, the whole pool goes out.
        let second = Payouts.federated(gains: [5, 0, -2, 17, 1], pool: 1_000_003)
        #expect(second == [217_391, 0, 0, 739_132, 43_478])
        #expect(1_000_003 - second.reduce(0, +) == 2)
        // One update that helps takes it all.
        #expect(Payouts.federated(gains: [-1, 3], pool: 7) == [0, 7])
        #expect(Payouts.federated(gains: [0, -4], pool: 7) == [0, 0])
        #expect(Payouts.federated(gains: [], pool: 7) == [])
    }

    @Test func aProportionalPoolIsSharedInTheOrderOfTheCommitments() {
        func shares(_ losses: [UInt64], ppm: UInt32) -> [UInt128] {
            Payouts.proportional(
                base: 1_000, losses: losses, pool: 1_000_003, minImprovementPpm: ppm)
        }
        // c = 300, 0, 200, 0: a copy and a worse model add nothing.
        #expect(shares([700, 700, 500, 900], ppm: 10_000) == [600_001, 0, 400_001, 0])
        // Together they improve by 20 of 1,000, where 100 are worth the whole pool.
        #expect(shares([990, 980], ppm: 100_000) == [100_000, 100_000])
        #expect(shares([1_000, 1_001], ppm: 0) == [0, 0])
        #expect(
            Payouts.proportional(base: 0, losses: [0], pool: 9, minImprovementPpm: 0) == [0])
    }

    /// The rule that an unsealed job follows submission by submission: what passes is paid, and its
    /// loss is the one to beat.
    private static func ratchet(
        base: UInt64, losses: [UInt64], reward: UInt128, minImprovementPpm: UInt32
    ) -> [UInt128] {
        var toBeat = base
        return losses.map { loss in
            guard Payouts.passes(loss: loss, base: toBeat, minImprovementPpm: minImprovementPpm)
            else { return 0 }
            toBeat = loss
            return reward
        }
    }

    @Test func theRatchetPaysForSteps() {
        #expect(
            Self.ratchet(
                base: 1_000, losses: [900, 900, 860, 800, 760], reward: 50,
                minImprovementPpm: 50_000) == [50, 0, 0, 50, 50])
    }

    @Test func theBestOfEqualsIsTheEarliest() {
        #expect(
            Payouts.best(
                base: 1_000, losses: [951, 900, 900, 960], pool: 7, minImprovementPpm: 50_000)
                == [0, 7, 0, 0])
        #expect(
            Payouts.best(base: 1_000, losses: [951], pool: 7, minImprovementPpm: 50_000) == [0])
    }

    /// Whatever is claimed, a pool is never overdrawn, and a second copy of a loss gets nothing.
    @Test(arguments: 0..<50 as Range<UInt64>) func noPoolIsOverdrawn(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let base = random.next() >> (random.next() % 60)
        let losses = (0..<Int(random.next() % 9)).map { _ in random.next() >> (random.next() % 60) }
        let pool = UInt128(random.next()) << 31
        let ppm = UInt32(random.next() % 1_000_001)
        let doubled = losses.flatMap { [$0, $0] }
        for (rule, name) in [(Payouts.best, "best"), (Payouts.proportional, "proportional")] {
            #expect(rule(base, losses, pool, ppm).reduce(0, +) <= pool, "\(name), seed \(seed)")
            let copied = rule(base, doubled, pool, ppm)
            #expect(
                copied.indices.allSatisfy { $0 % 2 == 0 || copied[$0] == 0 },
                "\(name), seed \(seed)")
        }
        let gains = losses.map { Int64(truncatingIfNeeded: $0) }
        let shares = Payouts.federated(gains: gains, pool: pool).reduce(0, +)
        // Each share is rounded down, and nothing else is kept back.
        let helping = gains.count { $0 > 0 }
        #expect(shares <= pool, "seed \(seed)")
        #expect(helping == 0 || pool - shares < helping, "seed \(seed)")
    }

    @Test func theThresholdIsExact() {
        #expect(Payouts.passes(loss: 99, base: 100, minImprovementPpm: 10_000))
        #expect(!Payouts.passes(loss: 99, base: 100, minImprovementPpm: 10_001))
        #expect(!Payouts.passes(loss: 100, base: 100, minImprovementPpm: 0))
        #expect(!Payouts.passes(loss: 0, base: 0, minImprovementPpm: 0))
        #expect(Payouts.passes(loss: 0, base: .max, minImprovementPpm: 1_000_000))
        #expect(!Payouts.passes(loss: 1, base: .max, minImprovementPpm: 1_000_000))
    }

    @Test(arguments: 0..<50) func copiesOfOneselfEarnNothing(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let losses = (0..<10).map { _ in random.next() % 1_000 }
        let doubled = losses.flatMap { [$0, $0] }
        let ppm = UInt32(random.next() % 200_000)
        let once = Self.ratchet(base: 900, losses: losses, reward: 7, minImprovementPpm: ppm)
        let twice = Self.ratchet(base: 900, losses: doubled, reward: 7, minImprovementPpm: ppm)
        #expect(once.reduce(0, +) == twice.reduce(0, +), "seed \(seed)")
    }
}
