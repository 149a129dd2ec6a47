import ArgumentParser
import CoreCommands
import Foundation
import Marketplace
import Replay
import RollupServer
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
        let configuration = try MachineEnvironment.ofThisProcess.configuration()
        var lines = StandardInput.lines()
        var failure: ToolFailure?
        func emit(_ line: [UInt8]) {
            do throws(ToolFailure) {
                try StandardOutput.writeLine(line)
            } catch {
                failure = failure ?? error
            }
        }
        func next() -> [UInt8]? {
            while failure == nil {
                do throws(ToolFailure) {
                    switch try lines.next() {
                    case .whole(let line): return line
                    case .tooLong: emit(ToolFailure("tooLong", "the line is too long").json)
                    case nil: return nil
                    }
                } catch {
                    failure = error
                }
            }
            return nil
        }
        try Batch.run(configuration: configuration, nextLine: next, emit: emit)
        if let failure { throw failure }
    }
}
