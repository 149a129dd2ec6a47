import JSON

/// A whole JSON value, for tools that look around in one.
enum JSONTree: Equatable, Sendable {
    case object([Member])
    case array([JSONTree])
    case string([UInt8])
    case number(UInt64)
    case bool(Bool)
    case null

    struct Member: Equatable, Sendable {
        let name: String
        let value: JSONTree
    }

    /// Parses all of `bytes`.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        self = try JSONTree(&reader)
        try reader.finish()
    }

    /// Parses the next value. The reader's own limit on depth bounds the recursion.
    init(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.peek() {
        case .object:
            var members: [Member] = []
            try reader.beginObject()
            while let key = try reader.nextKey() {
                members.append(Member(name: key.text, value: try JSONTree(&reader)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONTree] = []
            try reader.beginArray()
            while try reader.nextElement() {
                elements.append(try JSONTree(&reader))
            }
            self = .array(elements)
        case .string: self = .string(try reader.readString())
        case .number: self = .number(try reader.readUInt64())
        case .bool: self = .bool(try reader.readBool())
        case .null:
            try reader.readNull()
            self = .null
        }
    }

    /// The member called `name` of an object.
    subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What the value is, for an error message.
    var kind: String {
        switch self {
        case .object: return "an object"
        case .array: return "an array"
        case .string(let bytes):
            let text = String(decoding: bytes.prefix(24), as: UTF8.self)
            return "\"\(text)\(bytes.count > 24 ? "…" : "")\""
        case .number(let value): return "\(value)"
        case .bool(let value): return "\(value)"
        case .null: return "null"
        }
    }
}
