import Foundation
import Subprocess

/// The application as a child process.
///
/// What it writes to its standard streams is handed on line by line. Its end is told
/// to `onEnd` exactly once, after the last line. `stop` kills it and waits, so nothing is left over;
/// and the kernel kills it when this process ends, however that comes about.
public final class AppProcess: Sendable {
    /// Lines kept for the error message.
    private static let tailLength = 12

    /// Its number, as `ps` shows it.
    public let processID: Int32
    private let run: Task<Void, Never>?

    /// Starts `executable` with the environment of this process, `ROLLUP_HTTP_SERVER_URL` for the
    /// server at `url`, and the machine's `environment` in place of what this one says of it.
    ///
    /// Throws `AppProcessError` when there is nothing to run.
    public init(
        executable: String, arguments: [String] = [], url: String,
        environment: MachineEnvironment? = nil, log: @escaping @Sendable (String) -> Void,
        onEnd: @escaping @Sendable (ApplicationEnd) async -> Void
    ) async throws(AppProcessError) {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw .notExecutable(path: executable)
        }
        let path = URL(fileURLWithPath: executable).path
        var changes: [Environment.Key: String?] = ["ROLLUP_HTTP_SERVER_URL": url]
        for (name, value) in environment?.changes ?? [:] {
            if let key = Environment.Key(rawValue: name) { changes.updateValue(value, forKey: key) }
        }
        var options = PlatformOptions()
        // An interrupt from the keyboard is for this process alone, which then ends its child.
        options.processGroupID = 0
        let configuration = Configuration(
            executable: .name("setpriv"), arguments: Self.endingWithThis([path] + arguments),
            environment: .inherit.updating(changes), platformOptions: options)
        var run: Task<Void, Never>?
        // Not to be cancelled: a process that has started is in the hands of whoever called.
        let start: Result<Int32, AppProcessError> = await withCheckedContinuation { start in
            run = Task { await Self.run(configuration, log, start, onEnd) }
        }
        self.run = run
        processID = try start.get()
    }

    /// Kills the process and returns when it is gone and `onEnd` has heard of it. The application
    /// keeps nothing that it would have to save.
    public func stop() async {
        run?.cancel()
        await run?.value
    }

    /// Arguments for `setpriv`, which has the kernel kill what it runs when this process ends. The
    /// shell sees to it that it had not ended before.
    private static func endingWithThis(_ command: [String]) -> Arguments {
        let script = "[ \"$PPID\" = \"$0\" ] && exec \"$@\""
        return Arguments(
            ["--pdeathsig", "KILL", "--", "/bin/sh", "-c", script, "\(getpid())"] + command)
    }

    private static func run(
        _ configuration: Configuration, _ log: @escaping @Sendable (String) -> Void,
        _ start: CheckedContinuation<Result<Int32, AppProcessError>, Never>,
        _ onEnd: @Sendable (ApplicationEnd) async -> Void
    ) async {
        var lastWords: [String] = []
        var hasStarted = false
        do {
            let result = try await Subprocess.run(
                configuration, input: .none, output: .sequence, error: .combinedWithOutput
            ) { process in
                hasStarted = true
                start.resume(returning: .success(process.processIdentifier.value))
                do {
                    for try await line in process.standardOutput.strings(
                        bufferingPolicy: .unbounded)
                    {
                        lastWords.append(line)
                        if lastWords.count > tailLength { lastWords.removeFirst() }
                        log(line)
                    }
                } catch {
                    // It cannot be read any more, as when it was killed.
                }
            }
            switch result.terminationStatus {
            case .exited(let status): await onEnd(.exited(status: status, lastWords: lastWords))
            case .signaled(let signal): await onEnd(.killed(signal: signal, lastWords: lastWords))
            }
        } catch {
            guard hasStarted else {
                let isMissing = (error as? SubprocessError)?.code == .executableNotFound
                let reason =
                    isMissing
                    ? "setpriv is not installed. Run scripts/setup util-linux" : "\(error)"
                start.resume(returning: .failure(.cannotRun(reason: reason)))
                return
            }
            // Nobody could wait for it; the reason is all that is known.
            await onEnd(.exited(status: -1, lastWords: lastWords + ["\(error)"]))
        }
    }
}

/// Why an application could not be started.
public enum AppProcessError: Error, Equatable, Sendable, CustomStringConvertible {
    case notExecutable(path: String)
    case cannotRun(reason: String)

    public var description: String {
        switch self {
        case .notExecutable(let path):
            return "there is no executable file at \(path)"
        case .cannotRun(let reason):
            return "the application cannot be started: \(reason)"
        }
    }
}
