/// A 20-byte account or contract address.
public struct Address: Hashable, Comparable, Sendable {
    /// Bytes 0–3, 4–11 and 12–19, each read as a big-endian number.
    private var words: (UInt32, UInt64, UInt64)

    private init(words: (UInt32, UInt64, UInt64)) {
        self.words = words
    }

    public static var zero: Address { Address(words: (0, 0, 0)) }

    public var isZero: Bool { self == .zero }

    /// The 20 bytes of `bytes` from `offset` on; nil when there are fewer.
    public init?(_ bytes: [UInt8], at offset: Int = 0) {
        guard offset >= 0, bytes.count >= 20, offset <= bytes.count - 20 else { return nil }
        var head: UInt32 = 0
        for i in 0..<4 {
            head = head << 8 | UInt32(bytes[offset + i])
        }
        self.init(
            words: (
                head, UInt64(bigEndianBytes: bytes, at: offset + 4),
                UInt64(bigEndianBytes: bytes, at: offset + 12)
            ))
    }

    /// The address in a word as the ABI pads it; nil when the upper 12 bytes are not zero.
    public init?(_ word: Bytes32) {
        guard word.words.0 == 0, word.words.1 >> 32 == 0 else { return nil }
        self.init(
            words: (UInt32(truncatingIfNeeded: word.words.1), word.words.2, word.words.3))
    }

    /// 40 hexadecimal digits after `0x`, in any case; nil for anything else.
    public init?(hex text: String) {
        let ascii = Array(text.utf8)
        guard ascii.count == 42, ascii[0] == 0x30, ascii[1] == 0x78,
            let bytes = Hex.decode(ascii)
        else { return nil }
        self.init(bytes)
    }

    /// The same of an address that somebody wrote: digits in mixed case must have the checksum of
    /// ERC-55, since a wrong one is a typing error.
    public init?(checkedHex ascii: [UInt8]) {
        let text = String(decoding: ascii, as: UTF8.self)
        guard let address = Address(hex: text) else { return nil }
        let digits = ascii.dropFirst(2)
        let isMixed =
            digits.contains { (0x41...0x46).contains($0) }
            && digits.contains { (0x61...0x66).contains($0) }
        guard !isMixed || Array(address.checksummed.utf8) == ascii else { return nil }
        self = address
    }

    /// The 20 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(20)
        append(to: &result)
        return result
    }

    /// Appends the 20 bytes to `result`.
    public func append(to result: inout [UInt8]) {
        withUnsafeBytes(of: words.0.bigEndian) { result.append(contentsOf: $0) }
        words.1.appendBigEndian(to: &result)
        words.2.appendBigEndian(to: &result)
    }

    /// The address left-padded with zeros to a word.
    public var word: Bytes32 {
        Bytes32(words: (0, UInt64(words.0), words.1, words.2))
    }

    /// `0x` and 40 digits whose case is the checksum of ERC-55: a letter is upper-case where the
    /// digit of Keccak-256 of the lower-case text at the same place is 8 or more.
    public var checksummed: String {
        var text: [UInt8] = []
        Hex.append(bytes, to: &text)
        let checksum = Keccak256.hash(text).bytes
        for i in 0..<text.count where text[i] >= 0x61 {
            let nibble = i % 2 == 0 ? checksum[i / 2] >> 4 : checksum[i / 2] & 15
            if nibble >= 8 {
                text[i] -= 0x20
            }
        }
        return "0x" + String(decoding: text, as: UTF8.self)
    }

    public static func == (a: Address, b: Address) -> Bool { a.words == b.words }

    public static func < (a: Address, b: Address) -> Bool { a.words < b.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}
