import ABI

/// A quote, and a one, in each byte.
private let quotes: UInt64 = 0x2222_2222_2222_2222
private let ones: UInt64 = 0x0101_0101_0101_0101

extension JSONReader {
    /// The UTF-8 bytes of a string, escapes resolved.
    public mutating func readString() throws(JSONError) -> [UInt8] {
        let (content, hasEscapes) = try scanString()
        return hasEscapes ? unescaped(content) : Array(bytes[content])
    }

    /// The bytes that a string of `0x` and digits in either case spells, decoded in place.
    public mutating func readHex() throws(JSONError) -> [UInt8] {
        try expect(.string)
        let start = offset
        // Through a pointer, because most of a request is one such string: the range is that of the
        // buffer.
        let end = bytes.withUnsafeBytes { text in
            let count = text.count
            var end = start &+ 1
            while end < count, text[end] != 0x22 {
                end &+= 1
                // Eight at once where they stand in one word, and an array begins with a word: a byte
                // of `other` is zero where a quote is, which sets its highest bit in what is tested.
                while end & 7 == 0, count &- end >= 8 {
                    let other = text.load(fromByteOffset: end, as: UInt64.self) ^ quotes
                    if (other &- ones) & ~other & (ones &<< 7) != 0 { break }
                    end &+= 8
                }
            }
            return end
        }
        guard end < bytes.count else { throw JSONError(.unexpectedEnd, at: end) }
        // Without the prefix the digits of another notation could pass for these.
        guard end &- start >= 3, bytes[start &+ 1] == 0x30, bytes[start &+ 2] == 0x78,
            let payload = Hex.decode(bytes, in: (start &+ 1)..<end)
        else { throw JSONError(.notHex, at: start) }
        offset = end &+ 1
        return payload
    }

    mutating func skipString() throws(JSONError) {
        _ = try scanString()
    }

    /// Consumes a string and gives what stands between its quotes, with every escape checked.
    private mutating func scanString() throws(JSONError) -> (content: Range<Int>, hasEscapes: Bool)
    {
        try expect(.string)
        offset &+= 1
        let start = offset
        var hasEscapes = false
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case 0x22:
                offset &+= 1
                return (start..<(offset &- 1), hasEscapes)
            case 0x5C:
                hasEscapes = true
                try scanEscape()
            case 0x00...0x1F:
                throw JSONError(.controlCharacter, at: offset)
            case 0x80...0xFF:
                let length = UTF8Sequence.length(in: bytes, at: offset, end: bytes.count)
                guard length > 0 else { throw JSONError(.invalidUTF8, at: offset) }
                offset &+= length
            default:
                offset &+= 1
            }
        }
        throw JSONError(.unexpectedEnd, at: offset)
    }

    private mutating func scanEscape() throws(JSONError) {
        let start = offset
        guard bytes.count &- start >= 2 else { throw JSONError(.unexpectedEnd, at: bytes.count) }
        switch bytes[start &+ 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            offset &+= 2
        case 0x75:
            let unit = try codeUnit(at: start)
            offset &+= 6
            if unit & 0xFC00 == 0xD800 {
                guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
                try require(bytes[offset] == 0x5C, .loneSurrogate, at: start)
                guard bytes.count &- offset >= 2 else {
                    throw JSONError(.unexpectedEnd, at: bytes.count)
                }
                try require(bytes[offset &+ 1] == 0x75, .loneSurrogate, at: start)
                let low = try codeUnit(at: offset)
                try require(low & 0xFC00 == 0xDC00, .loneSurrogate, at: start)
                offset &+= 6
            } else {
                try require(unit & 0xFC00 != 0xDC00, .loneSurrogate, at: start)
            }
        default:
            throw JSONError(.invalidEscape, at: start)
        }
    }

    /// The number of a `\uXXXX` that begins at `index`.
    private func codeUnit(at index: Int) throws(JSONError) -> UInt32 {
        guard bytes.count &- index >= 6 else { throw JSONError(.unexpectedEnd, at: bytes.count) }
        var unit: UInt32 = 0
        for i in 2..<6 {
            let digit: UInt8
            switch bytes[index &+ i] {
            case let c where c >= 0x30 && c <= 0x39: digit = c &- 0x30
            case let c where c >= 0x41 && c <= 0x46: digit = c &- 0x37
            case let c where c >= 0x61 && c <= 0x66: digit = c &- 0x57
            default: throw JSONError(.invalidEscape, at: index)
            }
            unit = unit &<< 4 | UInt32(digit)
        }
        return unit
    }

    /// Resolves escapes that `scanString` has checked, so the failures below cannot happen; they
    /// would end the text early.
    private func unescaped(_ content: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var index = content.lowerBound
        while index < content.upperBound {
            guard bytes[index] == 0x5C else {
                result.append(bytes[index])
                index &+= 1
                continue
            }
            switch bytes[index &+ 1] {
            case 0x62: result.append(0x08)
            case 0x66: result.append(0x0C)
            case 0x6E: result.append(0x0A)
            case 0x72: result.append(0x0D)
            case 0x74: result.append(0x09)
            case 0x75:
                guard let unit = try? codeUnit(at: index) else { return result }
                index &+= 6
                var scalar = unit
                if unit & 0xFC00 == 0xD800 {
                    guard let low = try? codeUnit(at: index) else { return result }
                    index &+= 6
                    scalar = 0x10000 &+ (unit & 0x3FF) &<< 10 &+ low & 0x3FF
                }
                UTF8Sequence.append(scalar, to: &result)
                continue
            case let other: result.append(other)
            }
            index &+= 2
        }
        return result
    }
}
