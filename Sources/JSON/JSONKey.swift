/// The name of an object's member, without quotes and escapes.
///
/// Names are compared byte by byte: `switch key { case "payload": … }` needs no Unicode tables.
public struct JSONKey: Equatable, Sendable {
    /// UTF-8.
    public let bytes: [UInt8]

    /// The name that `bytes` spell in UTF-8.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The name as a string; ill-formed UTF-8 is repaired.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether `key` is `name`, for the cases of a switch.
    public static func ~= (name: StaticString, key: JSONKey) -> Bool { name ~= key.bytes }

    /// Whether `key` is `name`.
    public static func == (key: JSONKey, name: StaticString) -> Bool { name ~= key }
}

/// Whether `text` spells `name` in UTF-8, for the cases of a switch: comparing Strings would need the
/// Unicode tables.
public func ~= (name: StaticString, text: [UInt8]) -> Bool {
    name.withUTF8Buffer { name in
        guard name.count == text.count else { return false }
        for i in 0..<name.count where name[i] != text[i] { return false }
        return true
    }
}
