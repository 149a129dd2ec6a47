/// Lower-case hexadecimal, as on the rollup's wire.
public enum Hex {
    /// The two digits of each byte, without a prefix, as ASCII.
    public static func append(_ bytes: [UInt8], to result: inout [UInt8]) {
        let digits = [UInt8](unsafeUninitializedCapacity: 2 * bytes.count) { result, initialized in
            // Range: result has room for 2 · bytes.count elements.
            bytes.withUnsafeBufferPointer { bytes in
                var index = 0
                for byte in bytes {
                    result[index] = digit(byte &>> 4)
                    result[index &+ 1] = digit(byte & 15)
                    index &+= 2
                }
            }
            initialized = 2 * bytes.count
        }
        result.append(contentsOf: digits)
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
        let start = index
        var isValid = true
        // Range: start + count = range.upperBound ≤ ascii.count, and count is even.
        let result = [UInt8](unsafeUninitializedCapacity: count / 2) { result, initialized in
            ascii.withUnsafeBufferPointer { ascii in
                var index = start
                for i in 0..<(count &>> 1) {
                    let high = value(ascii[index])
                    let low = value(ascii[index &+ 1])
                    if high | low >= 16 { isValid = false }
                    result[i] = high &<< 4 | low
                    index &+= 2
                }
            }
            initialized = count &>> 1
        }
        return isValid ? result : nil
    }

    static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
    }

    /// 0–15, or 255 for what is no digit.
    private static func value(_ character: UInt8) -> UInt8 {
        let decimal = character &- 0x30
        if decimal < 10 { return decimal }
        let letter = (character | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 255
    }
}
