import ABI

/// The header of a CAR file: one DAG-CBOR map with two keys, in one canonical form.
struct CARHeaderReader {
    private static let rootsKey = [0x65] + Array("roots".utf8)
    private static let versionKey = [0x67] + Array("version".utf8)

    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    /// The header is `bytes[offset..<end]`, which the caller has checked to exist.
    init(_ bytes: [UInt8], from offset: Int, to end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    /// The roots as binary CIDs.
    mutating func read() throws(CARError) -> [[UInt8]] {
        let pairs = try readHead(major: 5)
        var roots: [[UInt8]]?
        if pairs == 2, match(CARHeaderReader.rootsKey) { roots = try readRoots() }
        guard match(CARHeaderReader.versionKey) else { throw .malformedHeader(offset: offset) }
        let version = try readHead(major: 0)
        guard version == 1 else { throw .unsupportedVersion(version) }
        guard let roots, offset == end else { throw .malformedHeader(offset: offset) }
        return roots
    }

    private mutating func readRoots() throws(CARError) -> [[UInt8]] {
        let count = try readHead(major: 4)
        var roots: [[UInt8]] = []
        // Each takes more than one byte: the loop ends at the end of the header at the latest.
        for _ in 0..<min(count, UInt64(end - offset)) {
            // Tag 42 is a link: a byte string of 0x00 and the CID.
            guard try readHead(major: 6) == 42 else { throw .malformedHeader(offset: offset) }
            let length = try readHead(major: 2)
            guard length >= 2, length <= UInt64(end - offset), bytes[offset] == 0 else {
                throw .malformedHeader(offset: offset)
            }
            roots.append(Array(bytes[(offset + 1)..<(offset + Int(length))]))
            offset += Int(length)
        }
        guard UInt64(roots.count) == count else { throw .malformedHeader(offset: offset) }
        return roots
    }

    /// The argument of a data item of this major type, in as few bytes as it needs.
    private mutating func readHead(major: UInt8) throws(CARError) -> UInt64 {
        let start = offset
        guard offset < end, bytes[offset] >> 5 == major else {
            throw .malformedHeader(offset: start)
        }
        let info = bytes[offset] & 31
        offset += 1
        guard info >= 24 else { return UInt64(info) }
        guard info <= 26 else { throw .malformedHeader(offset: start) }
        let width = 1 << Int(info - 24)
        guard end - offset >= width else { throw .malformedHeader(offset: start) }
        var value: UInt64 = 0
        for index in 0..<width { value = value << 8 | UInt64(bytes[offset + index]) }
        offset += width
        // 24, 2^8 and 2^16 are the least that need one, two and four bytes.
        let least: UInt64 = width == 1 ? 24 : width == 2 ? 1 << 8 : 1 << 16
        guard value >= least else { throw .malformedHeader(offset: start) }
        return value
    }

    private mutating func match(_ key: [UInt8]) -> Bool {
        guard end - offset >= key.count else { return false }
        for index in 0..<key.count where bytes[offset + index] != key[index] { return false }
        offset += key.count
        return true
    }
}

/// Writes CAR files of version 1.
public enum CARWriter {
    /// A file with these roots and blocks, in this order.
    public static func encode(roots: [CID], blocks: [Block]) -> [UInt8] {
        var header: [UInt8] = [0xa2, 0x65] + Array("roots".utf8)
        appendHead(major: 4, UInt64(roots.count), to: &header)
        for root in roots {
            let cid = root.binary
            header += [0xd8, 42]
            appendHead(major: 2, UInt64(cid.count + 1), to: &header)
            header.append(0)
            header += cid
        }
        header += [0x67] + Array("version".utf8) + [1]
        var result: [UInt8] = []
        appendVarint(UInt64(header.count), to: &result)
        result += header
        for block in blocks {
            let cid = block.cid.binary
            appendVarint(UInt64(cid.count + block.bytes.count), to: &result)
            result += cid
            result += block.bytes
        }
        return result
    }

    private static func appendHead(major: UInt8, _ value: UInt64, to result: inout [UInt8]) {
        if value < 24 {
            result.append(major << 5 | UInt8(value))
        } else if value < 256 {
            result += [major << 5 | 24, UInt8(value)]
        } else {
            // Far more roots or bytes than a header holds.
            let clamped = UInt16(clamping: value)
            result += [major << 5 | 25, UInt8(clamped >> 8), UInt8(clamped & 255)]
        }
    }
}
