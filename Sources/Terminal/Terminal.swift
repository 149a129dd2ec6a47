import Foundation

/// The standard streams, written to at once and without buffers.
package enum Terminal {
    package enum Stream {
        case standardOutput
        case standardError
    }

    package static func write(_ text: String, to stream: Stream) {
        write(Array(text.utf8), to: stream)
    }

    package static func write(_ bytes: [UInt8], to stream: Stream) {
        handle(of: stream).write(Data(bytes))
    }

    package static func isTerminal(_ stream: Stream) -> Bool {
        isatty(handle(of: stream).fileDescriptor) == 1
    }

    /// A terminal whose owner has not asked for plain text.
    package static func takesColour(_ stream: Stream) -> Bool {
        isTerminal(stream) && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    private static func handle(of stream: Stream) -> FileHandle {
        switch stream {
        case .standardOutput: return .standardOutput
        case .standardError: return .standardError
        }
    }
}
