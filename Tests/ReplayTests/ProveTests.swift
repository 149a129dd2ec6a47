import ABI
import Foundation
import Marketplace
import Replay
import TestSupport
import Testing
import Vouchers

@Suite struct ProveTests {
    private static let application = Scenario.application

    /// Outputs that the application never makes, in a book of their own.
    private static func book(_ outputs: [[UInt8]]) -> OutputBook {
        OutputBook(outputs: outputs, application: application)
    }

    private static let voucher = Output.voucher(
        destination: application, value: .one, payload: []
    ).encoded
    private static let notice = Output.notice(payload: [1]).encoded

    @Test func provesEveryOutputOfAFixture() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let fixture = try Fixture(path: folder.path)
        let recording = try #require(fixture.recording)
        let outputs = recording.outcomes.flatMap(\.outputs)
        let book = try await OutputBook(replaying: fixture, configuration: Machines.configuration)
        #expect(book.count == UInt64(outputs.count))
        #expect(book.root == recording.root)
        for recorded in outputs {
            let proved = try book.proved(recorded.index)
            #expect(proved.output == recorded.output.encoded)
            #expect(proved.root == recording.root)
            #expect(proved.application == Scenario.application)
        }
        #expect(throws: ProofError.noSuchOutput(index: book.count, count: book.count)) {
            try book.proved(book.count)
        }
    }

    /// An epoch ends where the chain says: an earlier root has proofs of its own.
    @Test func provesUnderAnEarlierRoot() async throws {
        let (folder, scenario) = try await ReplayerTests.recorded()
        let fixture = try Fixture(path: folder.path)
        let whole = try await OutputBook(replaying: fixture, configuration: Machines.configuration)
        var roots: Set<Bytes32> = []
        var inputs: UInt64 = 0
        for line in scenario.lines where line.starts(with: Array(#"{"request_type":"adv"#.utf8)) {
            _ = line
            let book = try await OutputBook(
                replaying: fixture, through: inputs, configuration: Machines.configuration)
            if book.count > 0 {
                #expect(try book.proved(0).output == whole.proved(0).output)
                #expect(try book.proved(book.count - 1).root == book.root)
            }
            roots.insert(book.root)
            inputs += 1
        }
        #expect(roots.contains(whole.root))
        #expect(roots.count > 5)
        await #expect(throws: ProofError.noSuchInput(index: inputs, count: inputs)) {
            try await OutputBook(
                replaying: fixture, through: inputs, configuration: Machines.configuration)
        }
    }

    @Test func doesNotProveWhatWasNotRecorded() async throws {
        let (folder, scenario) = try await ReplayerTests.recorded()
        var lines = try folder.read("expected.jsonl").split(separator: UInt8(ascii: "\n"))
        let line = scenario.places.garbage
        lines[line - 1] = Array(#"{"status":"accept","outputs":[],"reports":[]}"#.utf8)[...]
        try folder.write(lines: lines.map { Array($0) }, to: "expected.jsonl")
        let fixture = try Fixture(path: folder.path)
        await #expect(throws: ProofError.notAsRecorded(line: line)) {
            try await OutputBook(replaying: fixture, configuration: Machines.configuration)
        }
    }

    @Test func aNoticeIsNotExecuted() throws {
        let book = Self.book([Self.notice, Self.voucher])
        let notice = try book.proved(0)
        #expect(throws: ProofError.notExecutable(index: 0)) { try notice.executeCall() }
        #expect(try notice.validateCall().prefix(4) == [0xe8, 0x8d, 0x39, 0xc0])
        #expect(notice.lines.contains { $0.contains("OutputNotExecutable") })
        #expect(String(decoding: notice.json, as: UTF8.self).contains(#""executeOutput":null"#))
        #expect(try book.proved(1).executeCall().prefix(4) == [0x33, 0x13, 0x7b, 0x76])
    }

    @Test func anEmptyBookSaysSo() {
        #expect(throws: ProofError.noOutputs) { try Self.book([]).proved(0) }
    }

    /// What somebody else calls a proof is checked before it is printed.
    @Test func refusesWrongProofs() throws {
        let book = Self.book([Self.notice, Self.voucher])
        let proved = try book.proved(1)
        func check(_ proof: OutputsProof, output: [UInt8] = Self.voucher) throws {
            _ = try ProvedOutput(
                output, proof: proof, root: book.root, count: nil, application: Self.application)
        }
        try check(proved.proof)
        let siblings = proved.proof.siblings
        #expect(throws: ProofError.self) { try check(OutputsProof(index: 0, siblings: siblings)) }
        #expect(throws: ProofError.self) { try check(proved.proof, output: Self.notice) }
        #expect(throws: ProofError.malformed(index: 1, siblings: 62)) {
            try check(OutputsProof(index: 1, siblings: siblings.dropLast()))
        }
        #expect(throws: ProofError.malformed(index: 1 << 63, siblings: 63)) {
            try check(OutputsProof(index: 1 << 63, siblings: siblings))
        }
    }

    @Test(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
    func printsTheProofsThatTheContractsTook() throws {
        let runs = try #require(try Places.vector("cartesi/onchain.json") as? [[String: Any]])
        let run = try #require(runs.first { $0["version"] as? String == "v2" })
        let outputs = try #require(run["outputs"] as? [String])
        let proofs = try #require(run["proofs"] as? [[String]])
        let book = Self.book(outputs.compactMap { Hex.decode(Array($0.utf8)) })
        for (index, siblings) in proofs.enumerated() {
            let proved = try book.proved(UInt64(index))
            let text = try JSONSerialization.jsonObject(with: Data(proved.json))
            let members = try #require(text as? [String: Any])
            #expect(members["siblings"] as? [String] == siblings)
            #expect(members["root"] as? String == run["root"] as? String)
            #expect(members["output"] as? String == outputs[index])
            for (level, sibling) in siblings.enumerated() {
                #expect(
                    proved.lines.contains {
                        $0.hasPrefix("  sibling \(level) ") && $0.hasSuffix(sibling)
                    })
            }
        }
        print("onchain.json v2: \(proofs.count) proofs printed, byte for byte")
    }
}

/// A node whose answers are made here.
@Suite struct NodeOutputsTests {
    private static let outputs = [
        Output.notice(payload: [1]).encoded,
        Output.voucher(destination: Scenario.payout, value: .one, payload: []).encoded,
    ]

    private struct Answers {
        var siblings: [String]
        var root: String
        var count = "2"
        var error: String?

        func answer(_ request: [UInt8]) -> [UInt8] {
            let text = String(decoding: request, as: UTF8.self)
            if let error {
                let member = #"{"code":-32603,"message":"\#(error)"}"#
                return Array(#"{"jsonrpc":"2.0","id":1,"error":\#(member)}"#.utf8)
            }
            let list = siblings.map { "\"\($0)\"" }.joined(separator: ",")
            let result: String
            if text.contains("cartesi_listOutputs") {
                result = #"{"data":[],"pagination":{"total_count":\#(count),"limit":1,"offset":0}}"#
            } else if text.contains("cartesi_getApplication") {
                let address = Scenario.application.checksummed
                result = #"{"data":{"iapplication_address":"\#(address)"}}"#
            } else if text.contains("cartesi_getOutput") {
                let output = Hex.string(NodeOutputsTests.outputs[text.contains("0x1\"") ? 1 : 0])
                result = """
                    {"data":{"epoch_index":"0x0","raw_data":"\(output)",
                    "output_hashes_siblings":\(siblings.isEmpty ? "null" : "[\(list)]")}}
                    """
            } else if text.contains("cartesi_listInputs") {
                result = #"{"data":[{"outputs_hash":null}],"pagination":{"total_count":1}}"#
            } else if text.contains("cartesi_getProcessedInputCount") {
                result = #"{"data":"0x1"}"#
            } else {
                result = #"{"data":{"outputs_hash":"\#(root)"}}"#
            }
            return Array(#"{"jsonrpc":"2.0","id":1,"result":\#(result)}"#.utf8)
        }
    }

    private static let book = OutputBook(outputs: outputs, application: Scenario.application)

    private static func answers(for index: UInt64) throws -> Answers {
        Answers(
            siblings: try book.proved(index).proof.siblings.map { Hex.string($0.bytes) },
            root: Hex.string(book.root.bytes))
    }

    private static func proved(_ index: UInt64, _ answers: Answers) throws -> ProvedOutput {
        try NodeOutputs(application: "deml", post: answers.answer).proved(index)
    }

    @Test(arguments: ["2", "\"0x2\""]) func asksAndChecks(count: String) throws {
        for index in 0..<UInt64(2) {
            var answers = try Self.answers(for: index)
            answers.count = count
            let proved = try Self.proved(index, answers)
            #expect(proved.output == Self.outputs[Int(index)])
            #expect(proved.proof == (try Self.book.proved(index).proof))
            #expect(proved.application == Scenario.application)
        }
    }

    @Test func saysHowManyThereAre() throws {
        let answers = try Self.answers(for: 0)
        #expect(throws: ProofError.noSuchOutput(index: 2, count: 2)) {
            try Self.proved(2, answers)
        }
    }

    @Test func saysWhenTheClaimIsNotComputed() throws {
        var answers = try Self.answers(for: 1)
        answers.siblings = []
        #expect(throws: ProofError.notYetProvable(index: 1)) { try Self.proved(1, answers) }
    }

    @Test func doesNotBelieveTheNode() throws {
        var answers = try Self.answers(for: 0)
        answers.root = Hex.string(Keccak256.hash([]).bytes)
        #expect(throws: ProofError.self) { try Self.proved(0, answers) }
        answers = try Self.answers(for: 1)
        answers.siblings.swapAt(3, 4)
        #expect(throws: ProofError.self) { try Self.proved(1, answers) }
        answers.siblings[3] = "0x12"
        #expect(throws: ProofError.self) { try Self.proved(1, answers) }
    }

    @Test func passesOnWhatTheNodeComplainsAbout() throws {
        var answers = try Self.answers(for: 0)
        answers.error = "Application not found"
        #expect(throws: ProofError.node("Application not found")) { try Self.proved(0, answers) }
    }
}

@Suite struct ProveCommandTests {
    @Test func printsTextJSONAndCalldata() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let recording = try #require(try Fixture(path: folder.path).recording)
        let outputs = recording.outcomes.flatMap(\.outputs)
        let all = try BuiltProducts.run("deml", ["prove", folder.path, "--all", "--json"])
        #expect(all.status == 0, "\(all.error)")
        let lines = all.output.split(separator: "\n")
        #expect(lines.count == outputs.count)
        for (line, recorded) in zip(lines, outputs) {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let members = try #require(object as? [String: Any])
            #expect(members["output"] as? String == Hex.string(recorded.output.encoded))
            #expect(members["root"] as? String == Hex.string(recording.root.bytes))
            let isVoucher = if case .voucher = recorded.output { true } else { false }
            #expect((members["executeOutput"] as? String != nil) == isVoucher)
            let index = "\(recorded.index)"
            let call = try BuiltProducts.run(
                "deml",
                ["prove", folder.path, "--index", index, "--calldata", "executeOutput"])
            #expect(call.status == (isVoucher ? 0 : 1))
            #expect(
                call.output == (members["executeOutput"] as? String).map { $0 + "\n" } ?? "")
        }
        let text = try BuiltProducts.run("deml", ["prove", folder.path, "--index", "0"])
        #expect(text.output.contains("output 0 of \(outputs.count), a notice"))
        #expect(text.output.contains("  sibling 62 "))
    }

    @Test(arguments: [
        (["--index", "999999"], "numbered 0 to"), (["--all", "--through", "999999"], "no input"),
        ([], "Say which outputs"), (["--all", "--node", "http://127.0.0.1:1"], "Name a folder"),
        (["--all", "--json", "--calldata", "executeOutput"], "Choose one"),
        (["--index", "0", "--calldata", "executeOutput"], "OutputNotExecutable"),
    ])
    func saysWhatIsWrong(arguments: [String], reason: String) async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let result = try BuiltProducts.run("deml", ["prove", folder.path] + arguments)
        #expect(result.status != 0)
        #expect(result.output == "")
        #expect(result.error.contains(reason), "\(result.error)")
    }

    @Test func aNodeThatIsNotThereIsAnError() throws {
        let result = try BuiltProducts.run(
            "deml", ["prove", "--node", "http://127.0.0.1:1", "--all"])
        #expect(result.status == 1)
    }
}
