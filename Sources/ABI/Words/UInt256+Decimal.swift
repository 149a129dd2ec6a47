/// Decimal text, the form of amounts in JSON.
extension UInt256: CustomStringConvertible {
    /// The most digits that a word can need: 2^256 − 1 has 78.
    private static var digitLimit: Int { 78 }
    /// The largest power of ten in a limb, and its digits.
    private static var chunk: (divisor: UInt64, digits: Int) { (10_000_000_000_000_000_000, 19) }

    public var description: String {
        var reversed: [UInt8] = []
        var rest = self
        let chunk = UInt256.chunk
        while let (quotient, remainder) = rest.divided(by: UInt256(chunk.divisor)) {
            var digits = remainder.limbs.0
            if quotient.isZero {
                repeat {
                    reversed.append(0x30 + UInt8(truncatingIfNeeded: digits % 10))
                    digits /= 10
                } while digits > 0
                break
            }
            for _ in 0..<chunk.digits {
                reversed.append(0x30 + UInt8(truncatingIfNeeded: digits % 10))
                digits /= 10
            }
            rest = quotient
        }
        return String(decoding: reversed.reversed(), as: UTF8.self)
    }

    /// The number that `text` spells in decimal digits and nothing else; nil when it is empty, has
    /// another character, or does not fit.
    public init?(decimal text: String) {
        let digits = Array(text.utf8)
        guard !digits.isEmpty, digits.count <= UInt256.digitLimit else { return nil }
        var value = UInt256.zero
        for digit in digits {
            guard (0x30...0x39).contains(digit),
                let shifted = value.multiplied(by: UInt256(10 as UInt64)),
                let next = shifted.adding(UInt256(UInt64(digit - 0x30)))
            else { return nil }
            value = next
        }
        self = value
    }
}
