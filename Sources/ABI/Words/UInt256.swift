import CGMP

/// An unsigned 256-bit number, the word of the EVM.
///
/// Four 64-bit limbs. Addition, subtraction and comparison are ours; full products and division are
/// libgmp's `mpn` functions. There are only reporting forms: nothing here wraps silently or traps.
public struct UInt256: Hashable, Comparable, Sendable {
    /// Limbs, least significant first.
    var limbs: (UInt64, UInt64, UInt64, UInt64)

    init(limbs: (UInt64, UInt64, UInt64, UInt64)) {
        self.limbs = limbs
    }

    public init(_ value: UInt64) {
        self.init(limbs: (value, 0, 0, 0))
    }

    public init(_ value: UInt128) {
        self.init(
            limbs: (
                UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64), 0, 0
            ))
    }

    /// The word whose big-endian bytes are `bytes`.
    public init(_ bytes: Bytes32) {
        self.init(limbs: (bytes.words.3, bytes.words.2, bytes.words.1, bytes.words.0))
    }

    public static var zero: UInt256 { UInt256(limbs: (0, 0, 0, 0)) }
    public static var one: UInt256 { UInt256(limbs: (1, 0, 0, 0)) }
    public static var max: UInt256 { UInt256(limbs: (.max, .max, .max, .max)) }

    public var isZero: Bool { limbs.0 | limbs.1 | limbs.2 | limbs.3 == 0 }

    /// The big-endian word.
    public var bytes32: Bytes32 { Bytes32(words: (limbs.3, limbs.2, limbs.1, limbs.0)) }

    /// The value, or nil when it needs more than 64 bits.
    public var asUInt64: UInt64? { limbs.1 | limbs.2 | limbs.3 == 0 ? limbs.0 : nil }

    /// The value, or nil when it needs more than 128 bits.
    public var asUInt128: UInt128? {
        limbs.2 | limbs.3 == 0 ? UInt128(limbs.1) << 64 | UInt128(limbs.0) : nil
    }

    /// Bits up to the highest one set; 0 for zero.
    public var bitWidth: Int {
        if limbs.3 != 0 { return 256 - limbs.3.leadingZeroBitCount }
        if limbs.2 != 0 { return 192 - limbs.2.leadingZeroBitCount }
        if limbs.1 != 0 { return 128 - limbs.1.leadingZeroBitCount }
        return 64 - limbs.0.leadingZeroBitCount
    }

    public static func == (a: UInt256, b: UInt256) -> Bool { a.limbs == b.limbs }

    public static func < (a: UInt256, b: UInt256) -> Bool {
        if a.limbs.3 != b.limbs.3 { return a.limbs.3 < b.limbs.3 }
        if a.limbs.2 != b.limbs.2 { return a.limbs.2 < b.limbs.2 }
        if a.limbs.1 != b.limbs.1 { return a.limbs.1 < b.limbs.1 }
        return a.limbs.0 < b.limbs.0
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(limbs.0)
        hasher.combine(limbs.1)
        hasher.combine(limbs.2)
        hasher.combine(limbs.3)
    }
}

extension UInt256 {
    /// The sum, or nil when it needs more than 256 bits.
    public func adding(_ other: UInt256) -> UInt256? {
        let (l0, c0) = limbs.0.addingReportingOverflow(other.limbs.0)
        let (l1, c1) = UInt256.add(limbs.1, other.limbs.1, carry: c0)
        let (l2, c2) = UInt256.add(limbs.2, other.limbs.2, carry: c1)
        let (l3, c3) = UInt256.add(limbs.3, other.limbs.3, carry: c2)
        return c3 ? nil : UInt256(limbs: (l0, l1, l2, l3))
    }

    /// The difference, or nil when `other` is larger.
    public func subtracting(_ other: UInt256) -> UInt256? {
        let (l0, b0) = limbs.0.subtractingReportingOverflow(other.limbs.0)
        let (l1, b1) = UInt256.subtract(limbs.1, other.limbs.1, borrow: b0)
        let (l2, b2) = UInt256.subtract(limbs.2, other.limbs.2, borrow: b1)
        let (l3, b3) = UInt256.subtract(limbs.3, other.limbs.3, borrow: b2)
        return b3 ? nil : UInt256(limbs: (l0, l1, l2, l3))
    }

    /// The product, or nil when it needs more than 256 bits.
    public func multiplied(by other: UInt256) -> UInt256? {
        let product = UInt512(self, times: other)
        return product.high.isZero ? product.low : nil
    }

    /// `⌊self / divisor⌋` and the remainder, or nil when the divisor is zero.
    public func divided(by divisor: UInt256) -> (quotient: UInt256, remainder: UInt256)? {
        guard let (quotient, remainder) = UInt512(low: self).divided(by: divisor) else {
            return nil
        }
        return (quotient.low, remainder)
    }

    /// `⌊self · factor / divisor⌋` through a 512-bit product, or nil when the divisor is zero or the
    /// quotient needs more than 256 bits.
    public func multiplied(by factor: UInt256, dividedBy divisor: UInt256) -> UInt256? {
        guard let (quotient, _) = UInt512(self, times: factor).divided(by: divisor),
            quotient.high.isZero
        else { return nil }
        return quotient.low
    }

    private static func add(_ a: UInt64, _ b: UInt64, carry: Bool) -> (UInt64, Bool) {
        let (sum, first) = a.addingReportingOverflow(b)
        let (result, second) = sum.addingReportingOverflow(carry ? 1 : 0)
        return (result, first || second)
    }

    private static func subtract(_ a: UInt64, _ b: UInt64, borrow: Bool) -> (UInt64, Bool) {
        let (difference, first) = a.subtractingReportingOverflow(b)
        let (result, second) = difference.subtractingReportingOverflow(borrow ? 1 : 0)
        return (result, first || second)
    }
}

/// A 512-bit number: the full product of two words, on its way to a division.
struct UInt512 {
    /// Eight limbs, least significant first.
    private var limbs: [UInt64]

    init(low: UInt256) {
        limbs = [low.limbs.0, low.limbs.1, low.limbs.2, low.limbs.3, 0, 0, 0, 0]
    }

    init(_ a: UInt256, times b: UInt256) {
        limbs = [UInt64](repeating: 0, count: 8)
        let x = [a.limbs.0, a.limbs.1, a.limbs.2, a.limbs.3]
        let y = [b.limbs.0, b.limbs.1, b.limbs.2, b.limbs.3]
        limbs.withUnsafeMutableBufferPointer { product in
            x.withUnsafeBufferPointer { x in
                y.withUnsafeBufferPointer { y in
                    cgmp_multiply_256(product.baseAddress, x.baseAddress, y.baseAddress)
                }
            }
        }
    }

    var low: UInt256 { UInt256(limbs: (limbs[0], limbs[1], limbs[2], limbs[3])) }
    var high: UInt256 { UInt256(limbs: (limbs[4], limbs[5], limbs[6], limbs[7])) }

    func divided(by divisor: UInt256) -> (quotient: UInt512, remainder: UInt256)? {
        let d = [divisor.limbs.0, divisor.limbs.1, divisor.limbs.2, divisor.limbs.3]
        let divisorLimbs = (divisor.bitWidth + 63) / 64
        guard divisorLimbs > 0 else { return nil }
        var quotient = [UInt64](repeating: 0, count: 8)
        var remainder = [UInt64](repeating: 0, count: 4)
        quotient.withUnsafeMutableBufferPointer { q in
            remainder.withUnsafeMutableBufferPointer { r in
                limbs.withUnsafeBufferPointer { n in
                    d.withUnsafeBufferPointer { d in
                        cgmp_divide(
                            q.baseAddress, r.baseAddress, n.baseAddress, 8, d.baseAddress,
                            divisorLimbs)
                    }
                }
            }
        }
        var result = self
        result.limbs = quotient
        return (result, UInt256(limbs: (remainder[0], remainder[1], remainder[2], remainder[3])))
    }
}
