import TestSupport
import Testing
import Verifier

@Suite struct RoundingRules {
    @Test func sumsRoundHalvesUp() {
        #expect(Rounding.q16(fromQ32: (1 << 15) - 1) == 0)
        #expect(Rounding.q16(fromQ32: 1 << 15) == 1)
        #expect(Rounding.q16(fromQ32: -(1 << 15)) == 0)
        #expect(Rounding.q16(fromQ32: -(1 << 15) - 1) == -1)
    }

    @Test func sumsSaturate() {
        #expect(Rounding.q16(fromQ32: Int64.max - (1 << 15)) == Int32.max)
        #expect(Rounding.q16(fromQ32: Int64.min) == Int32.min)
        #expect(Rounding.q16(fromQ32: Int64(Int32.max) << 16 + 32_767) == Int32.max)
        #expect(Rounding.q16(fromQ32: Int64(Int32.min) << 16) == Int32.min)
    }

    @Test func meanFloorsAfterAddingHalf() {
        // (sum, count, mean): exact halves go up, also below zero.
        let cases: [(Int64, Int64, Int64)] = [
            (5, 2, 3), (-5, 2, -2), (-6, 4, -1), (6, 4, 2), (-7, 4, -2), (7, 3, 2), (-7, 3, -2),
            (-8, 3, -3), (0, 9, 0), (-1, 1, -1), (-1, 9, 0), (-5, 9, -1), (-4, 9, 0),
        ]
        for (sum, count, mean) in cases {
            #expect(Rounding.mean(sum: sum, count: count) == mean, "\(sum)/\(count)")
        }
    }

    /// The exponent rule as it is written, in a wider type.
    static func scaled(_ q: Int64, _ exponent: Int) -> Int32 {
        let wide = Int128(q)
        let value =
            exponent >= 0 ? wide << exponent : (wide + (1 << (-exponent - 1))) >> (-exponent)
        return Int32(clamping: value)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func exponentsFollowTheRuleAtEveryEnd(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for exponent in Int(DML1.exponentMinimum)...Int(DML1.exponentMaximum) {
            let scale = ExponentScale(exponent: Int8(exponent))
            for q in [Int64(Int32.min), -1, 0, 1, Int64(Int32.max)] {
                #expect(scale(q) == RoundingRules.scaled(q, exponent), "\(q), \(exponent)")
            }
            for _ in 0..<50 {
                let q = Int64(random.edgyInt32())
                #expect(
                    scale(q) == RoundingRules.scaled(q, exponent), "\(q), \(exponent) seed \(seed)")
            }
        }
    }

    @Test func leakyReLUTakesAnySlope() {
        #expect(Activation.leakyReLU(5, slope: .min) == 5)
        #expect(Activation.leakyReLU(0, slope: .max) == 0)
        #expect(Activation.leakyReLU(-65_536, slope: 6_554) == -6_554)
        #expect(Activation.leakyReLU(-1, slope: 1 << 15) == 0)
        #expect(Activation.leakyReLU(-3, slope: 1 << 15) == -1)
        #expect(Activation.leakyReLU(.min, slope: .max) == .min)
        #expect(Activation.leakyReLU(.min, slope: .min) == .max)
    }
}
