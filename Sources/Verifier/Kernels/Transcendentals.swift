/// The four functions that are not sums of products, in integers only.
///
/// Inputs are Q16.16 and results Q30 unless said otherwise. Errors were measured against exact
/// values, in units of the last place of the result (2^-30).
public enum Transcendentals {
    /// 1.0 in Q30.
    public static let one: Int64 = 1 << 30

    /// e^x for x ≤ 0. Within 1.39 units; never decreases as x grows; 0 from x = −22 on.
    ///
    /// x·log2(e) is split into n + i/64 + r: 2^-n is a shift, 2^(-i/64) a table, and e^-y of the
    /// small rest y = r·ln 2 a cubic. The caller vouches for x ≤ 0.
    public static func expNeg(_ x: Int64) -> Int64 {
        let magnitude = 0 &- x
        if magnitude >= 22 << 16 { return 0 }
        // magnitude < 2^21 and the factor < 2^31, so t < 2^52 and n ≤ 31.
        let t = magnitude &* 1_549_082_005
        let n = t &>> 46
        let f = (t &>> 14) & 0xFFFF_FFFF
        let i = Int(truncatingIfNeeded: f &>> 26)
        let r = f & 0x3FF_FFFF
        // r < 2^26, so y < 2^26: squares and cubes stay far below 2^63.
        let y = (r &* 744_261_118) &>> 30
        let y2 = (y &* y) &>> 32
        let y3 = (y2 &* y) &>> 32
        let p = (1 << 32) &- y &+ (y2 &>> 1) &- ((y3 &* 715_827_883) &>> 32)
        let v = (Int64(TranscendentalTables.powersOfHalf[i]) &* ((p &+ 1) &>> 1)) &>> 31
        return (v &+ (1 &<< n)) &>> (n &+ 1)
    }

    /// The natural logarithm of v·2^(−fractionBits), signed, for v > 0.
    ///
    /// Within 1.40 units for v < 2^22 with 16 fraction bits, 1.8 for 2^30 ≤ v < 2^47 with 30. The
    /// logarithm of exactly 1.0 with 30 fraction bits is 1, not 0.
    public static func ln(_ v: UInt64, fractionBits: Int64) -> Int64 {
        let e = 63 &- Int64(truncatingIfNeeded: v.leadingZeroBitCount)
        // 2^30 ≤ m < 2^31 when v > 0.
        let shifted = e <= 30 ? v &<< UInt64(30 &- e) : v &>> UInt64(e &- 30)
        let m = Int64(truncatingIfNeeded: shifted)
        let i = Int(truncatingIfNeeded: (m &>> 24) & 63)
        // m·LIV is 2^62 times (1 + k/64)/(1 + (i + ½)/64), at most 1.008, so below 2^63; |r| < 2^26.
        let r = ((m &* Int64(TranscendentalTables.reciprocals[i])) &>> 30) &- (1 << 32)
        let r2 = (r &* r) &>> 32
        let r3 = (r2 &* r) &>> 32
        let r4 = (r2 &* r2) &>> 32
        let tail = ((r3 &* 1_431_655_765) &>> 32) &- (r4 &>> 2)
        let series = Int64(TranscendentalTables.logarithms[i]) &+ r &- (r2 &>> 1) &+ tail
        let l = series &+ (e &- fractionBits) &* 2_977_044_472
        return (l &+ 2) &>> 2
    }

    /// 1/(1 + e^−x). Within 1.00 unit; sigmoid(−x) is exactly 1 − sigmoid(x).
    public static func sigmoid(_ x: Int32) -> Int64 {
        let e = expNeg(0 &- magnitude(x))
        // The divisor lies in 2^30 … 2^31.
        let s = ((1 << 61) / (one &+ e) &+ 1) &>> 1
        return x >= 0 ? s : one &- s
    }

    /// The hyperbolic tangent, signed. Within 1.50 units; exactly odd.
    public static func tanh(_ x: Int32) -> Int64 {
        let e = expNeg(0 &- (magnitude(x) &<< 1))
        let t = (((one &- e) &<< 31) / (one &+ e) &+ 1) &>> 1
        return x >= 0 ? t : 0 &- t
    }

    private static func magnitude(_ x: Int32) -> Int64 {
        let wide = Int64(x)
        return wide < 0 ? 0 &- wide : wide
    }
}
