/// A whole JSON value, for whoever looks around in one instead of pulling it.
///
/// Everything is kept as it came: members in their order, numbers as their text, so that no digit of
/// an identifier is lost. `value["data"]?.elements`, `["index"]?.uint64`, `["name"]?.text` look
/// into it, nil where something else stands; `write(to:)` writes it back.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The text of a number, by the grammar of RFC 8259: `1`, `-0.5`, `1e2`.
    case number([UInt8])
    /// UTF-8, escapes resolved.
    case string([UInt8])
    case array([JSONValue])
    /// No two members have the same name.
    case object([Member])

    /// A named value in an object.
    public struct Member: Equatable, Sendable {
        public let key: JSONKey
        public let value: JSONValue

        /// The name as a string.
        public var name: String { key.text }
    }

    /// Parses all of `bytes`.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        self = try JSONValue(&reader)
        try reader.finish()
    }

    /// Parses the next value. The reader's own limit on depth bounds the recursion.
    public init(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.peek() {
        case .object:
            var members: [Member] = []
            try reader.beginObject()
            while let key = try reader.nextKey() {
                members.append(Member(key: key, value: try JSONValue(&reader)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            try reader.beginArray()
            while try reader.nextElement() {
                elements.append(try JSONValue(&reader))
            }
            self = .array(elements)
        case .string: self = .string(try reader.readString())
        case .number: self = .number(try reader.readNumber())
        case .bool: self = .bool(try reader.readBool())
        case .null:
            try reader.readNull()
            self = .null
        }
    }

    /// Writes the value, numbers with the digits that they came with.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let text): writer.number(text: text)
        case .string(let text): writer.string(utf8: text)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(text: member.name)
                member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }
}

/// Looking around.
extension JSONValue {
    /// The member called `name` of an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        let bytes = Array(name.utf8)
        for member in members where member.key.bytes == bytes { return member.value }
        return nil
    }

    /// The elements of an array.
    public var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// What a string says.
    public var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A number without sign, fraction and exponent that fits 64 bits.
    public var uint64: UInt64? {
        guard case .number(let text) = self else { return nil }
        var reader = JSONReader(text)
        return try? reader.readUInt64()
    }

    /// `true` or `false`.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// What the value is, short, for a message.
    public var kind: String {
        switch self {
        case .object: return "an object"
        case .array: return "an array"
        case .string(let text): return "\"" + JSONValue.shortened(text) + "\""
        case .number(let text): return JSONValue.shortened(text)
        case .bool(let value): return value ? "true" : "false"
        case .null: return "null"
        }
    }

    private static func shortened(_ text: [UInt8]) -> String {
        let start = String(decoding: text.prefix(24), as: UTF8.self)
        return text.count > 24 ? start + "…" : start
    }
}
