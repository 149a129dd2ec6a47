/// The way between the rollup and an application.
///
/// `RollupLoop` asks a `RollupDevice` for requests, lets an `Application` handle them and hands over
/// what they caused. `HTTPDevice` is the rollup behind a server: it talks through a `Transport`, of
/// which `HTTPTransport` is the one over HTTP/1.1, on any `Connection`. Everything here is plain
/// values, so that tests can cut a connection at any byte; what touches the system is in `Machine`.
public enum Rollup {
    /// The environment variable that names the server.
    public static var serverVariable: StaticString { "ROLLUP_HTTP_SERVER_URL" }
}
