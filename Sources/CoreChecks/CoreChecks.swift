import CoreCommands
import Machine

/// The operations of `deml … --batch` in a program for wherever the core runs, the machine included:
/// the same vectors can then be put to every build of the core. Not part of the application.
///
/// Usage: `CoreChecks abi encode --batch` and so on; `--batch` may be left out.
@main
struct CoreChecks {
    /// Files are blobs of the verifier, which are below this.
    private static var fileLimit: Int { 1 << 28 }

    static func main() {
        guard let operation = operation() else {
            var commands = ""
            for known in BatchOperation.allCases { commands += "\n  " + known.command }
            MachineProcess.log("expected one of these, and requests on standard input:\(commands)")
            MachineProcess.exit(status: 2)
        }
        var lines = LineReader<Never> { chunk in
            let count = StandardStreams.read(into: &chunk)
            if count < 0 { MachineProcess.exit(status: 1) }
            return count
        }
        lines.answer(
            with: { line in
                operation.answer(line) { path throws(ToolFailure) in try CoreChecks.read(path) }
            },
            write: { bytes in
                if !StandardStreams.write(bytes) { MachineProcess.exit(status: 1) }
            })
        MachineProcess.exit(status: 0)
    }

    /// The operation that the arguments name.
    private static func operation() -> BatchOperation? {
        var words: [UInt8] = []
        var index: Int32 = 1
        while let word = MachineProcess.argument(index) {
            let bytes = Array(word.utf8)
            if bytes != Array("--batch".utf8) {
                if !words.isEmpty { words.append(0x20) }
                words += bytes
            }
            index += 1
        }
        return BatchOperation.allCases.first { Array($0.command.utf8) == words }
    }

    private static func read(_ path: String) throws(ToolFailure) -> [UInt8] {
        do throws(WholeFile.Failure) {
            return try WholeFile.read(path, limit: fileLimit)
        } catch {
            throw ToolFailure("file", "\(path) cannot be read: \(error.message)")
        }
    }
}
