/// Lower-case hexadecimal, as on the rollup's wire.
public enum Hex {
    /// The two digits of each byte, without a prefix, as ASCII.
    public static func append(_ bytes: [UInt8], to result: inout [UInt8]) {
        result.reserveCapacity(result.count + 2 * bytes.count)
        for byte in bytes {
            result.append(digit(byte >> 4))
            result.append(digit(byte & 15))
        }
    }

    /// `0x` and the digits of `bytes`.
    public static func string(_ bytes: [UInt8]) -> String {
        var ascii: [UInt8] = [0x30, 0x78]
        append(bytes, to: &ascii)
        return String(decoding: ascii, as: UTF8.self)
    }

    /// The bytes that `ascii` spells, with or without `0x`, in either case; nil when a character is
    /// no digit or the count is odd.
    public static func decode(_ ascii: [UInt8]) -> [UInt8]? {
        decode(ascii, in: 0..<ascii.count)
    }

    /// The same for a part of `ascii`; nil also when `range` is not in it.
    public static func decode(_ ascii: [UInt8], in range: Range<Int>) -> [UInt8]? {
        guard range.lowerBound >= 0, range.upperBound <= ascii.count else { return nil }
        var index = range.lowerBound
        if range.count >= 2, ascii[index] == 0x30, ascii[index + 1] | 0x20 == 0x78 {
            index += 2
        }
        let count = range.upperBound - index
        guard count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(count / 2)
        while index < range.upperBound {
            let high = value(ascii[index])
            let low = value(ascii[index &+ 1])
            guard high | low < 16 else { return nil }
            result.append(high &<< 4 | low)
            index &+= 2
        }
        return result
    }

    static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
    }

    /// 0–15, or 255 for what is no digit.
    private static func value(_ character: UInt8) -> UInt8 {
        switch character {
        case 0x30...0x39: return character &- 0x30
        case 0x41...0x46: return character &- 0x37
        case 0x61...0x66: return character &- 0x57
        default: return 255
        }
    }
}
