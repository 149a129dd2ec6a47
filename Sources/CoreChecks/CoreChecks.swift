import CPosix
import Operations
import Rollup

/// The operations of `deml … --batch` in a program for wherever the core runs, the machine included:
/// the same vectors can then be put to every build of the core. Not part of the application.
///
/// Usage: `CoreChecks abi encode --batch` and so on; `--batch` may be left out.
@main
struct CoreChecks {
    /// Files are blobs of the verifier, which are below this.
    private static var fileLimit: Int64 { 1 << 28 }
    private static var chunkSize: Int { 1 << 18 }

    static func main() {
        guard let operation = operation() else {
            var commands = ""
            for known in BatchOperation.allCases { commands += "\n  " + known.command }
            HostProcess.log("expected one of these, and requests on standard input:\(commands)")
            HostProcess.exit(status: 2)
        }
        var lines = LineAnswers { line in
            operation.answer(line) { path throws(ToolFailure) in try CoreChecks.read(path) }
        }
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        while true {
            let count = chunk.withUnsafeMutableBufferPointer {
                cposix_read_input($0.baseAddress, $0.count)
            }
            if count <= 0 {
                lines.finish()
                write(lines.takeAnswers())
                HostProcess.exit(status: count == 0 ? 0 : 1)
            }
            lines.consume(chunk[..<Int(count)])
            write(lines.takeAnswers())
        }
    }

    /// The operation that the arguments name.
    private static func operation() -> BatchOperation? {
        var words: [UInt8] = []
        var index: Int32 = 1
        while let word = HostProcess.argument(index) {
            let bytes = Array(word.utf8)
            if bytes != Array("--batch".utf8) {
                if !words.isEmpty { words.append(0x20) }
                words += bytes
            }
            index += 1
        }
        return BatchOperation.allCases.first { Array($0.command.utf8) == words }
    }

    private static func write(_ bytes: [UInt8]) {
        let result = bytes.withUnsafeBufferPointer {
            cposix_write_output($0.baseAddress, $0.count)
        }
        if result < 0 { HostProcess.exit(status: 1) }
    }

    private static func read(_ path: String) throws(ToolFailure) -> [UInt8] {
        let size = cposix_file_size(path)
        guard size >= 0 else { throw ToolFailure("file", "\(path) cannot be read.") }
        guard size <= fileLimit else {
            throw ToolFailure("file", "\(path) has \(size) bytes, too many to read.")
        }
        var buffer = [UInt8](repeating: 0, count: Int(size))
        let count = buffer.withUnsafeMutableBufferPointer {
            cposix_read_file(path, $0.baseAddress, $0.count)
        }
        guard count == size else { throw ToolFailure("file", "\(path) cannot be read.") }
        return buffer
    }
}
