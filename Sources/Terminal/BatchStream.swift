import CoreCommands
import Foundation

/// Answers the lines of standard input on standard output, in order, until the input ends.
///
/// What has been read is answered before more is awaited, so that a script may write one line and
/// wait for its answer.
package enum BatchStream {
    private static var chunkSize: Int { 1 << 18 }

    /// Answers with `operation`, which gets files through `read`.
    package static func run(
        _ operation: BatchOperation, read: @escaping FileReader = BatchOperation.noFiles
    ) throws {
        var lines = LineAnswers { operation.answer($0, read: read) }
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        while true {
            let count = unsafeRead(into: &chunk)
            guard count >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            if count == 0 { break }
            lines.consume(chunk[..<count])
            try FileHandle.standardOutput.write(contentsOf: lines.takeAnswers())
        }
        lines.finish()
        try FileHandle.standardOutput.write(contentsOf: lines.takeAnswers())
    }

    private static func unsafeRead(into chunk: inout [UInt8]) -> Int {
        while true {
            let count = chunk.withUnsafeMutableBytes {
                Foundation.read(0, $0.baseAddress, $0.count)
            }
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
