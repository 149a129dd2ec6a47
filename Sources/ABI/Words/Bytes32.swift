/// A `bytes32` of Solidity: a hash, a salt, a commitment or any other 32 opaque bytes.
///
/// Kept as four big-endian words, so that comparing is comparing numbers and the order is the
/// order of the bytes.
public struct Bytes32: Hashable, Comparable, Sendable {
    /// Bytes 0–7, 8–15, 16–23 and 24–31, each read as a big-endian number.
    var words: (UInt64, UInt64, UInt64, UInt64)

    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    public static var zero: Bytes32 { Bytes32(words: (0, 0, 0, 0)) }

    /// The first 32 bytes of `bytes` from `offset` on; nil when there are fewer.
    public init?(_ bytes: [UInt8], at offset: Int = 0) {
        guard offset >= 0, bytes.count >= 32, offset <= bytes.count - 32 else { return nil }
        self.init(
            words: (
                UInt64(bigEndianBytes: bytes, at: offset),
                UInt64(bigEndianBytes: bytes, at: offset + 8),
                UInt64(bigEndianBytes: bytes, at: offset + 16),
                UInt64(bigEndianBytes: bytes, at: offset + 24)
            ))
    }

    /// The 32 bytes that `write` puts where it is told to; zeros where it does not.
    public init(writtenBy write: (UnsafeMutablePointer<UInt8>) -> Void) {
        var raw: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutablePointer(to: &raw) { raw in
            raw.withMemoryRebound(to: UInt8.self, capacity: 32) { write($0) }
        }
        self.init(
            words: (
                UInt64(bigEndian: raw.0), UInt64(bigEndian: raw.1), UInt64(bigEndian: raw.2),
                UInt64(bigEndian: raw.3)
            ))
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(32)
        append(to: &result)
        return result
    }

    /// Appends the 32 bytes to `result`.
    public func append(to result: inout [UInt8]) {
        let bytes = (
            words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
        )
        withUnsafeBytes(of: bytes) { result.append(contentsOf: $0) }
    }

    public static func == (a: Bytes32, b: Bytes32) -> Bool { a.words == b.words }

    public static func < (a: Bytes32, b: Bytes32) -> Bool { a.words < b.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension UInt64 {
    /// Eight bytes from `offset` on, which the caller has proved to exist.
    init(bigEndianBytes bytes: [UInt8], at offset: Int) {
        // Byte by byte: the machine loads no word that is not aligned, and swaps none.
        self = bytes.withUnsafeBufferPointer { bytes in
            var word: UInt64 = 0
            for index in 0..<8 { word = word << 8 | UInt64(bytes[offset + index]) }
            return word
        }
    }

    func appendBigEndian(to result: inout [UInt8]) {
        withUnsafeBytes(of: bigEndian) { result.append(contentsOf: $0) }
    }
}
