import HTTPTypes
import Hummingbird

/// The HTTP face of a `RollupHost`.
enum RollupRoutes {
    /// Bytes of one JSON body, as in the machine.
    private static let bodyLimit = 5 << 20

    /// The endpoints below `/{secret}`.
    static func router(under secret: String, host: RollupHost) -> Router<ConnectionContext> {
        let router = Router(context: ConnectionContext.self)
        for endpoint in RollupCall.endpoints {
            router.post("\(secret)/\(endpoint)") { request, context in
                let body = try await request.json(upTo: bodyLimit)
                let call = try RollupCall.decode(endpoint: endpoint, body: body)
                return try await answer(call, connection: context.connection, host: host)
            }
        }
        return router
    }

    private static func answer(
        _ call: RollupCall, connection: ConnectionID, host: RollupHost
    ) async throws(RefusedCall) -> Response {
        switch call {
        case .finish(let accept):
            switch await host.finish(accept: accept, connection: connection) {
            case .request(let bytes): return .json(bytes)
            case .refuse(let reason): throw RefusedCall(.badRequest, reason)
            }
        case .output(let output):
            let index = try await host.emit(output)
            return .json(Array("{\"index\":\(index)}".utf8), .created)
        case .report(let payload):
            try await host.report(payload)
            return Response(status: .accepted)
        case .exception(let payload):
            await host.exception(payload)
            return Response(status: .accepted)
        case .gio(let domain):
            throw RefusedCall(.badRequest, "this node serves no GIO domain, so not \(domain)")
        }
    }
}
