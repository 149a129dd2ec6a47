/// Well-formed UTF-8 (Unicode 16.0, table 3-7).
enum UTF8Sequence {
    /// Bytes of the well-formed sequence at `index`. For an ill-formed one, minus the bytes that
    /// could still have begun a well-formed one, at least 1.
    ///
    /// `index` must be less than `end`, and `end` at most the count of `bytes`.
    static func length(in bytes: [UInt8], at index: Int, end: Int) -> Int {
        let lead = bytes[index]
        if lead < 0x80 { return 1 }
        let count: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF:
            count = 2
        case 0xE0...0xEF:
            count = 3
            if lead == 0xE0 { lowest = 0xA0 }
            if lead == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            count = 4
            if lead == 0xF0 { lowest = 0x90 }
            if lead == 0xF4 { highest = 0x8F }
        default:
            return -1
        }
        var position = 1
        while position < count {
            guard end &- index > position else { return -position }
            let byte = bytes[index &+ position]
            guard byte >= lowest, byte <= highest else { return -position }
            lowest = 0x80
            highest = 0xBF
            position &+= 1
        }
        return count
    }

    /// Appends the encoding of a scalar, which the caller has proved to be at most U+10FFFF and no
    /// surrogate.
    static func append(_ scalar: UInt32, to result: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 {
            0x80 | UInt8(truncatingIfNeeded: scalar &>> shift) & 0x3F
        }
        if scalar < 0x80 {
            result.append(UInt8(truncatingIfNeeded: scalar))
        } else if scalar < 0x800 {
            result.append(0xC0 | UInt8(truncatingIfNeeded: scalar &>> 6))
            result.append(tail(0))
        } else if scalar < 0x10000 {
            result.append(0xE0 | UInt8(truncatingIfNeeded: scalar &>> 12))
            result.append(tail(6))
            result.append(tail(0))
        } else {
            result.append(0xF0 | UInt8(truncatingIfNeeded: scalar &>> 18))
            result.append(tail(12))
            result.append(tail(6))
            result.append(tail(0))
        }
    }
}
