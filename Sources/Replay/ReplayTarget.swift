import ABI
import Marketplace
import Rollup
import RollupServer
import Vouchers

/// Something that recorded inputs can be run against, from the state before the first input.
public protocol ReplayTarget: Sendable {
    /// For messages to people.
    var name: String { get }

    /// Runs `inputs` in order and gives each outcome to `observe`.
    func run(_ inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) async throws
}

/// Why a run did not come to its end.
public enum ReplayError: Error, Equatable, Sendable, CustomStringConvertible {
    case loopEnded(reason: String)
    /// Input `line`, counted from 1, cannot be delivered.
    case undeliverable(line: Int, reason: String)
    case exception(line: Int, end: String)
    case outputsInQuery(line: Int, count: Int)
    case unexpectedDelegateCall(line: Int)

    public var description: String {
        switch self {
        case .loopEnded(let reason):
            return "the application's loop has ended: \(reason)"
        case .undeliverable(let line, let reason):
            return "line \(line): \(reason)"
        case .exception(let line, let end):
            return "line \(line): the application \(end)"
        case .outputsInQuery(let line, let count):
            return "line \(line): \(count) outputs came out of a query, where only reports may"
        case .unexpectedDelegateCall(let line):
            return "line \(line): a delegate-call voucher came out, which DeML never makes"
        }
    }
}

/// The engine in this process, behind the application's own loop.
public struct EngineTarget: ReplayTarget {
    private let configuration: Configuration

    public var name: String { "in process" }

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    public func run(_ inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) async throws {
        try run(from: inputs, observe: observe)
        try Task.checkCancellation()
    }

    private func run(from inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) throws {
        var remaining = inputs[...]
        try withoutActuallyEscaping(observe) { observe in
            try serve(
                nextRequest: { Task.isCancelled ? nil : remaining.popFirst() }, observe: observe)
        }
    }

    /// Runs until `nextRequest` gives nil.
    func serve(
        nextRequest: @escaping () -> [UInt8]?, observe: @escaping (RecordedOutcome) -> Void
    ) throws {
        let feed = RequestFeed(nextRequest: nextRequest, observe: observe)
        var notes: [String] = []
        try withExtendedLifetime(feed) {
            var loop = RollupLoop(
                application: Engine(configuration: configuration),
                device: FeedDevice(feed: feed) { notes.append($0) })
            let failure = loop.run()
            guard feed.isAtEnd else {
                throw ReplayError.loopEnded(
                    reason: ([failure.message] + notes.suffix(3)).joined(separator: "; "))
            }
        }
    }
}

/// The application's executable, over a real socket.
public struct ProcessTarget: ReplayTarget {
    private let executable: String
    private let environment: [String: String]
    private let log: @Sendable (String) -> Void

    public var name: String { "over HTTP" }

    /// `log` gets the lines that the application writes.
    public init(
        executable: String, environment: [String: String] = [:],
        log: @escaping @Sendable (String) -> Void
    ) {
        self.executable = executable
        self.environment = environment
        self.log = log
    }

    public func run(_ inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) async throws {
        let host = RollupHost()
        let port = try await host.start()
        let process: AppProcess
        do {
            process = try AppProcess(
                executable: executable, port: port, environment: environment, log: log,
                onEnd: { await host.applicationEnded($0) })
        } catch {
            await host.stop()
            throw error
        }
        let result: Result<Void, any Error>
        do {
            try await deliver(inputs, to: host, observe: observe)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await process.stop()
        await host.stop()
        try result.get()
    }

    private func deliver(
        _ inputs: [[UInt8]], to host: RollupHost, observe: (RecordedOutcome) -> Void
    ) async throws {
        for (index, input) in inputs.enumerated() {
            let line = index + 1
            let request: RequestJSON
            do throws(MalformedRequestJSON) {
                request = try RequestJSON(input)
            } catch {
                throw ReplayError.undeliverable(line: line, reason: "\(error)")
            }
            do {
                observe(try RecordedOutcome(try await host.deliver(request), request, line: line))
            } catch let error as RollupHostError {
                throw ReplayError.undeliverable(line: line, reason: "\(error)")
            }
        }
    }
}

extension RecordedOutcome {
    fileprivate init(
        _ result: RequestResult, _ request: RequestJSON, line: Int
    ) throws(ReplayError) {
        switch result.status {
        case .accept: self.init(status: .accept, reports: result.reports)
        case .reject: self.init(status: .reject, reports: result.reports)
        case .exception(let payload):
            throw .exception(line: line, end: "\(ApplicationEnd.exception(payload: payload))")
        }
        if request.kind == .inspect, result.droppedOutputs > 0 {
            throw .outputsInQuery(line: line, count: result.droppedOutputs)
        }
        for (offset, output) in result.outputs.enumerated() {
            outputs.append(
                RecordedOutput(
                    index: result.firstOutputIndex + UInt64(offset),
                    output: try Output(output, line: line)))
        }
    }
}

extension Output {
    fileprivate init(_ output: HostOutput, line: Int) throws(ReplayError) {
        switch output {
        case .voucher(let destination, let value, let payload):
            // The host has proved both lengths.
            self = .voucher(
                destination: Address(destination) ?? .zero,
                value: UInt256(Bytes32(value) ?? .zero), payload: payload)
        case .notice(let payload):
            self = .notice(payload: payload)
        case .delegateCallVoucher:
            throw .unexpectedDelegateCall(line: line)
        }
    }
}
