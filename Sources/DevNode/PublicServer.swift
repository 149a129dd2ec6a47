import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP face of a node, on 127.0.0.1: `POST /inspect/{application}` and `POST /rpc` as the v2
/// node has them, `POST /eth` for the pretend chain, and the web page.
///
/// Pages from elsewhere must not reach it: a request with an `Origin` that is not local is refused,
/// and the calls that change something take only JSON, which no page can send without asking first.
public actor PublicServer {
    /// Bytes of a query, as in the v2 node.
    private static let inspectLimit = 2 << 20
    /// How long a call that is under way may hold up the end.
    private static let patience = Duration.seconds(2)

    private let node: DevelopmentNode
    private let files: WebFiles
    private let logger: Logger
    private var services: ServiceGroup?
    private var running: Task<Void, any Error>?

    public init(node: DevelopmentNode, files: WebFiles) {
        self.node = node
        self.files = files
        var logger = Logger(label: "node")
        logger.logLevel = .critical
        self.logger = logger
    }

    /// Returns the port once connections are accepted; a free one for 0.
    public func start(port: Int) async throws -> Int {
        let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = Application(
            router: makeRouter(),
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
        for try await bound in ports { return bound }
        throw CancellationError()
    }

    /// Returns when the port is closed.
    public func stop() async {
        await services?.triggerGracefulShutdown()
        _ = await running?.result
        services = nil
        running = nil
    }

    private func makeRouter() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: LocalOrigins())
        router.post("inspect/{application}") { [node] request, context in
            guard let name = context.parameters.get("application"),
                node.settings.isApplication(name)
            else { return Self.text(.notFound, "Application not found\n") }
            guard let body = try? await request.body.collect(upTo: Self.inspectLimit) else {
                return Self.text(
                    .contentTooLarge, "A query has at most \(Self.inspectLimit) bytes\n")
            }
            return await Self.inspect(Array(body.readableBytesView), node)
        }
        router.get("inspect/{application}") { _, _ in
            Self.text(.methodNotAllowed, "Queries are sent with POST\n")
        }
        router.post("rpc") { [node] request, _ in
            await Self.answerRPC(request) { method, parameters in
                let methods = CartesiMethods(
                    settings: node.settings, history: await node.history,
                    latest: await node.latestBlock, failure: await node.failure)
                return try methods.call(method, parameters)
            }
        }
        router.post("eth") { [node] request, _ in
            await Self.answerRPC(request) { method, parameters in
                try await ChainMethods(node: node).call(method, parameters)
            }
        }
        // The pattern for any path does not match the empty one.
        for path in ["", "**"] as [RouterPath] {
            router.get(path) { [files] request, _ in
                guard let file = files.file(at: request.uri.path) else {
                    return Self.text(.notFound, "There is no such page\n")
                }
                return Self.response(.ok, file.type, file.bytes)
            }
        }
        return router
    }

    private static func inspect(_ query: [UInt8], _ node: DevelopmentNode) async -> Response {
        do {
            let (result, processed) = try await node.inspect(query)
            return json(InspectAnswer(result, processed: processed).json)
        } catch {
            return text(.serviceUnavailable, "\(error)\n")
        }
    }

    private static func answerRPC(
        _ request: Request, methods: RPCEnvelope.Methods
    ) async -> Response {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.split(separator: ";").first == "application/json" else {
            return text(.unsupportedMediaType, "Calls are application/json\n")
        }
        guard let body = try? await request.body.collect(upTo: RPCEnvelope.requestLimit) else {
            return text(
                .contentTooLarge, "A call has at most \(RPCEnvelope.requestLimit) bytes\n")
        }
        let answer = await RPCEnvelope.answer(Array(body.readableBytesView), methods: methods)
        guard let answer else { return Response(status: .noContent) }
        return json(answer)
    }

    private static func json(_ bytes: [UInt8]) -> Response {
        response(.ok, "application/json", bytes)
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        response(status, "text/plain; charset=utf-8", Array(text.utf8))
    }

    private static func response(
        _ status: HTTPResponse.Status, _ type: String, _ bytes: [UInt8]
    ) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: type, .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// Lets pages on this machine read the answers, and refuses all others.
private struct LocalOrigins: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        guard Self.isLocal(origin) else { return Response(status: .forbidden) }
        var response: Response
        if request.method == .options {
            response = Response(
                status: .noContent,
                headers: [
                    .accessControlAllowMethods: "GET, POST",
                    .accessControlAllowHeaders: "Content-Type", .accessControlMaxAge: "600",
                ])
        } else {
            do {
                response = try await next(request, context)
            } catch let error as any HTTPResponseError {
                response = try error.response(from: request, context: context)
            }
        }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.vary] = "Origin"
        return response
    }

    /// `http` or `https` at this machine, with any port.
    private static func isLocal(_ origin: String) -> Bool {
        guard let url = URLComponents(string: origin), url.scheme == "http" || url.scheme == "https"
        else { return false }
        return ["localhost", "127.0.0.1", "::1", "[::1]"].contains(url.host ?? "")
    }
}
