/// The rounding rules of DML-1. All of them floor after adding half, none of them can trap.
package enum Rounding {
    /// `value`, cut off at the ends of Int32.
    @inline(__always)
    package static func saturate(_ value: Int64) -> Int32 {
        Int32(truncatingIfNeeded: min(max(value, Int64(Int32.min)), Int64(Int32.max)))
    }

    /// A sum of products of two Q16.16 numbers (Q32) as Q16.16, halves up, saturated.
    ///
    /// `sum` must be at most 2^63 − 1 − 2^15, which the load proof guarantees.
    @inline(__always)
    package static func q16(fromQ32 sum: Int64) -> Int32 {
        saturate((sum &+ (1 << 15)) &>> 16)
    }

    /// A Q30 in ±1 as Q16.16, halves up.
    @inline(__always)
    package static func q16(fromQ30 value: Int64) -> Int32 {
        Int32(truncatingIfNeeded: (value &+ (1 << 13)) &>> 14)
    }

    /// ⌊(sum + ⌊count/2⌋) / count⌋: the mean of `count` > 0 values, halves up.
    ///
    /// |sum| must be below 2^62. A mean of Int32 values is itself one.
    @inline(__always)
    package static func mean(sum: Int64, count: Int64) -> Int64 {
        let numerator = sum &+ (count &>> 1)
        let quotient = numerator / count
        return numerator &- quotient &* count < 0 ? quotient &- 1 : quotient
    }
}

/// Turns stored integers into raw Q16.16 by a power of two: value = q·2^e·2^−16.
///
/// e ≥ 0 multiplies exactly; e < 0 divides, halves up. The result saturates to Int32.
package struct ExponentScale {
    private let left: Int64
    private let right: Int64
    private let half: Int64

    /// `exponent` must lie in `DML1.exponentMinimum ... DML1.exponentMaximum`: then a 32-bit q
    /// stays below 2^47 on the left and 2^32 on the right.
    package init(exponent: Int8) {
        let e = Int64(exponent)
        left = max(e, 0)
        right = max(0 &- e, 0)
        half = right > 0 ? 1 &<< (right &- 1) : 0
    }

    @inline(__always)
    package func callAsFunction(_ q: Int64) -> Int32 {
        Rounding.saturate(((q &<< left) &+ half) &>> right)
    }
}

extension Int8 {
    /// Whether the blob formats take this number as an exponent.
    var isValidExponent: Bool { self >= DML1.exponentMinimum && self <= DML1.exponentMaximum }
}
