/// A place of the rollup server that this client posts to.
public enum Endpoint: Sendable {
    case finish
    case voucher
    case delegateCallVoucher
    case notice
    case report

    /// The path under the address of the server.
    public var path: StaticString {
        switch self {
        case .finish: "/finish"
        case .voucher: "/voucher"
        case .delegateCallVoucher: "/delegate-call-voucher"
        case .notice: "/notice"
        case .report: "/report"
        }
    }

    /// Whether a request that may or may not have arrived can be sent again.
    ///
    /// Asking for the next request again does no harm while no answer has begun to come. An output
    /// that is delivered twice is a reward that can be claimed twice.
    var mayBeRepeated: Bool { self == .finish }
}

/// Why a request has no answer and must not be sent again.
public enum TransportError: Error, Equatable, Sendable {
    /// The whole request was sent and the connection ended before the whole answer came: only the
    /// server knows whether it took effect.
    case answerLost(Endpoint)
    /// The server breaks off every connection before it has the whole request.
    case cannotSend(Endpoint)
    /// What came back is not HTTP that this client understands.
    case malformedAnswer(Endpoint, HTTPError)

    /// One line for the operator.
    public var message: String {
        switch self {
        case .answerLost(let endpoint):
            "the connection ended before the answer to \(endpoint.path) was complete"
        case .cannotSend(let endpoint):
            "the server ends every connection before the whole of \(endpoint.path) is sent"
        case .malformedAnswer(let endpoint, let error):
            "the answer to \(endpoint.path) is not HTTP/1.1 as expected (\(error.rawValue))"
        }
    }
}

/// Carries one request at a time to the rollup server and its answer back.
public protocol Transport: Surroundings {
    /// Posts a JSON text and waits for the answer, whatever its status. It waits for as long as the
    /// server takes, and tries for as long as there is no server.
    mutating func post(
        _ endpoint: Endpoint, _ body: [UInt8]
    ) throws(TransportError) -> HTTPResponse
}

/// A stream of bytes to the server, opened again at need.
public protocol Connection: Surroundings {
    /// Opens a new stream in place of the old one: 0, or a negative error number.
    mutating func open() -> Int32

    /// Open, and the peer has neither closed the stream nor sent what nobody asked for.
    mutating func isIdle() -> Bool

    /// Whether all of `bytes` were handed over.
    mutating func send(_ bytes: [UInt8]) -> Bool

    /// Waits for bytes and puts them at the beginning of `buffer`, which is not empty: their count,
    /// or 0 when the stream has ended or failed.
    mutating func receive(into buffer: inout [UInt8]) -> Int

    mutating func close()
}
