import ABI

/// The header of a CAR file: one DAG-CBOR map with two keys, in one canonical form.
package struct CARHeaderReader {
    /// A header that is not the canonical DAG-CBOR of roots and version 1.
    package enum Malformed: Error {
        case header(offset: Int)
        case version(UInt64)
    }

    private static let rootsKey = [0x65] + Array("roots".utf8)
    private static let versionKey = [0x67] + Array("version".utf8)

    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    /// The header is `bytes[offset..<end]`, which the caller has checked to exist.
    package init(_ bytes: [UInt8], from offset: Int, to end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    /// The roots as binary CIDs.
    package mutating func read() throws(Malformed) -> [[UInt8]] {
        let pairs = try readHead(major: 5)
        var roots: [[UInt8]]?
        if pairs == 2, match(CARHeaderReader.rootsKey) { roots = try readRoots() }
        guard match(CARHeaderReader.versionKey) else { throw .header(offset: offset) }
        let version = try readHead(major: 0)
        guard version == 1 else { throw .version(version) }
        guard let roots, offset == end else { throw .header(offset: offset) }
        return roots
    }

    private mutating func readRoots() throws(Malformed) -> [[UInt8]] {
        let count = try readHead(major: 4)
        var roots: [[UInt8]] = []
        // Each takes more than one byte: the loop ends at the end of the header at the latest.
        for _ in 0..<min(count, UInt64(end - offset)) {
            // Tag 42 is a link: a byte string of 0x00 and the CID.
            guard try readHead(major: 6) == 42 else { throw .header(offset: offset) }
            let length = try readHead(major: 2)
            guard length >= 2, length <= UInt64(end - offset), bytes[offset] == 0 else {
                throw .header(offset: offset)
            }
            roots.append(Array(bytes[(offset + 1)..<(offset + Int(length))]))
            offset += Int(length)
        }
        guard UInt64(roots.count) == count else { throw .header(offset: offset) }
        return roots
    }

    /// The argument of a data item of this major type, in as few bytes as it needs.
    private mutating func readHead(major: UInt8) throws(Malformed) -> UInt64 {
        let start = offset
        guard offset < end, bytes[offset] >> 5 == major else {
            throw .header(offset: start)
        }
        let info = bytes[offset] & 31
        offset += 1
        guard info >= 24 else { return UInt64(info) }
        guard info <= 26 else { throw .header(offset: start) }
        let width = 1 << Int(info - 24)
        guard end - offset >= width else { throw .header(offset: start) }
        var value: UInt64 = 0
        for index in 0..<width { value = value << 8 | UInt64(bytes[offset + index]) }
        offset += width
        // 24, 2^8 and 2^16 are the least that need one, two and four bytes.
        let least: UInt64 = width == 1 ? 24 : width == 2 ? 1 << 8 : 1 << 16
        guard value >= least else { throw .header(offset: start) }
        return value
    }

    private mutating func match(_ key: [UInt8]) -> Bool {
        guard end - offset >= key.count else { return false }
        for index in 0..<key.count where bytes[offset + index] != key[index] { return false }
        offset += key.count
        return true
    }
}
