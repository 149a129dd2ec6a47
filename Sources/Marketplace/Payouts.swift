import ABI

/// The rules that turn losses into money. Pure: no state, no time, no rounding but by floor.
public enum Payouts {
    /// Whether a loss is enough better than the one to beat:
    /// `loss < base` and `(base − loss) · 10^6 ≥ minImprovementPpm · base`.
    public static func passes(loss: UInt64, base: UInt64, minImprovementPpm: UInt32) -> Bool {
        guard loss < base else { return false }
        // Both products are below 2^64 · 2^20.
        let gain = UInt128(base - loss) * 1_000_000
        return gain >= UInt128(minImprovementPpm) * UInt128(base)
    }

    /// POSTED, unsealed: `reward` for each loss that passes against the one to beat, which it then
    /// replaces. A copy of an accepted model, or of one's own, gains nothing.
    ///
    /// Returns one amount for each loss, in the same order.
    public static func posted(
        base: UInt64, losses: [UInt64], reward: UInt128, minImprovementPpm: UInt32
    ) -> [UInt128] {
        var toBeat = base
        var amounts: [UInt128] = []
        for loss in losses {
            if passes(loss: loss, base: toBeat, minImprovementPpm: minImprovementPpm) {
                toBeat = loss
                amounts.append(reward)
            } else {
                amounts.append(0)
            }
        }
        return amounts
    }
}
