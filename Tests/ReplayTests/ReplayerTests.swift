import ABI
import Foundation
import Marketplace
import Replay
import RollupServer
import TestSupport
import Testing
import Vouchers

@Suite struct ReplayerTests {
    static let target = EngineTarget(configuration: Machines.configuration)

    static func run(_ folder: TemporaryFolder) async throws -> ReplayRun {
        try await run(try Fixture(path: folder.path))
    }

    static func run(_ fixture: Fixture) async throws -> ReplayRun {
        try await Replayer.run(fixture, on: target, configuration: Machines.configuration)
    }

    /// The scenario with its recording.
    static func recorded() async throws -> (TemporaryFolder, Scenario) {
        let folder = try TemporaryFolder()
        let scenario = try Scenario()
        try folder.write(lines: scenario.lines, to: "inputs.jsonl")
        try folder.write(Machines.environment.text, to: MachineEnvironment.file)
        let fixture = try Fixture(path: folder.path)
        #expect(fixture.recording == nil)
        try fixture.save(try await run(fixture).recording)
        return (folder, scenario)
    }

    @Test func reproducesWhatItRecorded() async throws {
        let (folder, scenario) = try await Self.recorded()
        let run = try await Self.run(folder)
        #expect(run.differences == [])
        #expect(run.outcomes.count == scenario.lines.count)
        #expect(run.outcomes.map(\.status).allSatisfy { $0 == .accept })
        // One reward and one withdrawal.
        #expect(run.recording.vouchers.count == 2)
        #expect(run.outcomes[scenario.places.garbage - 1].reports.count == 1)
    }

    @Test func numbersOutputsWithoutGaps() async throws {
        let (folder, _) = try await Self.recorded()
        let indices = try await Self.run(folder).outcomes.flatMap { $0.outputs.map(\.index) }
        #expect(indices == Array(0..<UInt64(indices.count)))
    }

    @Test func findsEveryFlippedBitOfTheRecording() async throws {
        let (folder, _) = try await Self.recorded()
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        for file in ["expected.jsonl", "root.txt"] {
            let good = try folder.read(file)
            for _ in 0..<40 {
                var bad = good
                let position = Int.random(in: 0..<bad.count, using: &generator)
                bad[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                try folder.write(bad, to: file)
                let isFound: Bool
                do {
                    isFound = try await !Self.run(folder).differencesFromRecording.isEmpty
                } catch is FixtureError {
                    isFound = true
                }
                #expect(isFound, "byte \(position) of \(file), seed: \(seed)")
            }
            try folder.write(good, to: file)
        }
    }

    @Test func namesTheLineTheArgumentAndBothValues() async throws {
        let (folder, scenario) = try await Self.recorded()
        let line = scenario.places.accepted
        var fixture = try Fixture(path: folder.path)
        var recording = try #require(fixture.recording)
        for (index, recorded) in recording.outcomes[line - 1].outputs.enumerated() {
            guard case .notice(let payload) = recorded.output,
                let call = DecodedCall(payload), call.name == "SubmissionScored"
            else { continue }
            var arguments = call.arguments
            arguments[5] = .uint(12_345)
            recording.outcomes[line - 1].outputs[index].output = .notice(
                payload: try call.function.encode(arguments))
        }
        try fixture.save(recording)
        fixture = try Fixture(path: folder.path)
        let difference = try #require(try await Self.run(fixture).differences.first)
        #expect(difference.line == line)
        #expect(difference.subject.hasSuffix("payload: SubmissionScored.loss"))
        #expect(difference.expected == "\"12345\"")
        #expect(difference.description.contains("line \(line): outputs["))
    }

    @Test func reportsAnotherRootWhenOnlyTheRootDiffers() async throws {
        let (folder, _) = try await Self.recorded()
        let root = Hex.string(Bytes32.zero.bytes)
        try folder.write(root + "\n", to: "root.txt")
        let run = try await Self.run(folder)
        #expect(run.differences.count == 1)
        #expect(run.differences.first?.line == nil)
        #expect(run.differences.first?.expected == root)
        #expect(run.differences.first?.found == Hex.string(run.root.bytes))
    }

    @Test func rootIsThatOfNoOutputsBeforeThereAreAny() async throws {
        let folder = try TemporaryFolder()
        try folder.write(lines: [], to: "inputs.jsonl")
        #expect(
            Hex.string(try await Self.run(folder).root.bytes)
                == "0x0a162946e56158bac0673e6dd3bdfdc1e4a0e7744a120fdb640050c8d7abe1c6")
    }

    @Test func anUndecodableRequestIsReportedAndGoesOn() async throws {
        let folder = try TemporaryFolder()
        let query = #"{"request_type":"inspect_state","data":{"payload":"0x61"}}"#
        try folder.write("{\n\(query)\n", to: "inputs.jsonl")
        let outcomes = try await Self.run(folder).outcomes
        #expect(outcomes.count == 2)
        #expect(
            outcomes[0].reports.map { String(decoding: $0, as: UTF8.self) }[0]
                .contains("requestNotJSON"))
    }

    @Test func comparesWithWhatTheStoryTells() async throws {
        let (folder, scenario) = try await Self.recorded()
        let places = scenario.places
        try folder.write(
            """
            {"title":"a tiny job","actors":{"\(Scenario.alice.checksummed)":"Alice"},"lines":[
            {"line":\(places.accepted),"note":"Alice improves","expect":"ok","accepted":true},
            {"line":\(places.notBetter),"expect":"ok","accepted":true},
            {"line":\(places.garbage),"note":"noise","expect":"malformedMessage"},
            {"line":\(places.settlement),"expect":"wrongPhase","loss":"7"}]}
            """, to: "story.json")
        let run = try await Self.run(folder)
        #expect(run.differencesFromRecording == [])
        #expect(
            run.differencesFromStory.map(\.line)
                == [places.notBetter, places.garbage, places.settlement])
        #expect(run.differencesFromStory.map(\.found) == ["false", "unknownMessage", "none"])
        #expect(run.differencesFromStory[1].subject == "story: refusal (noise)")
    }

    /// A story that says what is left foretells every notice about money, and every voucher.
    @Test func comparesEveryFigureOfAStoryWithAnEnd() async throws {
        let (folder, scenario) = try await Self.recorded()
        let line = scenario.places.accepted
        let alice = Hex.string(Scenario.alice.bytes)
        let reward =
            #"{"name":"RewardIssued","jobId":"0","client":"\#(alice)","#
            + #""token":"0x0000000000000000000000000000000000000000","amount":"100000000000000000"}"#
        let voucher =
            #"{"destination":"\#(Hex.string(Scenario.payout.bytes))","#
            + #""value":"100000000000000000","payload":"0x"}"#
        func found(notices: String, vouchers: String, end: String) async throws -> [String] {
            try folder.write(
                """
                {"title":"t","actors":{"\(alice)":"Alice"}\(end),"lines":[
                {"line":\(line),"notices":[\(notices)],"vouchers":[\(vouchers)]}]}
                """, to: "story.json")
            return try await Self.run(folder).differencesFromStory.map {
                "\($0.expected.prefix(22)) | \($0.found.prefix(22))"
            }
        }
        #expect(try await found(notices: reward, vouchers: voucher, end: "") == [])
        let wrong = reward.replacingOccurrences(of: "1000", with: "1001")
        #expect(
            try await found(notices: wrong, vouchers: voucher, end: "")
                == ["RewardIssued(amount: 1 | not stated"])
        let score = "not foretold | SubmissionScored(accep"
        let burned = try await Self.scoringPrice(folder)
        func end(_ balance: String, _ escrow: String, _ burned: String) -> String {
            #","final":{"balances":[{"account":"\#(alice)","asset":"0x"#
                + #"0000000000000000000000000000000000000000","amount":"\#(balance)"}],"totals":["#
                + #"{"asset":"0x0000000000000000000000000000000000000000","#
                + #""deposited":"10010000000000000000","vouchered":"101000000000000000","#
                + #""escrow":"\#(escrow)","burned":"\#(burned)"}]}"#
        }
        #expect(
            try await found(
                notices: reward, vouchers: voucher, end: end("4000000000000000", "0", burned))
                == [score])
        #expect(
            try await found(
                notices: reward, vouchers: "", end: end("4000000000000001", "1", "2"))
                == [
                    score, "not foretold | voucher to 0x222222222", "1 | 0", "2 | \(burned)",
                    "4000000000000001 of 0x | 4000000000000000 of 0x",
                ])
    }
}

extension ReplayerTests {
    /// What nobody gets of the only job of a run: there is no receiver of rent.
    fileprivate static func scoringPrice(_ folder: TemporaryFolder) async throws -> String {
        let outputs = try await run(folder).outcomes.flatMap(\.outputs)
        let paid = outputs.lazy.compactMap { recorded -> DecodedCall? in
            guard case .notice(let payload) = recorded.output else { return nil }
            return DecodedCall(payload)
        }.first { $0.name == "RentPaid" }
        return try #require(paid).number("scoring").description
    }
}

extension Fixture.Recording {
    fileprivate var vouchers: [UInt64] {
        outcomes.flatMap { outcome in
            outcome.outputs.compactMap { recorded in
                if case .voucher = recorded.output { return recorded.index }
                return nil
            }
        }
    }
}
