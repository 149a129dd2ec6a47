import ArgumentParser
import Foundation
import Marketplace
import Replay
import Terminal

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run requests from standard input through one engine.",
        discussion: """
            Each line in is a request as the rollup server hands it over, each line out what it \
            caused, in the form of a fixture's expected.jsonl. A line that is no request gives \
            {"error":{"code":…,"message":…}} and changes nothing.
            """)

    @Flag(help: "Requests from standard input, outcomes to standard output, until the end.")
    var batch = false

    func validate() throws {
        guard batch else {
            throw ValidationError("Say --batch: it is the only way to run for now.")
        }
    }

    func run() throws {
        let configuration = try Configuration.ofEnvironment()
        let input = LineReader(file: .standardInput)
        try Batch.run(
            configuration: configuration, nextLine: { input.next() },
            emit: { Terminal.write($0 + [UInt8(ascii: "\n")], to: .standardOutput) })
    }
}

/// Lines of bytes, as soon as they are there.
private final class LineReader {
    private let file: FileHandle
    private var buffer: [UInt8] = []
    /// Bytes at the front of the buffer that hold no line break.
    private var searched = 0

    init(file: FileHandle) {
        self.file = file
    }

    /// The next line without its break; nil at the end.
    func next() -> [UInt8]? {
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                searched = 0
                return line
            }
            searched = buffer.count
            let data = file.availableData
            if data.isEmpty {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = [] }
                searched = 0
                return buffer
            }
            buffer.append(contentsOf: data)
        }
    }
}

extension Configuration {
    /// What the environment chooses, with an error for people.
    static func ofEnvironment() throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        do throws(ConfigurationError) {
            return try Configuration { environment[$0] }
        } catch {
            let found = environment[error.variable] ?? ""
            throw ValidationError(
                "The variable \(error.variable) must be \(error.expected), found \"\(found)\".")
        }
    }
}
