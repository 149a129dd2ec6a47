import Foundation
import Marketplace
import RollupServer

/// How the application is started.
public struct ApplicationProgram: Equatable, Sendable {
    public var executable: String
    public var arguments: [String]
    /// Of the machine that it would run in.
    public var environment: MachineEnvironment?
    /// The port of the rollup HTTP API, or 0 for a free one.
    public var port: Int

    public init(
        executable: String, arguments: [String] = [], environment: MachineEnvironment? = nil,
        port: Int = 5004
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.port = port
    }
}

/// Runs the application, hands it one request after the other, and brings it back when it dies.
///
/// A new process is given every earlier input again, in order, and must make the same of it. A
/// request during which the process dies is tried once more; when that fails as well the
/// application counts as halted, as on a real node, and nothing is delivered any more.
actor AppSupervisor {
    typealias Answer = @Sendable (Result<RequestResult, any Error>) async -> Void

    private enum Work: Sendable {
        case request(RequestJSON, Answer)
        /// The process of this number has ended.
        case ended(process: Int)
    }

    private struct Delivered {
        let request: RequestJSON
        let result: RequestResult
    }

    private let program: ApplicationProgram
    private let log: @Sendable (String) -> Void
    private let work: AsyncStream<Work>
    private let queue: AsyncStream<Work>.Continuation
    private var runner: Task<Void, Never>?

    private var host: RollupHost?
    private var process: AppProcess?
    private var processNumber = 0
    private var delivered: [Delivered] = []
    /// Why nothing is delivered any more.
    private(set) var failure: String?

    init(program: ApplicationProgram, log: @escaping @Sendable (String) -> Void) {
        self.program = program
        self.log = log
        (work, queue) = AsyncStream<Work>.makeStream()
    }

    /// Starts the application.
    func start() async throws {
        _ = try await liveHost()
        runner = Task { [weak self, work] in
            for await item in work { await self?.perform(item) }
        }
    }

    /// Ends the application; requests that wait fail.
    func stop() async {
        failure = failure ?? "the node is stopping"
        queue.finish()
        await host?.applicationEnded(.stopped)
        await runner?.value
        await tearDown()
    }

    /// Queues `request`; requests are delivered in the order of the calls. `answer` is called
    /// before the next one is delivered.
    nonisolated func enqueue(_ request: RequestJSON, answer: @escaping Answer) {
        if case .terminated = queue.yield(.request(request, answer)) {
            Task { await answer(.failure(ApplicationFailure(reason: "the node is stopping"))) }
        }
    }

    /// Queues `request` and waits for what comes of it.
    nonisolated func deliver(_ request: RequestJSON) async throws -> RequestResult {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(request) { continuation.resume(with: $0) }
        }
    }

    private func perform(_ item: Work) async {
        switch item {
        case .ended(let number):
            guard number == processNumber, failure == nil else { return }
            await revive()
        case .request(let request, let answer):
            do {
                await answer(.success(try await result(of: request)))
            } catch {
                await answer(.failure(error))
            }
        }
    }

    private func result(of request: RequestJSON) async throws -> RequestResult {
        var deaths = Deaths()
        while deaths.isWorthAnotherTry {
            if let failure { throw ApplicationFailure(reason: failure) }
            do {
                let result = try await liveHost().deliver(request)
                if request.kind == .advance {
                    delivered.append(Delivered(request: request, result: result))
                }
                if case .exception = result.status, request.kind == .advance {
                    fail("it threw an exception, which ends an application for good")
                }
                return result
            } catch let error as RollupHostError {
                deaths.count(error)
                log("\(error)")
                await tearDown()
            }
        }
        if request.kind == .advance {
            fail("it died of input \(delivered.count) again and again: \(deaths.last)")
        }
        throw ApplicationFailure(reason: deaths.last)
    }

    private func fail(_ reason: String) {
        guard failure == nil else { return }
        failure = reason
        log("the application takes no more input: \(reason)")
    }

    /// Brings back a process that died while it had nothing to do.
    private func revive() async {
        var deaths = Deaths()
        while deaths.isWorthAnotherTry {
            do {
                _ = try await liveHost()
                return
            } catch {
                deaths.count(error)
                log("\(error)")
                await tearDown()
            }
        }
        fail("it does not stay alive: \(deaths.last)")
    }

    /// The host of a running application that has seen every delivered input.
    private func liveHost() async throws -> RollupHost {
        if let host {
            if await !host.hasEnded { return host }
            log("the application has ended, starting it again")
            await tearDown()
        }
        let host = RollupHost()
        let url = try await host.start(port: program.port)
        processNumber += 1
        let number = processNumber
        do {
            process = try await AppProcess(
                executable: program.executable, arguments: program.arguments, url: url,
                environment: program.environment, log: log,
                onEnd: { [queue] end in
                    await host.applicationEnded(end)
                    queue.yield(.ended(process: number))
                })
        } catch {
            await host.stop()
            throw error
        }
        self.host = host
        try await host.waitUntilReady()
        let id = process?.processID ?? 0
        log("the application is ready, process \(id)")
        try await replay(to: host)
        return host
    }

    private func replay(to host: RollupHost) async throws {
        guard !delivered.isEmpty else { return }
        for (index, earlier) in delivered.enumerated() {
            let result = try await host.deliver(earlier.request)
            if result != earlier.result {
                log(
                    "input \(index) came out differently this time: the application is not "
                        + "deterministic, or its program has changed")
            }
        }
        log("replayed \(delivered.count) inputs")
    }

    private func tearDown() async {
        // Taken out first: `onEnd` must not find them.
        let (oldHost, oldProcess) = (host, process)
        host = nil
        process = nil
        processNumber += 1
        await oldProcess?.stop()
        await oldHost?.stop()
    }
}

/// How often the application died over one request or while starting.
private struct Deaths {
    private var faults = 0
    private var kills = 0
    private(set) var last = ""

    /// A fault of the application repeats itself, being deterministic, so the second one is enough.
    /// To be killed from outside says little about it.
    var isWorthAnotherTry: Bool { faults < 2 && kills < 20 }

    mutating func count(_ error: any Error) {
        last = "\(error)"
        if case .applicationEnded(.killed(signal: SIGKILL, _))? = error as? RollupHostError {
            kills += 1
        } else {
            faults += 1
        }
    }
}

/// Why the application made nothing of a request.
struct ApplicationFailure: Error, Equatable, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
