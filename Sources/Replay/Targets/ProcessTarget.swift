import CoreCommands
import RollupServer
import Vouchers

/// The application's executable, over a real socket.
public struct ProcessTarget: ReplayTarget {
    private let executable: String
    private let environment: MachineEnvironment?
    private let log: @Sendable (String) -> Void

    public var name: String { "over HTTP" }

    /// `log` gets the lines that the application writes.
    public init(
        executable: String, environment: MachineEnvironment? = nil,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.executable = executable
        self.environment = environment
        self.log = log
    }

    public func run(_ inputs: [[UInt8]], observe: (RecordedOutcome) -> Void) async throws {
        let host = RollupHost()
        let url = try await host.start()
        let process: AppProcess
        do {
            process = try await AppProcess(
                executable: executable, url: url, environment: environment, log: log,
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
                throw ToolFailure("undeliverable", "line \(line): \(error)")
            }
            do {
                observe(try RecordedOutcome(try await host.deliver(request), request, line: line))
            } catch let error as RollupHostError {
                throw ToolFailure("undeliverable", "line \(line): \(error)")
            }
        }
    }
}

extension RecordedOutcome {
    fileprivate init(
        _ result: RequestResult, _ request: RequestJSON, line: Int
    ) throws(ToolFailure) {
        switch result.status {
        case .accept: self.init(status: .accept, reports: result.reports)
        case .reject: self.init(status: .reject, reports: result.reports)
        case .exception(let payload):
            let end = ApplicationEnd.exception(payload: payload)
            throw ToolFailure("exception", "line \(line): the application \(end)")
        }
        if request.kind == .inspect, result.droppedOutputs > 0 {
            throw ToolFailure(
                "outputsInQuery",
                "line \(line): \(result.droppedOutputs) outputs came out of a query, where only "
                    + "reports may")
        }
        for (offset, output) in result.outputs.enumerated() {
            outputs.append(
                RecordedOutput(index: result.firstOutputIndex + UInt64(offset), output: output))
        }
    }
}
