import CoreCommands
import Foundation

/// What the program was started with: its streams, its words, and a terminal or none.
package enum Terminal {
    package enum Stream: Sendable {
        case standardOutput
        case standardError
    }

    /// Whether a line can be drawn over on it: a terminal that is not dumb.
    package static func redraws(_ stream: Stream) -> Bool {
        isTerminal(stream) && variable("TERM") != "dumb"
    }

    /// A terminal that knows colours and whose owner has not asked for plain text.
    package static func takesColour(_ stream: Stream) -> Bool {
        takesColour(isTerminal: isTerminal(stream), environment: variable)
    }

    /// Source: https://no-color.org: the variable counts when it is not empty.
    package static func takesColour(
        isTerminal: Bool, environment: (String) -> String?
    ) -> Bool {
        isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    private static func isTerminal(_ stream: Stream) -> Bool {
        isatty(stream == .standardOutput ? STDOUT_FILENO : STDERR_FILENO) == 1
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }

    /// To be called before anything else: sees to it that standard streams which are closed fail
    /// instead of becoming the next file that is opened, and that what the C library still has to
    /// write at the end is not lost in silence; and that signals that end a program end this one. Ends
    /// it when an argument is not UTF-8, because as a string it would be another name.
    package static func prepare() {
        FaultSignals.endTheProgram()
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0
        {
            // The lowest number that is free; opened the other way round, so that its use fails.
            _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[index] else { break }
            guard String(validatingCString: word) == nil else { continue }
            StandardError.writeLine(
                "Error: argument \(index) is not UTF-8; give the file another name, or pass it as -"
            )
            exit(64)
        }
        atexit {
            if fflush(nil) != 0 {
                let reason = SystemError.last.reason
                StandardError.writeLine("Error: standard output cannot be written to: \(reason)")
                _exit(1)
            }
        }
    }
}
