import CoreCommands
import Marketplace
import Rollup

/// The engine in this process, behind the application's own loop.
public struct EngineTarget: ReplayTarget {
    private let configuration: Configuration

    public var name: String { "in process" }

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    public func run(_ inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) async throws {
        try run(from: inputs, observe: observe)
        try Task.checkCancellation()
    }

    private func run(from inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) throws {
        var remaining = inputs[...]
        try withoutActuallyEscaping(observe) { observe in
            try serve(
                nextRequest: { Task.isCancelled ? nil : remaining.popFirst() }, observe: observe)
        }
    }

    /// Runs until `nextRequest` gives nil.
    func serve(
        nextRequest: @escaping () -> [UInt8]?, observe: @escaping (RecordedOutcome) -> Void
    ) throws {
        let feed = RequestFeed(nextRequest: nextRequest, observe: observe)
        var notes: [String] = []
        try withExtendedLifetime(feed) {
            var loop = RollupLoop(
                application: Engine(configuration: configuration),
                device: FeedDevice(feed: feed) { notes.append($0) })
            let failure = loop.run()
            guard feed.isAtEnd else {
                let reason = ([failure.message] + notes.suffix(3)).joined(separator: "; ")
                throw ToolFailure("loopEnded", "the application's loop has ended: \(reason)")
            }
        }
    }
}
