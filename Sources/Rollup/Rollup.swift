/// The way between a rollup server and an application.
///
/// `RollupLoop` asks the server for requests, lets an `Application` handle them and delivers what
/// they caused. It talks through a `Transport`; `HTTPTransport` is the one over HTTP/1.1, and
/// `SocketConnection` the bytes under it. Requests and outputs become JSON in `RollupRequest` and
/// `OutputMessage`. Everything but the socket is plain values, so that tests can cut a connection
/// at any byte.
public enum Rollup {
    /// The environment variable that names the server.
    public static var serverVariable: StaticString { "ROLLUP_HTTP_SERVER_URL" }
}
