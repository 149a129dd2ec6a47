import Foundation
import HTTPTypes
import Hummingbird
import RollupServer

/// The HTTP face of a node, on 127.0.0.1: `POST /inspect/{application}` and `POST /rpc` as the v2
/// node has them, `POST /eth` for the pretend chain, and the web page.
///
/// Pages from elsewhere must not reach it: a request with an `Origin` that is not local is refused,
/// and the calls that change something take only JSON, which no page can send without asking first.
public enum PublicServer {
    /// Bytes of a query, as in the v2 node.
    private static let inspectLimit = 2 << 20

    /// The server of `node`, which is not started, and of the page in `files`.
    public static func of(_ node: DevelopmentNode, _ files: WebFiles) -> LocalServer {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: LocalOrigins())
        router.post("inspect/{application}") { request, context -> Response in
            guard let name = context.parameters.get("application"),
                node.settings.isApplication(name)
            else { return .text(.notFound, "Application not found\n") }
            let query = try await request.bytes(upTo: inspectLimit)
            do {
                let (result, processed) = try await node.inspect(query)
                return .json(InspectAnswer(result, processed: processed).json)
            } catch {
                return .text(.serviceUnavailable, "\(error)\n")
            }
        }
        router.get("inspect/{application}") { _, _ in
            Response.text(.methodNotAllowed, "Queries are sent with POST\n")
        }
        router.post("rpc") { request, _ in
            try await answerRPC(request) { method, parameters in
                let methods = CartesiMethods(
                    settings: node.settings, history: await node.history,
                    latest: await node.latestBlock, failure: await node.failure)
                return try methods.call(method, parameters)
            }
        }
        router.post("eth") { request, _ in
            try await answerRPC(request) { method, parameters in
                try await ChainMethods(node: node).call(method, parameters)
            }
        }
        // The pattern for any path does not match the empty one.
        for path in ["", "**"] as [RouterPath] {
            router.get(path) { request, _ -> Response in
                guard let file = files.file(at: request.uri.path) else {
                    return .text(.notFound, "There is no such page\n")
                }
                return Response(.ok, file.type, file.bytes)
            }
        }
        return LocalServer(router)
    }

    private static func answerRPC(
        _ request: Request, methods: RPCEnvelope.Methods
    ) async throws -> Response {
        let body = try await request.json(upTo: RPCEnvelope.requestLimit)
        guard let answer = await RPCEnvelope.answer(body, methods: methods) else {
            return Response(status: .noContent)
        }
        return .json(answer)
    }
}

/// Lets pages on this machine read the answers, and refuses all others. Answers are of the moment.
private struct LocalOrigins: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let origin = request.headers[.origin]
        if let origin, !Self.isLocal(origin) { return Response(status: .forbidden) }
        var response: Response
        if origin != nil, request.method == .options {
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
            response.headers[.cacheControl] = "no-store"
            response.headers[.xContentTypeOptions] = "nosniff"
        }
        guard let origin else { return response }
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
