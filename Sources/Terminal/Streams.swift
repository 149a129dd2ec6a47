import CoreCommands
import Foundation

/// Files and the standard streams.
package enum Streams {
    /// The bytes of a file, or of standard input under the name `-`.
    package static func read(_ path: String) throws -> [UInt8] {
        if path == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        return try Files.read(path)
    }

    package static func write(_ bytes: [UInt8], to path: String) throws {
        if path == "-" {
            FileHandle.standardOutput.write(Data(bytes))
        } else {
            try Files.write(bytes, to: path)
        }
    }

    /// A line on standard output, at once: whoever asks in a dialogue waits for it.
    package static func writeLine(_ line: [UInt8]) {
        FileHandle.standardOutput.write(Data(line + [0x0a]))
    }

    package static func writeLine(_ line: String) { writeLine(Array(line.utf8)) }
}
