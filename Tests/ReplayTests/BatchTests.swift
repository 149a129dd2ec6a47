import Foundation
import Marketplace
import Replay
import RollupServer
import Testing

@Suite struct BatchTests {
    private func run(_ lines: [[UInt8]]) throws -> [String] {
        var remaining = lines[...]
        var emitted: [String] = []
        try withoutActuallyEscaping({ remaining.popFirst() }) { next in
            try Batch.run(
                configuration: Machines.configuration, nextLine: next,
                emit: { emitted.append(String(decoding: $0, as: UTF8.self)) })
        }
        return emitted
    }

    @Test func writesTheLinesOfARecording() async throws {
        let (folder, scenario) = try await ReplayerTests.recorded()
        let expected = String(decoding: try folder.read("expected.jsonl"), as: UTF8.self)
        #expect(try run(scenario.lines).joined(separator: "\n") + "\n" == expected)
    }

    @Test func aMalformedLineChangesNothing() throws {
        let scenario = try Scenario()
        let good = try run(scenario.lines)
        var lines = scenario.lines
        lines.insert(Array("{\"request_type\":".utf8), at: 2)
        lines.insert([], at: 4)
        var found = try run(lines)
        #expect(
            found.remove(at: 4)
                == #"{"error":{"code":"requestNotJSON","message":"the request is not the JSON of "#
                + #"the rollup server (byte 0)"}}"#)
        #expect(found.remove(at: 2).contains("(byte 16)"))
        #expect(found == good)
    }

    @Test func theCommandAnswersEachLineWhenItComes() throws {
        let query = #"{"request_type":"inspect_state","data":{"payload":"0x76657273696f6e"}}"#
        // No line break at the end: the last line counts all the same.
        let result = try BuiltProducts.run(
            "deml", ["run", "--batch"], input: "x\n\(query)",
            variables: Machines.environment.changes)
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix(#"{"error":{"code":"requestNotJSON""#) == true)
        #expect(lines.last?.hasPrefix(#"{"status":"accept","outputs":[],"reports":[{"#) == true)
    }
}
