import ABI

/// Pulls the values of one JSON text out of bytes, in the order in which they stand there.
///
/// The caller says what it expects: `beginObject`, then `nextKey` until nil, and one read or
/// `skipValue` per key; `beginArray`, then `nextElement` until false. A call that does not fit the
/// text throws and leaves the reader where it was or further on, never before.
///
/// Source: RFC 8259. Stricter where it leaves a choice: names are unique in an object that is read
/// (not in one that is skipped), strings are UTF-8 without lone surrogates.
public struct JSONReader: Sendable {
    /// What a value is, by its first byte.
    public enum Kind: Sendable {
        case object
        case array
        case string
        case number
        case bool
        case null
    }

    let bytes: [UInt8]
    /// The names of the open objects are kept and compared.
    private let comparesNames: Bool
    /// Bytes consumed so far.
    public internal(set) var offset = 0

    private var depth = 0
    /// Bit i is set when the container at depth i is an object.
    private var objects: UInt64 = 0
    /// The innermost container was just opened, so no comma comes before what is next.
    private var isFirst = false
    /// Names already seen in the open objects, and where those of each object begin.
    private var names: [JSONKey] = []
    private var nameStarts: [Int] = []

    /// A reader at the beginning of `bytes`. Who turns `comparingNames` off, for objects of more than
    /// `JSON.memberLimit` members, sees to it that no name comes twice.
    public init(_ bytes: [UInt8], comparingNames: Bool = true) {
        self.bytes = bytes
        comparesNames = comparingNames
    }

    /// The kind of the value that is next.
    public mutating func peek() throws(JSONError) -> Kind {
        switch try nextByte() {
        case 0x7B: return .object
        case 0x5B: return .array
        case 0x22: return .string
        case 0x2D, 0x30...0x39: return .number
        case 0x74, 0x66: return .bool
        case 0x6E: return .null
        default: throw JSONError(.unexpectedByte, at: offset)
        }
    }

    /// Enters an object.
    public mutating func beginObject() throws(JSONError) {
        try expect(.object)
        try open(isObject: true)
        nameStarts.append(names.count)
    }

    /// The name of the next member, whose value is then next; nil when the object ends here, which
    /// is then consumed.
    public mutating func nextKey() throws(JSONError) -> JSONKey? {
        guard try nextMember(closing: 0x7D) else { return nil }
        let start = offset
        let key = JSONKey(bytes: try readString())
        guard comparesNames else {
            try consumeColon()
            return key
        }
        let first = nameStarts.last ?? 0
        guard names.count - first < JSON.memberLimit else {
            throw JSONError(.tooManyMembers, at: start)
        }
        for index in first..<names.count where names[index] == key {
            throw JSONError(.duplicateKey, at: start)
        }
        names.append(key)
        try consumeColon()
        return key
    }

    /// Enters an array.
    public mutating func beginArray() throws(JSONError) {
        try expect(.array)
        try open(isObject: false)
    }

    /// Whether an element is next; when not, the end of the array is consumed.
    public mutating func nextElement() throws(JSONError) -> Bool {
        try nextMember(closing: 0x5D)
    }

    /// Steps over one value of any kind and checks its grammar.
    public mutating func skipValue() throws(JSONError) {
        let floor = depth
        repeat {
            if depth > floor {
                if isInObject {
                    guard try nextMember(closing: 0x7D) else { continue }
                    try skipString()
                    try consumeColon()
                } else {
                    guard try nextMember(closing: 0x5D) else { continue }
                }
            }
            switch try peek() {
            case .object: try beginObject()
            case .array: try beginArray()
            case .string: try skipString()
            case .number: try skipNumber()
            case .bool: _ = try readBool()
            case .null: try readNull()
            }
        } while depth > floor
    }

    /// Refuses anything but white space after the value.
    public mutating func finish() throws(JSONError) {
        skipWhiteSpace()
        guard depth == 0 else { throw JSONError(.unexpectedEnd, at: offset) }
        guard offset == bytes.count else { throw JSONError(.trailingBytes, at: offset) }
    }

    /// A `true` or `false`.
    public mutating func readBool() throws(JSONError) -> Bool {
        try expect(.bool)
        if bytes[offset] == 0x74 {
            try consume("true")
            return true
        }
        try consume("false")
        return false
    }

    /// Consumes a `null`.
    public mutating func readNull() throws(JSONError) {
        try expect(.null)
        try consume("null")
    }

    func require(_ condition: Bool, _ code: JSONError.Code, at offset: Int) throws(JSONError) {
        guard condition else { throw JSONError(code, at: offset) }
    }

    /// Consumes nothing but white space; the value that is next has the given kind.
    mutating func expect(_ kind: Kind) throws(JSONError) {
        let found = try peek()
        try require(found == kind, .wrongKind, at: offset)
    }
}

extension JSONReader {
    private var isInObject: Bool {
        depth > 0 && objects &>> UInt64(truncatingIfNeeded: depth &- 1) & 1 == 1
    }

    private mutating func open(isObject: Bool) throws(JSONError) {
        guard depth < JSON.depthLimit else { throw JSONError(.tooDeep, at: offset) }
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: depth)
        objects = isObject ? objects | bit : objects & ~bit
        depth &+= 1
        offset &+= 1
        isFirst = true
    }

    /// Consumes the comma before a member, or the end of the container; false at the end.
    private mutating func nextMember(closing: UInt8) throws(JSONError) -> Bool {
        // Asked for a member of a container that is not the innermost one.
        guard depth > 0, isInObject == (closing == 0x7D) else {
            throw JSONError(.wrongKind, at: offset)
        }
        let byte = try nextByte()
        if byte == closing {
            offset &+= 1
            depth &-= 1
            isFirst = false
            if closing == 0x7D, let start = nameStarts.popLast() {
                names.removeLast(names.count - start)
            }
            return false
        }
        if isFirst {
            isFirst = false
        } else {
            guard byte == 0x2C else { throw JSONError(.unexpectedByte, at: offset) }
            offset &+= 1
        }
        return true
    }

    private mutating func consumeColon() throws(JSONError) {
        let byte = try nextByte()
        try require(byte == 0x3A, .unexpectedByte, at: offset)
        offset &+= 1
    }

    /// The byte after white space, which is consumed; the byte is not.
    private mutating func nextByte() throws(JSONError) -> UInt8 {
        skipWhiteSpace()
        guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
        return bytes[offset]
    }

    private mutating func skipWhiteSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset &+= 1
            default: return
            }
        }
    }

    private mutating func consume(_ literal: StaticString) throws(JSONError) {
        for i in 0..<literal.utf8CodeUnitCount {
            let byte = literal.withUTF8Buffer { $0[i] }
            guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
            guard bytes[offset] == byte else { throw JSONError(.unexpectedByte, at: offset) }
            offset &+= 1
        }
    }
}
