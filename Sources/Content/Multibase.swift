/// The text bases of CIDs: strict decoding, and base32 for showing.
///
/// Source: the multibase table (https://github.com/multiformats/multibase). RFC 4648 bases are read
/// in the case that their prefix names, or the other; bits left over at the end must be zero.
enum Multibase {
    private static let base32Alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let base36Alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    private static let base58Alphabet =
        Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    private static let base16Alphabet = Array("0123456789abcdef".utf8)

    /// The bytes that multibase text spells.
    static func decode(_ text: ArraySlice<UInt8>) throws(CIDError) -> [UInt8] {
        guard let prefix = text.first else { throw .empty }
        let digits = text.dropFirst()
        switch prefix {
        case 0x62, 0x42:  // b, B
            return try decodeBits(digits, alphabet: base32Alphabet, bits: 5)
        case 0x66, 0x46:  // f, F
            return try decodeBits(digits, alphabet: base16Alphabet, bits: 4)
        case 0x7a:  // z
            return try decodeBase58(digits)
        case 0x6b, 0x4b:  // k, K
            return try decodeNumber(digits, alphabet: base36Alphabet, foldCase: true)
        default:
            throw .unknownBase
        }
    }

    static func decodeBase58(_ digits: ArraySlice<UInt8>) throws(CIDError) -> [UInt8] {
        try decodeNumber(digits, alphabet: base58Alphabet, foldCase: false)
    }

    /// Lower-case base32 without padding and without the prefix.
    static func encodeBase32(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count * 8 + 4) / 5)
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                result.append(base32Alphabet[Int(buffer >> bits & 31)])
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 {
            result.append(base32Alphabet[Int(buffer << (5 - bits) & 31)])
        }
        return result
    }

    /// Base58btc, the text of version 0 CIDs.
    static func encodeBase58(_ bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []  // base 58, least significant first
        for byte in bytes {
            var carry = Int(byte)
            for index in 0..<digits.count {
                carry += Int(digits[index]) << 8
                digits[index] = UInt8(carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(carry % 58))
                carry /= 58
            }
        }
        var result: [UInt8] = []
        for byte in bytes {
            guard byte == 0 else { break }
            result.append(base58Alphabet[0])
        }
        for digit in digits.reversed() {
            result.append(base58Alphabet[Int(digit)])
        }
        return result
    }

    /// A base whose digits are whole bits.
    private static func decodeBits(
        _ digits: ArraySlice<UInt8>, alphabet: [UInt8], bits: UInt32
    ) throws(CIDError) -> [UInt8] {
        var result: [UInt8] = []
        var buffer: UInt32 = 0
        var count: UInt32 = 0
        for digit in digits {
            guard let value = value(of: digit, in: alphabet, foldCase: true) else {
                throw .invalidText
            }
            buffer = buffer << bits | UInt32(value)
            count += bits
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: buffer >> count))
                buffer &= (1 << count) - 1
            }
        }
        // What is left must be less than a digit, and zero.
        guard count < bits, buffer == 0 else { throw .invalidText }
        return result
    }

    /// A base whose digits are those of one large number; leading zeros are zero bytes. The callers
    /// have bounded the length of the text, which bounds the quadratic work.
    private static func decodeNumber(
        _ digits: ArraySlice<UInt8>, alphabet: [UInt8], foldCase: Bool
    ) throws(CIDError) -> [UInt8] {
        let base = alphabet.count
        var number: [UInt8] = []  // base 256, least significant first
        var zeros = 0
        var isLeading = true
        for digit in digits {
            guard let value = value(of: digit, in: alphabet, foldCase: foldCase) else {
                throw .invalidText
            }
            if isLeading, value == 0 {
                zeros += 1
            } else {
                isLeading = false
            }
            var carry = value
            for index in 0..<number.count {
                carry += Int(number[index]) * base
                number[index] = UInt8(carry & 255)
                carry >>= 8
            }
            while carry > 0 {
                number.append(UInt8(carry & 255))
                carry >>= 8
            }
        }
        return [UInt8](repeating: 0, count: zeros) + number.reversed()
    }

    private static func value(of digit: UInt8, in alphabet: [UInt8], foldCase: Bool) -> Int? {
        let folded = foldCase && (0x41...0x5a).contains(digit) ? digit + 0x20 : digit
        for index in 0..<alphabet.count where alphabet[index] == folded { return index }
        return nil
    }
}
