import ABI

/// A check that a binary can run on itself: does this build compute the bits of DML-1?
///
/// The golden hashes of the specification over whole ranges, about ten million results, and one
/// small network. The expected numbers follow from the specification alone, so a wrong compiler,
/// library or machine shows up as a failed check.
public enum SelfTest {
    /// What is checked, in this order.
    public enum Check: Equatable, Sendable, CaseIterable {
        case expNeg
        case ln
        case lnOfLargeNumbers
        case sigmoid
        case tanh
        case sigmoidLayer
        case tanhLayer
        case crossEntropy
        case network

        /// A stable name to print.
        public var name: String {
            switch self {
            case .expNeg: "expNeg"
            case .ln: "ln"
            case .lnOfLargeNumbers: "lnOfLargeNumbers"
            case .sigmoid: "sigmoid"
            case .tanh: "tanh"
            case .sigmoidLayer: "sigmoidLayer"
            case .tanhLayer: "tanhLayer"
            case .crossEntropy: "crossEntropy"
            case .network: "network"
            }
        }
    }

    /// What the check must come to: the golden hashes, and for the network what an independent
    /// implementation of DML-1 computed.
    package static func expected(_ check: Check) -> UInt64 {
        switch check {
        case .expNeg: 0xe9f2_0fa0_1ba2_3913
        case .ln: 0xf695_24d8_8b49_4d26
        case .lnOfLargeNumbers: 0xa73e_e6c8_9752_e5ed
        case .sigmoid: 0x8245_ed6d_f0cb_6439
        case .tanh: 0x5536_da8a_6387_5cef
        case .sigmoidLayer: 0x0b0b_f9d6_9fe8_39c6
        case .tanhLayer: 0xa7f6_4e4c_87e8_a19d
        case .crossEntropy: 0x7870_b84b_8d52_79ff
        case .network: 0x7ba5_3486_419f_e2df
        }
    }

    /// What the check comes to in this build.
    package static func digest(of check: Check) -> UInt64 {
        var fold = WordFold()
        switch check {
        case .expNeg:
            for x in Int64(0)...(22 << 16) { fold.add(Transcendentals.expNeg(0 &- x)) }
        case .ln:
            for v in UInt64(1)..<(1 << 22) {
                fold.add(Transcendentals.ln(v, fractionBits: 16))
            }
        case .lnOfLargeNumbers:
            for k in UInt64(0)..<65_536 {
                let v = (1 << 30) &+ k &* ((1 << 30) &+ 12_345)
                fold.add(Transcendentals.ln(v, fractionBits: 30))
            }
        case .sigmoid:
            for x in wide { fold.add(Transcendentals.sigmoid(x)) }
        case .tanh:
            for x in wide { fold.add(Transcendentals.tanh(x)) }
        case .sigmoidLayer:
            for x in wide { fold.add(Int64(Activation.sigmoid(x))) }
        case .tanhLayer:
            for x in wide { fold.add(Int64(Activation.tanh(x))) }
        case .crossEntropy:
            for x in wide {
                let loss = min(Loss.sigmoid(x, label: 1), DML1.lossLimit)
                fold.add(Int64(truncatingIfNeeded: loss))
            }
        case .network:
            SelfTestNetwork.fold(into: &fold)
        }
        return fold.value
    }

    /// −16.0 … 16.0, every value.
    private static var wide: ClosedRange<Int32> { -(1 << 20)...(1 << 20) }
}

/// Folds 64-bit words into one: h = (h XOR word)·1099511628211 mod 2^64, from a fixed start.
///
/// For comparing long lists of results; it protects against nothing.
package struct WordFold {
    package private(set) var value: UInt64 = 1_469_598_103_934_665_603

    package init() {}

    package mutating func add(_ word: Int64) {
        value = (value ^ UInt64(bitPattern: word)) &* 1_099_511_628_211
    }
}
