import ABI

/// The rules that turn losses into money. Pure: no state, no time, no rounding but by floor.
///
/// Each takes the base loss and the losses in the order of their commitments, and returns one
/// amount for each; the amounts never add up to more than the pool.
public enum Payouts {
    /// Whether a loss is enough better than the one to beat:
    /// `loss < base` and `(base − loss) · 10^6 ≥ minImprovementPpm · base`.
    public static func passes(loss: UInt64, base: UInt64, minImprovementPpm: UInt32) -> Bool {
        guard loss < base else { return false }
        // Both products are below 2^64 · 2^20.
        let gain = UInt128(base - loss) * 1_000_000
        return gain >= UInt128(minImprovementPpm) * UInt128(base)
    }

    /// POSTED, sealed: `reward` for each loss that passes against the base.
    public static func posted(
        base: UInt64, losses: [UInt64], reward: UInt128, minImprovementPpm: UInt32
    ) -> [UInt128] {
        losses.map {
            passes(loss: $0, base: base, minImprovementPpm: minImprovementPpm) ? reward : 0
        }
    }

    /// BEST: the pool to the lowest loss that passes, the earlier commitment on a tie.
    public static func best(
        base: UInt64, losses: [UInt64], pool: UInt128, minImprovementPpm: UInt32
    ) -> [UInt128] {
        var amounts = [UInt128](repeating: 0, count: losses.count)
        var winner: Int?
        for (index, loss) in losses.enumerated()
        where passes(loss: loss, base: base, minImprovementPpm: minImprovementPpm) {
            if let current = winner, losses[current] <= loss { continue }
            winner = index
        }
        if let winner { amounts[winner] = pool }
        return amounts
    }

    /// What each loss improves on the lowest of the base and all earlier ones. The sum telescopes,
    /// so one improvement sold in several pieces, or a copy, adds nothing.
    public static func contributions(base: UInt64, losses: [UInt64]) -> [UInt64] {
        var lowest = base
        return losses.map { loss in
            guard loss < lowest else { return 0 }
            let contribution = lowest - loss
            lowest = loss
            return contribution
        }
    }

    /// PROPORTIONAL: `⌊pool · c_i / max(Σc, ⌈minImprovementPpm · base / 10^6⌉)⌋`, nothing when the
    /// divisor is zero. The second term keeps a tiny improvement from taking the whole pool.
    public static func proportional(
        base: UInt64, losses: [UInt64], pool: UInt128, minImprovementPpm: UInt32
    ) -> [UInt128] {
        let contributions = contributions(base: base, losses: losses)
        var sum: UInt128 = 0
        for contribution in contributions { sum += UInt128(contribution) }
        let threshold = (UInt128(minImprovementPpm) * UInt128(base) + 999_999) / 1_000_000
        return contributions.map { share(of: pool, UInt128($0), of: max(sum, threshold)) }
    }

    /// FEDERATED: `⌊pool · l_i / Σ l⌋` over the positive `l_i`.
    public static func federated(gains: [Int64], pool: UInt128) -> [UInt128] {
        var sum: UInt128 = 0
        for gain in gains where gain > 0 { sum += UInt128(gain) }
        return gains.map { gain in
            gain > 0 ? share(of: pool, UInt128(gain), of: sum) : 0
        }
    }

    /// `⌊pool · part / whole⌋`, 0 when there is no whole; part ≤ whole.
    private static func share(of pool: UInt128, _ part: UInt128, of whole: UInt128) -> UInt128 {
        UInt256(pool).multiplied(by: UInt256(part), dividedBy: UInt256(whole))?.asUInt128 ?? 0
    }
}
