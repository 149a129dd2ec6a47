import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP server on 127.0.0.1, from the moment its port is bound to the moment it is free again.
///
/// It keeps to HTTP/1 where the library below is generous; see `RequestRules`.
public actor LocalServer {
    /// How long a call that is under way may hold up the end.
    private static let patience = Duration.seconds(2)

    private let application: @Sendable (Int, @escaping @Sendable (Int) -> Void) -> any Service
    private let logger: Logger
    private var services: ServiceGroup?
    private var running: Task<Void, any Error>?

    /// A server of the routes in `router`, with handlers of its own for each connection.
    public init<Context: InitializableFromSource<ApplicationRequestContextSource> & RequestContext>(
        _ router: Router<Context>,
        watchers: @escaping @Sendable () -> [any RemovableChannelHandler] = { [] }
    ) {
        // The library's remarks are about connections, not about what is served.
        var logger = Logger(label: "server")
        logger.logLevel = .critical
        self.logger = logger
        let responder = router.buildResponder()
        application = { [logger] port, onStart in
            Application(
                responder: responder,
                server: .http1(
                    configuration: .init(
                        additionalChannelHandlers: [RequestRules.Installer()] + watchers())),
                configuration: .init(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { onStart($0.localAddress?.port ?? port) },
                logger: logger)
        }
    }

    /// Returns the port once connections are accepted; a free one for 0.
    public func start(port: Int) async throws -> Int {
        let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = application(port) { bound in
            listening.yield(bound)
            listening.finish()
        }
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.patience
        let services = ServiceGroup(configuration: configuration)
        self.services = services
        running = Task {
            do {
                try await services.run()
                listening.finish()
            } catch {
                listening.finish(throwing: error)
                throw error
            }
        }
        do {
            for try await bound in ports { return bound }
        } catch {
            throw CannotListen(port: port, reason: "\(error)")
        }
        try Task.checkCancellation()
        throw CannotListen(port: port, reason: "the server ended at once")
    }

    /// Returns when the port is free.
    ///
    /// Connections are let go in order: to cancel the server while it takes one on is a fault in the
    /// eyes of NIO, which ends the process.
    public func stop() async {
        await services?.triggerGracefulShutdown()
        _ = await running?.result
        services = nil
        running = nil
    }
}

/// Why a server does not start.
public struct CannotListen: Error, Equatable, Sendable, CustomStringConvertible {
    public let port: Int
    public let reason: String

    public var description: String { "cannot listen on 127.0.0.1:\(port): \(reason)" }
}

extension Request {
    /// The body of a call, which has to say that it is JSON and to have at most `limit` bytes; else
    /// the refusal.
    public func json(upTo limit: Int) async throws(RefusedCall) -> [UInt8] {
        let type = headers[.contentType]?.lowercased() ?? ""
        guard type.split(separator: ";").first == "application/json" else {
            throw RefusedCall(.unsupportedMediaType, "Calls are application/json\n")
        }
        return try await bytes(upTo: limit)
    }

    /// The body, which has to have at most `limit` bytes; else the refusal.
    public func bytes(upTo limit: Int) async throws(RefusedCall) -> [UInt8] {
        do {
            return Array(try await body.collect(upTo: limit).readableBytesView)
        } catch {
            throw RefusedCall(.contentTooLarge, "The body has at most \(limit) bytes\n")
        }
    }
}

/// Why a call is not answered as asked: the status, and a text for people.
public struct RefusedCall: Error, HTTPResponseError {
    public let status: HTTPResponse.Status
    let text: String

    init(_ status: HTTPResponse.Status, _ text: String) {
        self.status = status
        self.text = text
    }

    public func response(from request: Request, context: some RequestContext) -> Response {
        .text(status, text)
    }
}

extension Response {
    public init(_ status: HTTPResponse.Status, _ type: String, _ bytes: [UInt8]) {
        self.init(
            status: status, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    public static func json(_ bytes: [UInt8], _ status: HTTPResponse.Status = .ok) -> Response {
        Response(status, "application/json", bytes)
    }

    public static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(status, "text/plain; charset=utf-8", Array(text.utf8))
    }
}
