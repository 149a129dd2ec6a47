import ABI
import JSON
import Marketplace
import Rollup
import Vouchers

/// The other end of a `FeedTransport`: where requests come from and outcomes go.
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

    fileprivate func take(_ output: Output) -> UInt64 {
        let index = outputCount
        outputCount += 1
        current?.outputs.append(RecordedOutput(index: index, output: output))
        return index
    }

    fileprivate func take(report: [UInt8]) {
        current?.reports.append(report)
    }
}

/// A rollup server without a socket: the loop of the application talks to a `RequestFeed`.
///
/// The loop ends when the feed has no more requests.
struct FeedTransport: Transport {
    let feed: RequestFeed
    /// Gets the lines that the loop writes for the operator.
    let note: (String) -> Void

    mutating func post(
        _ endpoint: Endpoint, _ body: [UInt8]
    ) throws(TransportError) -> HTTPResponse {
        if endpoint == .finish {
            guard let request = feed.finish() else { throw .answerLost(.finish) }
            return HTTPResponse(status: 200, body: request)
        }
        let message: PostedMessage
        do throws(JSONError) {
            message = try PostedMessage(parsing: body)
        } catch {
            return HTTPResponse(status: 400)
        }
        switch endpoint {
        case .voucher:
            guard let destination = Address(message.destination),
                let value = Bytes32(message.value)
            else { return HTTPResponse(status: 400) }
            return created(
                .voucher(
                    destination: destination, value: UInt256(value), payload: message.payload))
        case .notice:
            return created(.notice(payload: message.payload))
        case .report:
            feed.take(report: message.payload)
            return HTTPResponse(status: 202)
        case .finish:
            return HTTPResponse(status: 400)
        }
    }

    private func created(_ output: Output) -> HTTPResponse {
        HTTPResponse(status: 201, body: Array("{\"index\":\(feed.take(output))}".utf8))
    }

    mutating func pause(milliseconds: UInt32) {
        // Nothing here gets ready by waiting.
    }

    mutating func log(_ line: String) {
        note(line)
    }
}

/// The body of a posted output or report.
private struct PostedMessage {
    var destination: [UInt8] = []
    var value: [UInt8] = []
    var payload: [UInt8] = []

    init(parsing body: [UInt8]) throws(JSONError) {
        var reader = JSONReader(body)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "destination": destination = try reader.readHex()
            case "value": value = try reader.readHex()
            case "payload": payload = try reader.readHex()
            default: try reader.skipValue()
            }
        }
        try reader.finish()
    }
}

/// The engine as the loop calls it.
struct EngineApplication: Application {
    private var engine: Engine

    init(configuration: Configuration) {
        engine = Engine(configuration: configuration)
    }

    mutating func advance(_ input: Input) -> Outcome {
        engine.advance(input)
    }

    mutating func inspect(_ query: [UInt8]) -> [[UInt8]] {
        engine.inspect(query)
    }
}
