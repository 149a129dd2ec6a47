import ABI

/// The payout rules as the protocol page has them, in numbers without limits: every product is taken
/// in 256 bits, and losses are below 2^60.
enum PayoutModel {
    /// `loss < base` and `(base − loss) · 10^6 ≥ minImprovementPpm · base`.
    static func passes(_ loss: UInt64, _ base: UInt64, ppm: UInt64) -> Bool {
        loss < base && product(base - loss, 1_000_000) >= product(ppm, base)
    }

    /// What each claim, in the order of the commitments, is worth.
    static func amounts(_ losses: [UInt64], base: UInt64, _ terms: Offer) -> [UInt256] {
        let reward = UInt256(terms.reward)
        switch terms.payout {
        case 0:
            return losses.map { passes($0, base, ppm: terms.ppm) ? reward : .zero }
        case 1:
            let winner = losses.filter { passes($0, base, ppm: terms.ppm) }.min()
            let first = losses.firstIndex { $0 == winner }
            return losses.indices.map { $0 == first ? reward : .zero }
        case 2:
            let gains = contributions(losses, base: base)
            let sum = gains.reduce(UInt256.zero) { $0.adding(UInt256($1)) ?? .max }
            let threshold = ceiling(product(terms.ppm, base), 1_000_000)
            let whole = max(sum, threshold)
            return gains.map { share(of: reward, UInt256($0), of: whole) }
        default:
            return losses.map { _ in .zero }
        }
    }

    /// `c_i = max(0, best_before − loss)`.
    static func contributions(_ losses: [UInt64], base: UInt64) -> [UInt64] {
        losses.indices.map { index in
            let before = losses[..<index].min().map { min($0, base) } ?? base
            return losses[index] < before ? before - losses[index] : 0
        }
    }

    /// Whose claim counts, and who must show the model.
    static func isDue(_ losses: [UInt64], base: UInt64, _ terms: Offer) -> [Bool] {
        if terms.payout == 2 { return contributions(losses, base: base).map { $0 > 0 } }
        return amounts(losses, base: base, terms).map { !$0.isZero }
    }

    /// FEDERATED: `⌊pool · l / Σ l⌋` over the positive l.
    static func federated(_ gains: [Int64], pool: UInt256) -> [UInt256] {
        let sum = gains.filter { $0 > 0 }
            .reduce(UInt256.zero) { $0.adding(UInt256(UInt64($1))) ?? .max }
        return gains.map { gain in
            gain > 0 ? share(of: pool, UInt256(UInt64(gain)), of: sum) : .zero
        }
    }

    private static func share(of pool: UInt256, _ part: UInt256, of whole: UInt256) -> UInt256 {
        pool.multiplied(by: part)?.divided(by: whole)?.quotient ?? .zero
    }

    private static func product(_ a: UInt64, _ b: UInt64) -> UInt256 {
        UInt256(a).multiplied(by: UInt256(b)) ?? .max
    }

    private static func ceiling(_ a: UInt256, _ b: UInt64) -> UInt256 {
        guard let (quotient, remainder) = a.divided(by: UInt256(b)) else { return .zero }
        return remainder.isZero ? quotient : quotient.adding(.one) ?? .max
    }
}
