/// A whole answer of the server.
public struct HTTPResponse: Equatable, Sendable {
    /// From 100 to 999.
    public var status: Int
    /// The content, transfer encodings undone.
    public var body: [UInt8]
    /// The connection may carry another request.
    public var keepsConnection: Bool

    /// An answer; by default one without content on a connection that stays.
    public init(status: Int, body: [UInt8] = [], keepsConnection: Bool = true) {
        self.status = status
        self.body = body
        self.keepsConnection = keepsConnection
    }

    /// A status from 200 to 299.
    public var isSuccess: Bool { (200...299).contains(status) }
}

/// Why bytes are not an answer that this client understands.
public enum HTTPError: UInt8, Error, Sendable {
    /// The first line is not `HTTP/1.0` or `HTTP/1.1` and a status.
    case statusLine = 1
    /// A header without a name or colon, or folded over two lines.
    case header = 2
    /// The head, the trailers or the line of a chunk need more than `HTTPLimits.head` bytes.
    case headTooLarge = 3
    /// A length that is no number, or two that differ, or one beside a transfer encoding.
    case contentLength = 4
    /// A transfer encoding other than `chunked`.
    case transferEncoding = 5
    /// A chunk whose size is no hexadecimal number, or that is longer than its size.
    case chunk = 6
    /// The body needs more than `HTTPLimits.body` bytes.
    case bodyTooLarge = 7
    /// A switch to another protocol, which was not asked for.
    case upgrade = 8
    /// The stream ended inside the answer.
    case truncated = 9
}

/// Bounds on what a server can make this client keep.
public enum HTTPLimits {
    /// Bytes of the status line and headers together, of all trailers, and of the line of a chunk.
    public static var head: Int { 16_384 }
    /// Bytes of a body. The largest input of the device, 2 MiB, has 4 MiB of digits.
    public static var body: Int { 8_388_608 }
}
