import Hummingbird
import Vouchers

/// The rollup server of one application, on 127.0.0.1: what `rollup-http-server` is inside the
/// machine, with a Swift interface where the machine has its host.
///
/// Only who was given the address is served: a secret is part of it. An application that another
/// host left behind asks at the same port in vain.
///
/// Requests go in by `deliver`, one at a time. Unlike the machine it cannot undo what the
/// application remembers: a rejection only takes back outputs. A `/finish` whose connection breaks is
/// forgotten, and a second one replaces one that is still open, because an application that lost
/// its connection asks again.
public actor RollupHost {
    private var session = RollupSession()
    private var server: LocalServer?

    /// The open `/finish` call, resumed with the bytes of the next request or with a refusal.
    private var openFinish: CheckedContinuation<FinishAnswer, Never>?
    private var openFinishConnection: ConnectionID?
    /// Whoever waits for the application to wait: one entry per caller.
    private var readiness: [Int: CheckedContinuation<Void, any Error>] = [:]
    private var delivery: CheckedContinuation<RequestResult, any Error>?
    private var nextReadinessID = 0

    enum FinishAnswer: Sendable {
        case request([UInt8])
        case refuse(String)
    }

    public init() {}

    /// Outputs of all accepted advances so far.
    public var outputCount: UInt64 { session.outputCount }

    /// Whether the application has an open `/finish`, so that a request would reach it at once.
    public var isApplicationWaiting: Bool { session.isWaiting }

    /// Whether nothing more can be delivered.
    public var hasEnded: Bool { session.end != nil }

    /// Listens on 127.0.0.1, at a free port for 0, and returns the address for the application.
    ///
    /// Throws `CannotListen`.
    public func start(port: Int = 0) async throws -> String {
        guard server == nil, !hasEnded else { throw RollupHostError.alreadyStarted }
        let secret = (0..<4).map { _ in String(UInt32.random(in: .min ... .max), radix: 36) }
            .joined()
        let server = LocalServer(RollupRoutes.router(under: secret, host: self)) {
            [ConnectionWatcher(host: self)]
        }
        self.server = server
        do {
            return "http://127.0.0.1:\(try await server.start(port: port))/\(secret)"
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Closes the port and fails whatever still waits. The host cannot be started again.
    public func stop() async {
        applicationEnded(.stopped)
        // The server's routes hold this host.
        let server = server
        self.server = nil
        await server?.stop()
    }

    /// Returns when the application has asked for a request.
    ///
    /// Throws `RollupHostError.applicationEnded` when it will not, or `CancellationError`.
    public func waitUntilReady() async throws {
        if let end = session.end { throw RollupHostError.applicationEnded(end) }
        if session.isWaiting { return }
        let id = nextReadinessID
        nextReadinessID += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    readiness[id] = continuation
                }
            }
        } onCancel: {
            Task { await self.cancelReadiness(id) }
        }
    }

    /// Hands `request` to the application and returns what it made of it.
    ///
    /// Waits for the application's first finish when that has not come. Throws
    /// `RollupHostError.applicationEnded` when the application is gone before it finishes, `.busy`
    /// when a request is under way, or `CancellationError`; the application then still finishes the
    /// request, and its result is dropped.
    public func deliver(_ request: RequestJSON) async throws -> RequestResult {
        guard !session.isHandling else { throw RollupHostError.busy }
        try await waitUntilReady()
        guard !session.isHandling, delivery == nil else { throw RollupHostError.busy }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                delivery = continuation
                session.deliver(request.kind)
                openFinish?.resume(returning: .request(request.bytes))
                openFinish = nil
            }
        } onCancel: {
            Task { await self.cancelDelivery() }
        }
    }

    /// To be told by whoever runs the application: nothing more will come from it.
    public func applicationEnded(_ end: ApplicationEnd) {
        session.terminate(end)
        let error = RollupHostError.applicationEnded(session.end ?? end)
        openFinish?.resume(returning: .refuse("the application has ended: it \(end)"))
        openFinish = nil
        delivery?.resume(throwing: error)
        delivery = nil
        wakeReady(throwing: error)
    }

    func finish(accept: Bool, connection: ConnectionID) async -> FinishAnswer {
        switch session.finish(accept: accept) {
        case .refuse(let text):
            if let end = session.end { wakeReady(throwing: .applicationEnded(end)) }
            return .refuse(text)
        case .wait(let finished):
            if let finished {
                delivery?.resume(returning: finished)
                delivery = nil
            }
            openFinish?.resume(returning: .refuse("another finish has replaced this one"))
            return await withCheckedContinuation { continuation in
                openFinish = continuation
                openFinishConnection = connection
                wakeReady(throwing: nil)
            }
        }
    }

    func connectionClosed(_ connection: ConnectionID) {
        guard openFinish != nil, openFinishConnection == connection else { return }
        session.loseFinish()
        openFinish?.resume(returning: .refuse("the connection was closed"))
        openFinish = nil
    }

    func emit(_ output: Output) throws(RefusedCall) -> UInt64 {
        try session.emit(output)
    }

    func report(_ payload: [UInt8]) throws(RefusedCall) {
        try session.report(payload)
    }

    func exception(_ payload: [UInt8]) {
        if let result = session.exception(payload) {
            delivery?.resume(returning: result)
            delivery = nil
        }
        if let end = session.end { wakeReady(throwing: .applicationEnded(end)) }
    }

    private func wakeReady(throwing error: RollupHostError?) {
        let waiting = readiness
        readiness = [:]
        for (_, continuation) in waiting {
            if let error {
                continuation.resume(throwing: error)
            } else {
                continuation.resume()
            }
        }
    }

    private func cancelReadiness(_ id: Int) {
        readiness.removeValue(forKey: id)?.resume(throwing: CancellationError())
    }

    private func cancelDelivery() {
        delivery?.resume(throwing: CancellationError())
        delivery = nil
    }
}
