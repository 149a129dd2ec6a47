import JSON

/// Why the tool cannot do what it was asked for: a stable code for programs and a sentence for
/// people, which says what was expected, what was found, and where.
public struct ToolFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// A stable name: that of an error of the core, such as `archMagic` or `truncated`, or one of the
    /// tool's own, such as `json`, `missingMember`, `typeMismatch`, `file` or `format`.
    public let code: String
    public let message: String

    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A file that is not what its format asks for.
    package static func format(_ message: String) -> ToolFailure { ToolFailure("format", message) }

    /// A member of a request that must be there.
    static func missing(_ name: StaticString) -> ToolFailure {
        ToolFailure("missingMember", "the member \"\(name)\" is missing")
    }

    public var description: String { "\(message) (\(code))" }

    /// `{"error":{"code":…,"message":…}}`
    public var json: [UInt8] { JSONWriter.error(code: code, message: message) }
}
