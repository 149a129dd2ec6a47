import Foundation
import Replay
import Testing

@Suite struct FixtureTests {
    private func error(_ files: [String: String]) throws -> FixtureError? {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text, to: name) }
        return #expect(throws: FixtureError.self) { try Fixture(path: folder.path) }
    }

    private static let empty = #"{"status":"accept","outputs":[],"reports":[]}"#
    private static let root = "0x" + String(repeating: "0a", count: 32) + "\n"

    @Test func namesAFolderThatIsNotThere() {
        let error = #expect(throws: FixtureError.self) { try Fixture(path: "/nonexistent") }
        #expect(error?.description.contains("/nonexistent: there is no such folder") == true)
    }

    @Test func needsInputs() throws {
        #expect(try error([:])?.problem == "the file is missing")
    }

    @Test func refusesAnEmptyLine() throws {
        let found = try error(["inputs.jsonl": "{}\n\n{}\n"])
        #expect(found?.line == 2)
        #expect(found?.problem == "the line is empty")
    }

    @Test func refusesHalfARecording() throws {
        #expect(
            try error(["inputs.jsonl": "{}\n", "expected.jsonl": Self.empty])?.file
                .hasSuffix("root.txt") == true)
        #expect(
            try error(["inputs.jsonl": "{}\n", "root.txt": Self.root])?.file
                .hasSuffix("expected.jsonl") == true)
    }

    @Test func refusesARecordingOfAnotherLength() throws {
        let found = try error([
            "inputs.jsonl": "{}\n{}\n", "expected.jsonl": Self.empty + "\n", "root.txt": Self.root,
        ])
        #expect(found?.problem == "expected 2 lines, as in inputs.jsonl, found 1")
    }

    @Test(arguments: ["", "0x00\n", root.uppercased(), String(root.dropLast()), root + "\n"])
    func refusesAnotherFormOfRoot(text: String) throws {
        let found = try error([
            "inputs.jsonl": "{}\n", "expected.jsonl": Self.empty + "\n", "root.txt": text,
        ])
        #expect(found?.file.hasSuffix("root.txt") == true)
    }

    @Test(arguments: [
        (#"{"status":"accept","outputs":[],"reports":[]"#, "unexpectedEnd"),
        (#"{"status":"perhaps","outputs":[],"reports":[]}"#, "from byte 11 on"),
        (#"{"status":"accept","outputs":[]}"#, "from byte 31 on"),
        (#"{"status":"accept","outputs":[],"reports":[{"payload":"0xAB"}]}"#, "from byte 57 on"),
        (#"{"status":"accept","outputs":[{"type":"notice","payload":"0x"}],"reports":[]}"#, "from"),
        (
            #"{"status":"accept","outputs":[{"type":"voucher","index":0,"destination":"0x","#
                + #""value":"0x","payload":"0x"}],"reports":[]}"#, "from"
        ),
    ])
    func namesTheLineThatIsNoRecording(line: String, reason: String) throws {
        let found = try error([
            "inputs.jsonl": "{}\n{}\n", "expected.jsonl": "\(Self.empty)\n\(line)\n",
            "root.txt": Self.root,
        ])
        #expect(found?.line == 2)
        #expect(found?.problem.contains(reason) == true, "\(found?.problem ?? "")")
    }

    @Test func aBrokenRecordingCanBeReplaced() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}\n", to: "inputs.jsonl")
        try folder.write("broken", to: "expected.jsonl")
        #expect(try Fixture(path: folder.path, ignoringRecording: true).recording == nil)
    }

    @Test func refusesAStoryOfLinesThatAreNotThere() throws {
        let found = try error([
            "inputs.jsonl": "{}\n", "story.json": #"{"title":"t","lines":[{"line":2}]}"#,
        ])
        #expect(found?.problem == "tells of line 2, but there are 1 inputs")
    }

    @Test func refusesAStoryWithAWrongAddress() throws {
        let found = try error([
            "inputs.jsonl": "{}\n", "story.json": #"{"title":"t","actors":{"0x12":"Bob"}}"#,
        ])
        #expect(found?.problem == #"expected an address, found "0x12""#)
    }
}
