import Testing
import Verifier

@Suite struct TranscendentalFacts {
    static let one = Transcendentals.one

    @Test func expNegNeverDecreases() {
        var previous = Transcendentals.expNeg(-(23 << 16))
        for x in stride(from: Int64(-(23 << 16)), through: 0, by: 1) {
            let value = Transcendentals.expNeg(x)
            if value < previous {
                Issue.record("expNeg falls at \(x)")
                return
            }
            previous = value
        }
        #expect(previous == TranscendentalFacts.one)
    }

    @Test func expNegIsZeroFromMinusTwentyTwoOn() {
        #expect(Transcendentals.expNeg(-(22 << 16)) == 0)
        #expect(Transcendentals.expNeg(-((22 << 16) - 1)) == 0)
        #expect(Transcendentals.expNeg(-(21 << 16)) == 1)
        // The farthest apart that two logits can be.
        #expect(Transcendentals.expNeg(-((1 << 32) - 1)) == 0)
    }

    @Test func lnOfOneCostsOneUnit() {
        #expect(Transcendentals.ln(1 << 30, fractionBits: 30) == 1)
    }

    @Test func crossEntropyIsNeverNegative() {
        // Sums just above 1.0 are the closest that the logarithm comes to zero.
        for v in UInt64(1 << 30)..<(1 << 30) + 100_000
        where Transcendentals.ln(v, fractionBits: 30) < 0 {
            Issue.record("ln(\(v)) is negative")
        }
    }

    @Test func lnOfPowersOfTwoIsWithinFourUnits() {
        // (v, fraction bits, ln in Q30): 0, 16·ln 2 (the largest softmax sum), 64·ln 2.
        let cases: [(UInt64, Int64, Int64)] = [
            (1, 0, 0), (1 << 46, 30, 11_908_177_887), (.max, 0, 47_632_711_549),
        ]
        for (v, bits, expected) in cases {
            #expect(abs(Transcendentals.ln(v, fractionBits: bits) - expected) <= 4)
        }
    }

    @Test func sigmoidIsExactlySymmetric() {
        for x in stride(from: Int32(0), through: 1 << 21, by: 7)
        where Transcendentals.sigmoid(x) + Transcendentals.sigmoid(-x) != TranscendentalFacts.one {
            Issue.record("sigmoid is not symmetric at \(x)")
        }
        #expect(Transcendentals.sigmoid(0) == TranscendentalFacts.one / 2)
    }

    @Test func tanhIsExactlyOdd() {
        for x in stride(from: Int32(0), through: 1 << 21, by: 7)
        where Transcendentals.tanh(x) + Transcendentals.tanh(-x) != 0 {
            Issue.record("tanh is not odd at \(x)")
        }
    }

    @Test func bothEndAtTheirLimits() {
        for x in [Int32.max, 30 << 16] {
            #expect(Transcendentals.sigmoid(x) == TranscendentalFacts.one)
            #expect(Transcendentals.tanh(x) == TranscendentalFacts.one)
            #expect(Activation.sigmoid(x) == 1 << 16)
            #expect(Activation.tanh(x) == 1 << 16)
        }
        for x in [Int32.min, -(30 << 16)] {
            #expect(Transcendentals.sigmoid(x) == 0)
            #expect(Transcendentals.tanh(x) == -TranscendentalFacts.one)
            #expect(Activation.sigmoid(x) == 0)
            #expect(Activation.tanh(x) == -(1 << 16))
        }
    }
}
