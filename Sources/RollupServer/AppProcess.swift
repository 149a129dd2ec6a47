import Foundation
import Synchronization

/// The application as a child process.
///
/// What it writes to standard error and standard output is handed on line by line. Its end is told
/// to `onEnd` exactly once, after the last line. `stop` kills it and waits, so nothing is left over.
public final class AppProcess: Sendable {
    /// Lines of standard error kept for the error message.
    private static let tailLength = 12

    private struct State {
        var end: ApplicationEnd?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let process: Process
    private let state = Mutex(State())

    public var processID: Int32 { process.processIdentifier }

    /// Starts `executable` with the environment of this process, `ROLLUP_HTTP_SERVER_URL` for
    /// `port`, and `environment` on top.
    ///
    /// Throws `AppProcessError` when there is nothing to run.
    public init(
        executable: String, arguments: [String] = [], port: Int,
        environment: [String: String] = [:], log: @escaping @Sendable (String) -> Void,
        onEnd: @escaping @Sendable (ApplicationEnd) async -> Void
    ) throws(AppProcessError) {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw .notExecutable(path: executable)
        }
        process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(["ROLLUP_HTTP_SERVER_URL": "http://127.0.0.1:\(port)"]) { $1 }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let tail = Mutex<[String]>([])
        let errors = LinePipe { line in
            tail.withLock { lines in
                lines.append(line)
                if lines.count > Self.tailLength { lines.removeFirst() }
            }
            log(line)
        }
        let output = LinePipe(line: log)
        process.standardError = errors.pipe
        process.standardOutput = output.pipe
        process.terminationHandler = { process in
            // Off Foundation's own thread, which serves every child process.
            DispatchQueue.global().async {
                errors.drain()
                output.drain()
                self.ended(process, lastWords: tail.withLock { $0 }, onEnd: onEnd)
            }
        }
        do {
            try process.run()
        } catch {
            throw .cannotRun(path: executable, reason: error.localizedDescription)
        }
        errors.start()
        output.start()
    }

    /// Kills the process and returns when it is gone.
    ///
    /// There is no politer way: a child of a thread of Dispatch starts with the other signals
    /// blocked. The application keeps nothing that it would have to save.
    public func stop() async {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.end == nil {
                    state.waiting.append(continuation)
                    return false
                }
                return true
            }
            if isOver { continuation.resume() }
        }
    }

    private func ended(
        _ process: Process, lastWords: [String],
        onEnd: @escaping @Sendable (ApplicationEnd) async -> Void
    ) {
        let (end, waiting) = state.withLock { state in
            let end: ApplicationEnd =
                process.terminationReason == .exit
                ? .exited(status: process.terminationStatus, standardError: lastWords)
                : .killed(signal: process.terminationStatus, standardError: lastWords)
            state.end = end
            let waiting = state.waiting
            state.waiting = []
            return (end, waiting)
        }
        for continuation in waiting { continuation.resume() }
        Task { await onEnd(end) }
    }
}

/// Why an application could not be started.
public enum AppProcessError: Error, Equatable, Sendable, CustomStringConvertible {
    case notExecutable(path: String)
    case cannotRun(path: String, reason: String)

    public var description: String {
        switch self {
        case .notExecutable(let path):
            return "there is no executable file at \(path)"
        case .cannotRun(let path, let reason):
            return "cannot run \(path): \(reason)"
        }
    }
}
