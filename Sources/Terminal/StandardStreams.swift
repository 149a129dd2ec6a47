import CoreCommands
import Foundation
import Synchronization

/// Standard input, whose failure is a sentence.
package enum StandardInput {
    private static let isTaken = Atomic<Bool>(false)

    /// All of it. It can be had once: a second name for it in one command would be empty.
    package static func read() throws(ToolFailure) -> [UInt8] {
        guard !isTaken.exchange(true, ordering: .relaxed) else {
            throw ToolFailure("file", "standard input can be read only once: name it only once")
        }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Descriptor(number: STDIN_FILENO).readAll(limit: Files.sizeLimit)
        } catch {
            throw error.failure("standard input", "read")
        }
        guard bytes.count <= Files.sizeLimit else { throw Files.tooLarge("standard input") }
        return bytes
    }

    /// A word of the command line; for `-` all of the input, without line breaks at its end.
    package static func argument(_ word: String) throws(ToolFailure) -> String {
        guard word == "-" else { return word }
        var bytes = try read()
        while bytes.last == 0x0a || bytes.last == 0x0d { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ToolFailure("file", "standard input is not UTF-8")
        }
        return text
    }

    /// Its lines, each as soon as it is there. Nothing else can have the input then.
    package static func lines() -> LineReader<ToolFailure> {
        isTaken.store(true, ordering: .relaxed)
        return LineReader { (chunk) throws(ToolFailure) in
            do throws(SystemError) {
                return try Descriptor(number: STDIN_FILENO).read(into: &chunk)
            } catch {
                throw error.failure("standard input", "read")
            }
        }
    }
}

/// Standard output, written to at once: whoever asks in a dialogue waits for it.
package enum StandardOutput {
    package static func write(_ bytes: [UInt8]) throws(ToolFailure) {
        do throws(SystemError) {
            try Descriptor(number: STDOUT_FILENO).write(bytes)
        } catch {
            throw error.failure("standard output", "written to")
        }
    }

    package static func writeLine(_ line: [UInt8]) throws(ToolFailure) {
        try write(line + [0x0a])
    }

    package static func writeLine(_ line: String) throws(ToolFailure) {
        try writeLine(Array(line.utf8))
    }

    package static func writeLines(_ lines: [String]) throws(ToolFailure) {
        try write(Array(lines.map { $0 + "\n" }.joined().utf8))
    }
}

/// Remarks for people. Nothing depends on them, so that nothing ends when nobody can read them.
package enum StandardError {
    package static func write(_ text: String) {
        try? Descriptor(number: STDERR_FILENO).write(Array(text.utf8))
    }

    package static func writeLine(_ line: String) { write(line + "\n") }
}

extension BatchOperation {
    /// Answers the lines of standard input on standard output, in order, until the input ends. Files
    /// are read through `read`.
    package func serve(read: @escaping FileReader = BatchOperation.noFiles) throws(ToolFailure) {
        var lines = StandardInput.lines()
        try lines.answer(
            with: { answer($0, read: read) },
            write: { (bytes) throws(ToolFailure) in try StandardOutput.write(bytes) })
    }
}
