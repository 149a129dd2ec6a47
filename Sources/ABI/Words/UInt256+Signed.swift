/// Signed numbers, which the ABI keeps as two's complement of 256 bits.
extension UInt256 {
    /// Whether the highest bit is set: the value is negative when it is read as an `int256`.
    public var isNegativeTwosComplement: Bool { limbs.3 >> 63 == 1 }

    /// 2^256 − self, and zero for zero.
    public var negatedTwosComplement: UInt256 {
        UInt256(limbs: (~limbs.0, ~limbs.1, ~limbs.2, ~limbs.3)).adding(.one) ?? .zero
    }

    /// Decimal text of the value read as an `int256`.
    public var signedDescription: String {
        isNegativeTwosComplement ? "-" + negatedTwosComplement.description : description
    }

    /// The two's complement of the number that `text` spells, digits behind an optional minus; nil
    /// when it is anything else or not an `int256`.
    public init?(signedDecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.first == 0x2D else {
            guard let value = UInt256(decimal: text), !value.isNegativeTwosComplement else {
                return nil
            }
            self = value
            return
        }
        guard let magnitude = UInt256(decimal: String(decoding: digits[1...], as: UTF8.self)),
            !magnitude.isZero
        else { return nil }
        let value = magnitude.negatedTwosComplement
        // Of all magnitudes from 1 to 2^255 the complement is negative.
        guard value.isNegativeTwosComplement else { return nil }
        self = value
    }
}
