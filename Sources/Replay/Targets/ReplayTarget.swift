/// Something that recorded inputs can be run against, from the state before the first input.
public protocol ReplayTarget: Sendable {
    /// For messages to people.
    var name: String { get }

    /// Runs `inputs` in order and gives each outcome to `observe`.
    func run(_ inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) async throws
}
