import ABI
import Content
import Testing
import Verifier

@testable import Marketplace

/// What may be posted: every limit of the terms on both of its sides, by the field that is named.
@Suite struct TermsTests {
    private static func windows(_ index: Int, _ value: UInt64, sealed: Bool) -> [UInt64] {
        var windows = TinyJob.windows(sealed ? .sealed(payout: 1) : TinyJob.Changes())
        windows[index] = value
        return windows
    }

    /// Each row: the field, what is refused, and what is taken.
    private typealias Row = (field: String, refused: TinyJob.Changes, taken: TinyJob.Changes)

    private static func row(
        _ field: String, sealed: UInt64? = nil,
        refused: (inout TinyJob.Changes) -> Void, taken: (inout TinyJob.Changes) -> Void
    ) -> Row {
        let start =
            sealed.map { TinyJob.Changes.sealed(payout: $0) } ?? TinyJob.Changes()
        var (bad, good) = (start, start)
        refused(&bad)
        taken(&good)
        return (field, bad, good)
    }

    private static var fields: [Row] {
        [
            row("payout", refused: { $0.payout = 4 }, taken: { $0.payout = 0 }),
            row("sealed", refused: { $0.payout = 1 }, taken: { $0.payout = 0 }),
            row("reward", refused: { $0.reward = 0 }, taken: { $0.reward = 1 }),
            row("slots", refused: { $0.slots = 0 }, taken: { $0.slots = 1 }),
            row("slots", refused: { $0.slots = 65 }, taken: { $0.slots = 64 }),
            row("rounds", refused: { $0.rounds = 2 }, taken: { $0.rounds = 0 }),
            row("rounds", sealed: 3, refused: { $0.rounds = 0 }, taken: { $0.rounds = 1 }),
            row("rounds", sealed: 3, refused: { $0.rounds = 101 }, taken: { $0.rounds = 100 }),
            row(
                "clientBond", refused: { $0.bond = 49 },
                taken: { ($0.bond, $0.reward) = (50, 1_000) }),
            row(
                "sponsorBond", sealed: 1, refused: { $0.sponsorBond = 49 },
                taken: { $0.sponsorBond = 50 }),
            row(
                "minImprovementPpm", refused: { $0.ppm = 1_000_001 }, taken: { $0.ppm = 1_000_000 }),
            row("normBound", sealed: 3, refused: { $0.normBound = 0 }, taken: { $0.normBound = 1 }),
            row("samples", refused: { $0.samples = 0 }, taken: { $0.samples = 1 }),
            row(
                "samples", refused: { $0.samples = 1 << 20 + 1 }, taken: { $0.samples = 1 << 20 }),
            row("yKind", refused: { $0.yKind = 2 }, taken: { $0.yKind = 0 }),
            // The head takes classes.
            row("yKind", refused: { $0.yKind = 1 }, taken: { $0.yKind = 0 }),
            row(
                "evaluation", refused: { $0.evaluation = [] },
                taken: { $0.evaluation = [.zero] }),
            row(
                "evaluation", sealed: 3,
                refused: { ($0.rounds, $0.evaluation) = (3, [.zero, .zero]) },
                taken: { $0.rounds = 3 }),
        ]
    }

    private static var windowRows: [Row] {
        let ranges: [(Int, Bool, ClosedRange<UInt64>)] = [
            (0, false, 3_600...604_800), (1, false, 14_400...2_592_000), (2, false, 0...0),
            (3, false, 0...0), (4, false, 0...0), (0, true, 3_600...604_800),
            (1, true, 3_600...2_592_000), (2, true, 3_600...2_592_000),
            (3, true, 86_400...2_592_000), (4, true, 86_400...2_592_000),
        ]
        var rows: [Row] = []
        for (index, sealed, range) in ranges {
            func change(_ value: UInt64) -> (inout TinyJob.Changes) -> Void {
                { $0.windows = windows(index, value, sealed: sealed) }
            }
            let payout: UInt64? = sealed ? 1 : nil
            rows.append(
                row(
                    "windows[\(index)]", sealed: payout, refused: change(range.upperBound + 1),
                    taken: change(range.upperBound)))
            guard range.lowerBound > 0 else { continue }
            rows.append(
                row(
                    "windows[\(index)]", sealed: payout, refused: change(range.lowerBound - 1),
                    taken: change(range.lowerBound)))
        }
        rows.append(
            row(
                "windows[3]", sealed: 3,
                refused: { $0.windows = [3_600, 3_600, 3_600, 1, 86_400] },
                taken: { $0.windows = [3_600, 3_600, 3_600, 0, 86_400] }))
        return rows
    }

    @Test func everyFieldHasItsLimits() throws {
        var market = Market()
        market.fund()
        for row in Self.fields + Self.windowRows {
            var copy = market
            #expect(try copy.post(row.refused) == "invalidTerms", "\(row.field)")
            #expect(copy.errors.first?.at == "terms.\(row.field)")
            #expect(try copy.post(row.taken) == nil, "\(row.field): \(copy.errors)")
        }
    }

    /// Limits of the terms come first, then the architecture, names, room, rent and money.
    @Test func theChecksHaveAnOrder() throws {
        var market = Market { $0.contentCapacity = 1 }
        var changes = TinyJob.Changes(slots: 65)
        changes.arch = [1]
        changes.samples = 1 << 20
        changes.evaluation = []
        let poor = Market.actor(0x31)
        func code(_ maxRent: UInt64 = 0) throws -> String? {
            let payload = try MessageFunctions.postJob.encode([
                try TinyJob.terms(changes), .uint(maxRent),
            ])
            return market.send(payload, from: poor)
        }
        #expect(try code() == "invalidTerms")
        changes.slots = 64
        changes.evaluation = [.zero]
        #expect(try code() == "invalidArchitecture")
        changes.arch = TinyJob.arch
        changes.yKind = 1
        #expect(try code() == "invalidTerms")
        changes.yKind = 0
        changes.baseCid = try CID(binary: [1, 0x55, 0, 1, 9])
        #expect(try code() == "unsupported")
        changes.baseCid = nil
        #expect(try code() == "capacity")
        market.engine.configuration.contentCapacity = Limits.contentCapacity
        #expect(try code() == "rentTooHigh")
        #expect(try code(.max) == "insufficientBalance")
    }

    /// Stake, storage bond and price are taken from one balance: all of it, or nothing.
    @Test func theLastWeiDecides() throws {
        var market = Market()
        market.fund()
        #expect(try market.post() == nil)
        let cost = Market.funded - market.balance(Market.sponsor)
        let other = Market.actor(0x31)
        #expect(market.deposit(ether: cost - .one, to: other) == nil)
        let post = try MessageFunctions.postJob.encode([try TinyJob.terms(), .number(.max)])
        try market.refuses(post, from: other, "insufficientBalance")
        #expect(market.deposit(ether: .one, to: other) == nil)
        #expect(market.send(post, from: other) == nil)
        #expect(market.balance(other).isZero)
    }
}
