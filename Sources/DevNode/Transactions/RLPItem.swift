/// A value of the Recursive Length Prefix code, in which Ethereum writes transactions.
///
/// Source: Ethereum yellow paper, appendix B. Every value has one code: a decoder that took others
/// would give one transaction several hashes.
enum RLPItem: Equatable, Sendable {
    case bytes([UInt8])
    indirect case list([RLPItem])

    /// Lists within lists: a transaction has its access list, the entries of that and their keys.
    static let depthLimit = 4

    /// Reads exactly one value, in its only code.
    init(parsing code: [UInt8]) throws(RLPError) {
        var parser = RLPParser(code: code)
        let item = try parser.item(before: code.count, depth: 0)
        guard parser.position == code.count else {
            throw .trailingBytes(code.count - parser.position)
        }
        self = item
    }

    var encoded: [UInt8] {
        switch self {
        case .bytes(let bytes):
            if bytes.count == 1, bytes[0] < 0x80 { return bytes }
            return Self.prefix(0x80, length: bytes.count) + bytes
        case .list(let items):
            let content = items.flatMap(\.encoded)
            return Self.prefix(0xc0, length: content.count) + content
        }
    }

    private static func prefix(_ base: UInt8, length: Int) -> [UInt8] {
        if length < 56 { return [base + UInt8(length)] }
        let digits = Array(UInt64(length).bigEndianBytes.drop { $0 == 0 })
        return [base + 55 + UInt8(digits.count)] + digits
    }
}

extension UInt64 {
    /// The eight bytes, the highest first.
    fileprivate var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) }
    }
}

/// Why bytes are no value of this code. Positions count from 0.
enum RLPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The value at `position` is longer than what holds it.
    case truncated(position: Int)
    /// The value at `position` has a shorter code.
    case notCanonical(position: Int)
    case tooDeep(position: Int)
    case trailingBytes(Int)

    var description: String {
        switch self {
        case .truncated(let position):
            "the RLP value at byte \(position) is longer than what holds it"
        case .notCanonical(let position):
            "the RLP value at byte \(position) has a shorter code, which alone is valid"
        case .tooDeep(let position):
            "the RLP list at byte \(position) is the \(RLPItem.depthLimit + 1)th within another"
        case .trailingBytes(let count):
            "\(count) bytes come after the RLP value"
        }
    }
}

/// Reads values one behind the other.
private struct RLPParser {
    let code: [UInt8]
    var position = 0

    init(code: [UInt8]) {
        self.code = code
    }

    /// The value at `position`, which ends before `end`, in `depth` lists.
    mutating func item(before end: Int, depth: Int) throws(RLPError) -> RLPItem {
        let start = position
        guard start < end else { throw .truncated(position: start) }
        let first = code[start]
        position += 1
        if first < 0x80 { return .bytes([first]) }
        let isList = first >= 0xc0
        let short = Int(first - (isList ? 0xc0 : 0x80))
        let length =
            short < 56 ? short : try self.length(digits: short - 55, of: start, before: end)
        guard length <= end - position else { throw .truncated(position: start) }
        let contentEnd = position + length
        guard isList else {
            let bytes = Array(code[position..<contentEnd])
            guard length != 1 || bytes[0] >= 0x80 else { throw .notCanonical(position: start) }
            position = contentEnd
            return .bytes(bytes)
        }
        guard depth < RLPItem.depthLimit else { throw .tooDeep(position: start) }
        var items: [RLPItem] = []
        while position < contentEnd {
            items.append(try item(before: contentEnd, depth: depth + 1))
        }
        return .list(items)
    }

    /// A length of 1 to 8 bytes, for the value that began at `start`.
    private mutating func length(
        digits: Int, of start: Int, before end: Int
    ) throws(RLPError) -> Int {
        guard digits <= end - position else { throw .truncated(position: start) }
        let bytes = code[position..<position + digits]
        guard bytes.first != 0 else { throw .notCanonical(position: start) }
        // Nothing in memory is as long as four digits can say.
        guard digits <= 4 else { throw .truncated(position: start) }
        let length = bytes.reduce(0) { $0 << 8 | Int($1) }
        guard length >= 56 else { throw .notCanonical(position: start) }
        position += digits
        return length
    }
}
