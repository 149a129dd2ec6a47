/// The rollup API over HTTP/1.1: one connection that stays open, one write per request.
///
/// When the connection has gone, the request decides what happens. Found out before sending, or
/// while some of the request was still unsent, the server cannot have acted on it: it is sent again
/// over a new connection. Found out after that, only `/finish` is sent again, and only when no byte
/// of an answer had come; see `Endpoint.mayBeRepeated`. On the loopback interface of the machine
/// none of this happens.
public struct HTTPTransport<Link: Connection>: Transport {
    private enum Exchange {
        case answered(HTTPResponse)
        /// The server does not have the whole request.
        case unsent
        /// The server may have the request, and not one byte of an answer came.
        case unanswered
        case failed(TransportError)
    }

    /// Attempts to send one output; a server that is not up does not count.
    private static var sendLimit: Int { 8 }

    /// The stream below.
    public private(set) var connection: Link
    private let url: ServerURL
    /// What stands around the path and before the length of the body in every request.
    private let before: [UInt8]
    private let behind: [UInt8]
    /// Kept between requests for their memory.
    private var request: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// Nothing is opened before the first request.
    public init(url: ServerURL, connection: Link) {
        self.url = url
        self.connection = connection
        before = Array("POST ".utf8) + Array(url.pathPrefix.utf8)
        behind =
            Array(" HTTP/1.1\r\nHost: ".utf8) + Array(url.authority.utf8)
            + Array(
                "\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n".utf8)
            + Array("Content-Length: ".utf8)
    }

    /// Waits on the connection's clock.
    public mutating func pause(milliseconds: UInt32) {
        connection.pause(milliseconds: milliseconds)
    }

    /// Writes where the connection writes.
    public mutating func log(_ line: String) {
        connection.log(line)
    }

    /// Posts one request, over as many connections as its endpoint allows.
    public mutating func post(
        _ endpoint: Endpoint, _ body: [UInt8]
    ) throws(TransportError) -> HTTPResponse {
        write(endpoint, body)
        var backoff = Backoff()
        while true {
            if !connection.isIdle() {
                connect()
            }
            let problem: StaticString
            switch exchange(endpoint) {
            case .answered(let response):
                if !response.keepsConnection {
                    connection.close()
                }
                return response
            case .unsent:
                guard endpoint.mayBeRepeated || backoff.attempts < Self.sendLimit else {
                    throw .cannotSend(endpoint)
                }
                problem = "the connection broke while sending "
            case .unanswered:
                guard endpoint.mayBeRepeated else { throw .answerLost(endpoint) }
                problem = "the connection ended without an answer to "
            case .failed(let error):
                connection.close()
                throw error
            }
            connection.close()
            let delay = backoff.next()
            if backoff.isWorthALine {
                connection.log("\(problem)\(endpoint.path), attempt \(backoff.attempts)")
            }
            connection.pause(milliseconds: delay)
        }
    }

    /// Does not return without a connection.
    private mutating func connect() {
        var backoff = Backoff()
        while true {
            connection.close()
            let result = connection.open()
            if result >= 0 { return }
            let delay = backoff.next()
            if backoff.isWorthALine {
                connection.log(
                    "no rollup server at \(url.authority) (error \(0 &- result)), "
                        + "attempt \(backoff.attempts)")
            }
            connection.pause(milliseconds: delay)
        }
    }

    private mutating func exchange(_ endpoint: Endpoint) -> Exchange {
        let wasSent = connection.send(request)
        var parser = HTTPResponseParser()
        do throws(HTTPError) {
            // A server may refuse a request, and stop reading it, before it has come whole: there
            // may be an answer even so.
            while parser.response == nil {
                let count = connection.receive(into: &buffer)
                if count <= 0 {
                    if parser.isUntouched {
                        return wasSent ? .unanswered : .unsent
                    }
                    try parser.finish()
                    break
                }
                let used = try parser.feed(buffer, 0..<min(count, buffer.count))
                if used < count {
                    // Bytes after the answer belong to no request of ours.
                    connection.close()
                }
            }
        } catch {
            return .failed(
                error == .truncated ? .answerLost(endpoint) : .malformedAnswer(endpoint, error))
        }
        guard let response = parser.response else { return .failed(.answerLost(endpoint)) }
        if !wasSent {
            connection.close()
        }
        return .answered(response)
    }

    /// Head and body in one buffer, so that they leave in one packet when they are small.
    private mutating func write(_ endpoint: Endpoint, _ body: [UInt8]) {
        request.removeAll(keepingCapacity: true)
        request.reserveCapacity(body.count + 256)
        request.append(contentsOf: before)
        append(endpoint.path)
        request.append(contentsOf: behind)
        request.append(contentsOf: String(body.count).utf8)
        append("\r\n\r\n")
        request.append(contentsOf: body)
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { request.append(contentsOf: $0) }
    }
}
