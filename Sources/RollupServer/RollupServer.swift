import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP face of a `RollupHost`.
actor RollupServer {
    /// Bytes of one JSON body, as in the machine.
    private static let bodyLimit = 5 << 20
    /// How long a call that is under way may hold up the end.
    private static let patience = Duration.seconds(2)

    private let host: RollupHost
    private let logger: Logger
    private var services: ServiceGroup?
    private var running: Task<Void, any Error>?

    init(host: RollupHost, logger: Logger) {
        self.host = host
        // The server's own remarks are about connections, not about the application.
        var logger = logger
        logger.logLevel = max(logger.logLevel, .critical)
        self.logger = logger
    }

    /// Returns the port once connections are accepted.
    func start(port: Int) async throws -> Int {
        let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = Application(
            router: makeRouter(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionWatcher(host: self.host)])),
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                listening.yield(channel.localAddress?.port ?? port)
                listening.finish()
            },
            logger: logger)
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
            throw RollupHostError.cannotListen(port: port, reason: "\(error)")
        }
        try Task.checkCancellation()
        throw RollupHostError.cannotListen(port: port, reason: "the server ended at once")
    }

    /// Returns when the port is closed.
    ///
    /// Connections are let go in order: to cancel the server while it takes one on is a fault in the
    /// eyes of NIO, which ends the process.
    func stop() async {
        await services?.triggerGracefulShutdown()
        _ = await running?.result
        services = nil
        running = nil
    }

    private func makeRouter() -> Router<ConnectionContext> {
        let router = Router(context: ConnectionContext.self)
        for endpoint in RollupCall.endpoints {
            router.post(RouterPath(endpoint)) { [host] request, context in
                await Self.answer(
                    endpoint: endpoint, request: request, connection: context.connection,
                    host: host)
            }
        }
        return router
    }

    private static func answer(
        endpoint: String, request: Request, connection: ConnectionID, host: RollupHost
    ) async -> Response {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.split(separator: ";").first == "application/json" else {
            return text(.unsupportedMediaType, "Content type error")
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: bodyLimit)
        } catch {
            return text(.contentTooLarge, "JSON payload is larger than \(bodyLimit) bytes")
        }
        let call: RollupCall
        do throws(RefusedBody) {
            call = try RollupCall.decode(
                endpoint: endpoint, body: Data(body.readableBytesView))
        } catch {
            return text(.badRequest, error.text)
        }
        return await answer(call, connection: connection, host: host)
    }

    private static func answer(
        _ call: RollupCall, connection: ConnectionID, host: RollupHost
    ) async -> Response {
        switch call {
        case .finish(let accept):
            switch await host.finish(accept: accept, connection: connection) {
            case .request(let bytes): return json(.ok, bytes)
            case .refuse(let reason): return text(.badRequest, reason)
            }
        case .output(let output):
            return response(to: await host.emit(output))
        case .report(let payload):
            return response(to: await host.report(payload))
        case .exception(let payload):
            await host.exception(payload)
            return Response(status: .accepted)
        case .gio(let domain):
            return text(.badRequest, "this node serves no GIO domain, so not \(domain)")
        }
    }

    private static func response(to answer: RollupSession.Answer) -> Response {
        switch answer {
        case .index(let index): return json(.created, Array("{\"index\":\(index)}".utf8))
        case .accepted: return Response(status: .accepted)
        case .refuse(let reason): return text(.badRequest, reason)
        }
    }

    private static func json(_ status: HTTPResponse.Status, _ bytes: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
