import NIOCore
import NIOHTTP1

/// What RFC 9112 asks of a server and the library leaves open.
///
/// A request without exactly one `Host` is refused unless it is of HTTP/1.0; whoever waits for
/// `100 Continue` gets it; a connection that the client does not want kept is closed behind the
/// answer, and the answer says so.
final class RequestRules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Requests that are not answered yet, with what becomes of the connection behind the answer:
    /// nil where the version says it.
    private var answersDue: [String?] = []
    /// Nothing more is read.
    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        if case .head(let head) = unwrapInboundIn(data), !take(head, context) { return }
        context.fireChannelRead(data)
    }

    /// False when the request has been refused.
    private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
        let isOld = head.version == .http1_0
        guard isOld || head.headers["Host"].count == 1 else {
            refuse(.badRequest, context)
            return false
        }
        answersDue.append(head.isKeepAlive ? (isOld ? "keep-alive" : nil) : "close")
        let expectations = head.headers["Expect"]
        guard !isOld, !expectations.isEmpty else { return true }
        guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
            refuse(.expectationFailed, context)
            return false
        }
        // Behind another request whose answer is due, a client has to go on unasked.
        guard answersDue.count == 1 else { return true }
        let goOn = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
        return true
    }

    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        isOver = true
        let head = HTTPResponseHead(
            version: .http1_1, status: status,
            headers: ["Content-Length": "0", "Connection": "close"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        finish(context, with: .end(nil), promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if let fate = answersDue.first ?? nil {
                head.headers.replaceOrAdd(name: "Connection", value: fate)
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end(let trailers):
            let fate = answersDue.isEmpty ? nil : answersDue.removeFirst()
            if fate == "close" {
                isOver = true
                finish(context, with: .end(trailers), promise: promise)
            } else {
                context.write(data, promise: promise)
            }
        case .body:
            context.write(data, promise: promise)
        }
    }

    private func finish(
        _ context: ChannelHandlerContext, with end: HTTPServerResponsePart,
        promise: EventLoopPromise<Void>?
    ) {
        let written = promise ?? context.eventLoop.makePromise()
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(mode: .all, promise: nil) }
        context.writeAndFlush(wrapOutboundOut(end), promise: written)
    }

    /// Puts the rules where requests still have a version, which the handlers that a server is given
    /// do not see.
    final class Installer: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        func handlerAdded(context: ChannelHandlerContext) {
            let pipeline = context.pipeline.syncOperations
            guard
                let decoder = try? pipeline.handler(
                    type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            else { return context.close(promise: nil) }
            do {
                try pipeline.addHandler(RequestRules(), position: .after(decoder))
            } catch {
                context.close(promise: nil)
            }
        }
    }
}
