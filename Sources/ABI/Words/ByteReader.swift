/// Too few bytes were left for a read.
public struct TruncatedInput: Error, Equatable, Sendable {
    /// Where the read began.
    public let offset: Int
    /// Bytes that the read needed.
    public let needed: Int
    /// Bytes that were left.
    public let available: Int
}

/// A cursor over bytes that nobody vouches for. Every read is checked; nothing here traps.
///
/// The endianness is in the name of each read, because the formats around DeML use both.
public struct ByteReader: Sendable {
    public let bytes: [UInt8]
    public private(set) var offset: Int

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.offset = 0
    }

    /// Bytes not read yet.
    public var remaining: Int { bytes.count - offset }

    /// Steps over `count` bytes and returns where they began.
    public mutating func skip(_ count: Int) throws(TruncatedInput) -> Int {
        guard count >= 0, count <= remaining else {
            throw TruncatedInput(offset: offset, needed: count, available: remaining)
        }
        let start = offset
        offset += count
        return start
    }

    public mutating func readBytes(_ count: Int) throws(TruncatedInput) -> [UInt8] {
        let start = try skip(count)
        return Array(bytes, start..<(start + count))
    }

    public mutating func readUInt8() throws(TruncatedInput) -> UInt8 {
        bytes[try skip(1)]
    }

    public mutating func readLittleEndianUInt16() throws(TruncatedInput) -> UInt16 {
        let start = try skip(2)
        return UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8
    }

    public mutating func readLittleEndianUInt32() throws(TruncatedInput) -> UInt32 {
        let start = try skip(4)
        return UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8
            | UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24
    }

    public mutating func readLittleEndianInt32() throws(TruncatedInput) -> Int32 {
        Int32(bitPattern: try readLittleEndianUInt32())
    }
}
