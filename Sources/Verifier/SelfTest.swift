import ABI

/// A check that a binary can run on itself: does this build compute the bits of DML-1?
///
/// About two hundred thousand transcendentals and one small network. The expected numbers follow
/// from the specification alone, so a wrong compiler, library or machine shows up as a failed check.
public enum SelfTest {
    /// What is checked, in this order.
    public enum Check: Equatable, Sendable, CaseIterable {
        case expNeg
        case ln
        case sigmoid
        case tanh
        case crossEntropy
        case network

        /// A stable name to print.
        public var name: String {
            switch self {
            case .expNeg: "expNeg"
            case .ln: "ln"
            case .sigmoid: "sigmoid"
            case .tanh: "tanh"
            case .crossEntropy: "crossEntropy"
            case .network: "network"
            }
        }
    }

    /// How it ended.
    public enum Outcome: Equatable, Sendable {
        case passed
        /// The first check that failed.
        case failed(Check)
    }

    /// Runs all checks until one fails.
    public static func run() -> Outcome {
        for check in Check.allCases where digest(of: check) != expected(check) {
            return .failed(check)
        }
        return .passed
    }

    /// What the check must come to, computed by an independent implementation of DML-1.
    package static func expected(_ check: Check) -> UInt64 {
        switch check {
        case .expNeg: 0x33ba_432e_960a_8640
        case .ln: 0xcf0b_352f_f9dd_b174
        case .sigmoid: 0xb406_aa2c_4973_6a94
        case .tanh: 0xee5a_0619_8211_c5e3
        case .crossEntropy: 0x5860_0fa0_7884_da6b
        case .network: 0x7ba5_3486_419f_e2df
        }
    }

    /// What the check comes to in this build.
    package static func digest(of check: Check) -> UInt64 {
        var fold = WordFold()
        switch check {
        case .expNeg:
            for x in stride(from: Int64(0), through: 22 << 16, by: 61) {
                fold.add(Transcendentals.expNeg(0 &- x))
            }
        case .ln:
            for v in stride(from: UInt64(1), to: 1 << 22, by: 127) {
                fold.add(Transcendentals.ln(v, fractionBits: 16))
                fold.add(Transcendentals.ln(v &<< 20 &+ (1 << 30), fractionBits: 30))
            }
        case .sigmoid:
            for x in probes { fold.add(Transcendentals.sigmoid(x)) }
        case .tanh:
            for x in probes { fold.add(Transcendentals.tanh(x)) }
        case .crossEntropy:
            for x in probes {
                fold.add(Int64(truncatingIfNeeded: Loss.sigmoid(x, label: 1)))
            }
        case .network:
            SelfTestNetwork.fold(into: &fold)
        }
        return fold.value
    }

    /// −16.0 … 16.0 in steps that are no power of two.
    private static var probes: StrideThrough<Int32> {
        stride(from: -(1 << 20), through: 1 << 20, by: 59)
    }
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
