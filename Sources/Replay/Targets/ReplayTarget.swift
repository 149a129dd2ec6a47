/// Something that recorded inputs can be run against, from the state before the first input.
public protocol ReplayTarget: Sendable {
    /// For messages to people.
    var name: String { get }

    /// Runs `inputs` in order and gives each outcome to `observe`.
    func run(_ inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) async throws
}

/// Why a run did not come to its end.
public enum ReplayError: Error, Equatable, Sendable, CustomStringConvertible {
    case loopEnded(reason: String)
    /// Input `line`, counted from 1, cannot be delivered.
    case undeliverable(line: Int, reason: String)
    case exception(line: Int, end: String)
    case outputsInQuery(line: Int, count: Int)

    public var description: String {
        switch self {
        case .loopEnded(let reason):
            return "the application's loop has ended: \(reason)"
        case .undeliverable(let line, let reason):
            return "line \(line): \(reason)"
        case .exception(let line, let end):
            return "line \(line): the application \(end)"
        case .outputsInQuery(let line, let count):
            return "line \(line): \(count) outputs came out of a query, where only reports may"
        }
    }
}
