import Verifier

/// Why the tool cannot do what it was asked for.
public struct ToolFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// A stable name: that of a `VerifierError`, or `file`, `request` or `format`.
    public let code: String
    /// A sentence for people that names what was found.
    public let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A blob that the verifier refuses. `role` says which one, such as "model".
    init(_ error: VerifierError, in role: String) {
        self.init(error.code, "\(role): \(error.sentence)")
    }

    /// A file that is not what its format asks for.
    static func format(_ message: String) -> ToolFailure { ToolFailure("format", message) }

    /// A request that makes no sense.
    static func request(_ message: String) -> ToolFailure { ToolFailure("request", message) }

    public var description: String { "\(message) (\(code))" }
}
