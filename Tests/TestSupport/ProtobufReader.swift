/// A cursor over one protobuf message, strict: numbers are minimal, nothing is skipped.
///
/// Source: https://protobuf.dev/programming-guides/encoding/. Only the wire types that dag-pb and
/// UnixFS use exist here.
struct ProtobufReader {
    /// A place where the bytes stop being a message.
    struct Malformed: Error {
        let offset: Int
        /// Whether the bytes are a message, and what they spell is no CID.
        var isLink = false
    }

    enum WireType: UInt8 {
        case varint = 0
        case bytes = 2
        case fixed32 = 5
    }

    struct Field: Equatable {
        let number: UInt64
        let type: WireType
    }

    let bytes: [UInt8]
    private(set) var offset: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.init(bytes, in: 0..<bytes.count)
    }

    /// A message within a message. `range` is one that `readRange` gave.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset >= end }

    /// The next field's number and type, nil at the end.
    mutating func readField() throws(Malformed) -> Field? {
        if isAtEnd { return nil }
        let start = offset
        let key = try readVarint()
        guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: key & 7)) else {
            throw Malformed(offset: start)
        }
        return Field(number: key >> 3, type: type)
    }

    /// A number of at most 64 bits in as few bytes as it needs.
    mutating func readVarint() throws(Malformed) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for index in 0..<10 {
            guard offset < end else { throw Malformed(offset: start) }
            let byte = bytes[offset]
            offset += 1
            // The tenth byte holds the one bit that is left.
            if index == 9, byte > 1 { throw Malformed(offset: start) }
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte & 0x80 == 0 {
                guard index == 0 || byte != 0 else { throw Malformed(offset: start) }
                return value
            }
        }
        throw Malformed(offset: start)
    }

    /// Where the bytes of a length-delimited field lie; the cursor is left behind them.
    mutating func readRange() throws(Malformed) -> Range<Int> {
        let start = offset
        let length = try readVarint()
        guard length <= UInt64(end - offset) else { throw Malformed(offset: start) }
        let first = offset
        offset += Int(length)
        return first..<offset
    }

    /// Four bytes, little-endian.
    mutating func readFixed32() throws(Malformed) -> UInt32 {
        guard end - offset >= 4 else { throw Malformed(offset: offset) }
        var value: UInt32 = 0
        for index in 0..<4 { value |= UInt32(bytes[offset + index]) << UInt32(8 * index) }
        offset += 4
        return value
    }
}
