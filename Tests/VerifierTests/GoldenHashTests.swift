import Testing
import Verifier

/// The published hashes of whole input ranges: an implementation that agrees has the same bits.
@Suite struct GoldenHashes {
    static let wide: ClosedRange<Int32> = -(1 << 20)...(1 << 20)

    static func hash(_ function: (Int32) -> Int64) -> UInt64 {
        var hash = WordFold()
        for x in wide { hash.add(function(x)) }
        return hash.value
    }

    @Test func expNegOverItsWholeRange() {
        var hash = WordFold()
        for x in 0...(22 * 65_536) { hash.add(Transcendentals.expNeg(Int64(-x))) }
        #expect(hash.value == 0xe9f2_0fa0_1ba2_3913)
    }

    @Test func lnOfSmallNumbersWithSixteenFractionBits() {
        var hash = WordFold()
        for v in UInt64(1)..<(1 << 22) { hash.add(Transcendentals.ln(v, fractionBits: 16)) }
        #expect(hash.value == 0xf695_24d8_8b49_4d26)
    }

    @Test func lnOfLargeNumbersWithThirtyFractionBits() {
        var hash = WordFold()
        for k in UInt64(0)..<65_536 {
            let v = (1 << 30) + k * ((1 << 30) + 12_345)
            hash.add(Transcendentals.ln(v, fractionBits: 30))
        }
        #expect(hash.value == 0xa73e_e6c8_9752_e5ed)
    }

    @Test func sigmoid() {
        #expect(GoldenHashes.hash { Transcendentals.sigmoid($0) } == 0x8245_ed6d_f0cb_6439)
    }

    @Test func tanh() {
        #expect(GoldenHashes.hash { Transcendentals.tanh($0) } == 0x5536_da8a_6387_5cef)
    }

    @Test func sigmoidLayer() {
        let hash = GoldenHashes.hash { Int64(Activation.sigmoid($0)) }
        #expect(hash == 0x0b0b_f9d6_9fe8_39c6)
    }

    @Test func tanhLayer() {
        let hash = GoldenHashes.hash { Int64(Activation.tanh($0)) }
        #expect(hash == 0xa7f6_4e4c_87e8_a19d)
    }

    @Test func clippedBinaryCrossEntropy() {
        let hash = GoldenHashes.hash {
            Int64(min(Loss.sigmoid($0, label: 1), DML1.lossLimit))
        }
        #expect(hash == 0x7870_b84b_8d52_79ff)
    }
}
