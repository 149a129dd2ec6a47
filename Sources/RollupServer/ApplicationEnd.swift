import ABI
import Foundation

/// Why an application takes no further request. Reads as a sentence after "the application".
public enum ApplicationEnd: Equatable, Sendable, CustomStringConvertible {
    /// `lastWords` are the last lines that the process wrote.
    case exited(status: Int32, lastWords: [String])
    case killed(signal: Int32, lastWords: [String])
    case exception(payload: [UInt8])
    case firstFinishRejected
    /// The host was stopped.
    case stopped

    public var description: String {
        switch self {
        case .exited(let status, let lines):
            return "exited with status \(status)" + Self.tail(lines)
        case .killed(let signal, let lines):
            return "was killed by signal \(signal)" + Self.name(ofSignal: signal) + Self.tail(lines)
        case .exception(let payload):
            return "threw a rollup exception: \(Self.readable(payload))"
        case .firstFinishRejected:
            return "began with a finish that was not 'accept'"
        case .stopped:
            return "was let go: the host has stopped"
        }
    }

    private static func name(ofSignal signal: Int32) -> String {
        switch signal {
        case SIGILL: return " (SIGILL, how a trap ends a Swift program)"
        case SIGTRAP: return " (SIGTRAP, how a trap ends a Swift program)"
        case SIGABRT: return " (SIGABRT)"
        case SIGKILL: return " (SIGKILL)"
        case SIGSEGV: return " (SIGSEGV)"
        case SIGTERM: return " (SIGTERM)"
        default: return ""
        }
    }

    private static func tail(_ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        return "; its last words:\n" + lines.map { "    " + $0 }.joined(separator: "\n")
    }

    private static func readable(_ payload: [UInt8]) -> String {
        let isText = payload.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
        if isText {
            return "\"" + String(decoding: payload, as: UTF8.self) + "\""
        }
        return Hex.string(payload)
    }
}

/// Why the host did not do what it was asked.
public enum RollupHostError: Error, Equatable, Sendable, CustomStringConvertible {
    case applicationEnded(ApplicationEnd)
    /// Another request is still with the application.
    case busy
    case alreadyStarted

    public var description: String {
        switch self {
        case .applicationEnded(let end):
            return "the application \(end)"
        case .busy:
            return "a request was delivered while the one before it was not finished"
        case .alreadyStarted:
            return "the host was started twice"
        }
    }
}
