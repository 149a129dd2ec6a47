import Hummingbird
import NIOCore

/// Which connection a call came over, for as long as that connection is open.
struct ConnectionID: Equatable, Sendable {
    private let channel: ObjectIdentifier

    init(_ channel: any Channel) {
        self.channel = ObjectIdentifier(channel)
    }
}

/// A request context that knows the connection.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let connection: ConnectionID

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        connection = ConnectionID(source.channel)
    }
}

/// Tells the host when the other side of a connection is gone, which a handler that waits for the
/// next request would not notice.
final class ConnectionWatcher: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let host: RollupHost

    init(host: RollupHost) {
        self.host = host
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            closed(context.channel)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed(context.channel)
        context.fireChannelInactive()
    }

    private func closed(_ channel: any Channel) {
        let connection = ConnectionID(channel)
        Task { [host] in await host.connectionClosed(connection) }
    }
}
