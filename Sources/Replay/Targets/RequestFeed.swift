import Rollup
import Vouchers

/// The other end of a `FeedDevice`: where requests come from and outcomes go.
final class RequestFeed {
    private let nextRequest: () -> [UInt8]?
    private let observe: (RecordedOutcome) -> Void
    private var current: RecordedOutcome?
    private var outputCount: UInt64 = 0
    /// No request is left, and every one has been finished.
    private(set) var isAtEnd = false

    /// `nextRequest` gives nil at the end; `observe` gets one outcome for each request.
    init(
        nextRequest: @escaping () -> [UInt8]?, observe: @escaping (RecordedOutcome) -> Void
    ) {
        self.nextRequest = nextRequest
        self.observe = observe
    }

    fileprivate func finish() -> [UInt8]? {
        if let finished = current { observe(finished) }
        current = nil
        guard let request = nextRequest() else {
            isAtEnd = true
            return nil
        }
        current = RecordedOutcome(status: .accept)
        return request
    }

    fileprivate func take(_ output: Output) {
        current?.outputs.append(RecordedOutput(index: outputCount, output: output))
        outputCount += 1
    }

    fileprivate func take(report: [UInt8]) {
        current?.reports.append(report)
    }
}

/// The rollup without a machine or a socket: the loop of the application talks to a `RequestFeed`.
///
/// The loop ends when the feed has no more requests.
struct FeedDevice: RollupDevice {
    let feed: RequestFeed
    /// Gets the lines that the loop writes for the operator.
    let note: (String) -> Void

    mutating func next() throws(DeviceFailure) -> Result<RollupRequest, RequestError> {
        guard let request = feed.finish() else { throw .ended }
        return Result { () throws(RequestError) in try RollupRequest(parsingJSON: request) }
    }

    mutating func emit(_ output: Output) {
        feed.take(output)
    }

    mutating func report(_ payload: [UInt8]) {
        feed.take(report: payload)
    }

    mutating func log(_ line: String) {
        note(line)
    }
}
