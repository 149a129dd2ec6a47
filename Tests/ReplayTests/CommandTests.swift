import Foundation
import Replay
import RollupServer
import Testing

@Suite struct CommandTests {
    @Test func replayEndsWithOneWhenAnythingDiffers() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let good = try BuiltProducts.run("deml", ["replay", folder.path])
        #expect(good.status == 0)
        #expect(good.output.contains("as recorded, in process"))
        try folder.write("0x" + String(repeating: "11", count: 32) + "\n", to: "root.txt")
        let bad = try BuiltProducts.run("deml", ["replay", folder.path, "--quiet"])
        #expect(bad.status == 1)
        #expect(bad.output == "")
        #expect(bad.error.contains("outputs root after the last input\n    expected  0x1111"))
    }

    @Test func replayFindsTheApplicationBesideItself() async throws {
        _ = try BuiltProducts.path(of: "RollupApp")
        let (folder, _) = try await ReplayerTests.recorded()
        let result = try BuiltProducts.run("deml", ["replay", folder.path, "--http"])
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("as recorded, over HTTP"))
    }

    @Test func anInterruptEndsTheApplicationToo() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let script = folder.url.appendingPathComponent("app")
        let note = folder.url.appendingPathComponent("pid")
        try folder.write("#!/bin/sh\necho $$ > \(note.path)\nexec sleep 600\n", to: "app")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        let tool = Process()
        tool.executableURL = URL(fileURLWithPath: try BuiltProducts.path(of: "deml"))
        tool.arguments = ["replay", folder.path, "--http", "--app", script.path, "--quiet"]
        try tool.run()
        var application: Int32?
        while application == nil, tool.isRunning {
            try await Task.sleep(for: .milliseconds(10))
            let text = (try? String(contentsOf: note, encoding: .utf8)) ?? ""
            application = text.hasSuffix("\n") ? Int32(text.dropLast()) : nil
        }
        tool.interrupt()
        tool.waitUntilExit()
        #expect(tool.terminationStatus == 130)
        #expect(kill(try #require(application), 0) == -1)
    }

    @Test func replayAsksForARecordingAndWritesOne() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let expected = try folder.read("expected.jsonl")
        for file in ["expected.jsonl", "root.txt"] {
            try FileManager.default.removeItem(at: folder.url.appendingPathComponent(file))
        }
        let without = try BuiltProducts.run("deml", ["replay", folder.path])
        #expect(without.status != 0)
        #expect(without.error.contains("deml replay --record"))
        #expect(try BuiltProducts.run("deml", ["replay", folder.path, "--record"]).status == 0)
        #expect(try folder.read("expected.jsonl") == expected)
    }

    /// A recording is written as any file is: through links and with its mode.
    @Test func aRecordingIsWrittenThroughLinks() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let expected = try folder.read("expected.jsonl")
        try folder.write("", to: "elsewhere")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: "\(folder.path)/elsewhere")
        let link = "\(folder.path)/expected.jsonl"
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "elsewhere")
        #expect(try BuiltProducts.run("deml", ["replay", folder.path, "--record"]).status == 0)
        #expect(try folder.read("elsewhere") == expected)
        let files = FileManager.default
        #expect(try files.destinationOfSymbolicLink(atPath: link) == "elsewhere")
        let mode = try files.attributesOfItem(atPath: "\(folder.path)/elsewhere")[.posixPermissions]
        #expect(mode as? Int == 0o640)
    }

    /// A command that needs something that is not there names the script that brings it.
    @Test func theScriptThatBringsWhatIsMissingIsNamed() throws {
        let folder = try TemporaryFolder()
        let deml = try BuiltProducts.path(of: "deml")
        func error(_ arguments: String) throws -> String {
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", "cd '\(folder.path)' && exec '\(deml)' \(arguments)"]
            shell.environment = ["PATH": folder.path, "DEML_PORTALS": "v2.1"]
            let pipe = Pipe()
            shell.standardError = pipe
            try shell.run()
            let text = String(
                decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(shell.terminationStatus != 0)
            return text
        }
        try folder.write("", to: "inputs.jsonl")
        try folder.write("", to: "expected.jsonl")
        try folder.write("0x" + String(repeating: "00", count: 32) + "\n", to: "root.txt")
        #expect(try error("replay --guest .").contains("Run scripts/guest in the checkout"))
        let files = FileManager.default
        for name in ["scripts/guest-kit", ".build-guest"] {
            try files.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        try folder.write("", to: ".build-guest/RollupApp")
        try folder.write("", to: "scripts/guest-kit/run")
        try files.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/scripts/guest-kit/run")
        for command in ["replay --guest .", "node --guest"] {
            #expect(try error(command).contains("Run scripts/setup qemu-user in the checkout"))
        }
        #expect(try error("node --rollup-port 0").contains("Run scripts/setup util-linux"))
    }

    @Test func replayDoesNotRecordWhatTheStoryDenies() async throws {
        let (folder, scenario) = try await ReplayerTests.recorded()
        let expected = try folder.read("expected.jsonl")
        try folder.write("stale", to: "expected.jsonl")
        try folder.write(
            #"{"title":"t","lines":[{"line":\#(scenario.places.garbage),"expect":"ok"}]}"#,
            to: "story.json")
        let result = try BuiltProducts.run("deml", ["replay", folder.path, "--record"])
        #expect(result.status == 1)
        #expect(result.error.contains("not recorded, because story.json tells otherwise"))
        #expect(try folder.read("expected.jsonl") == Array("stale".utf8))
        #expect(expected != Array("stale".utf8))
    }

    @Test func replayPrintsOneObjectPerFixture() async throws {
        let (folder, scenario) = try await ReplayerTests.recorded()
        let result = try BuiltProducts.run("deml", ["replay", folder.path, "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let members = try #require(object as? [String: Any])
        #expect(members["inputs"] as? Int == scenario.lines.count)
        #expect((members["differences"] as? [Any])?.isEmpty == true)
    }

    @Test func encodesAndDecodes() throws {
        let encoded = try BuiltProducts.run(
            "deml", ["encode", "advance", "-"], input: #"{"jobId":7}"#)
        #expect(
            encoded.output == "0x71d6ddd6" + String(repeating: "0", count: 63) + "7\n")
        let decoded = try BuiltProducts.run("deml", ["decode", "-"], input: encoded.output)
        #expect(
            decoded.output
                == #"{"kind":"message","name":"advance","signature":"advance(uint256)","#
                + #""arguments":{"jobId":"7"}}"# + "\n")
        #expect(try BuiltProducts.run("deml", ["decode", "0x01"]).status == 1)
    }

    /// Where money is real nothing is guessed: the application stops before it asks for an input.
    @Test func theApplicationNeedsToBeToldItsContracts() throws {
        let unset = Machines.environment([:]).changes
        let result = try BuiltProducts.run("RollupApp", [], variables: unset)
        #expect(result.status == 2)
        #expect(
            result.error.contains(
                "DEML_PORTALS: expected v2.0, v2.1, v2.2, v3.0.0-alpha.10 or custom"))
        #expect(result.error.split(separator: "\n").count == 1)
        let run = try BuiltProducts.run("deml", ["run", "--batch"], variables: unset)
        #expect(run.status != 0)
        #expect(run.error.contains("it is not set"))
    }

    /// A recording says what it was made for; what this process is told is for others.
    @Test func aRecordingNamesItsContracts() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let other = Machines.environment(["DEML_PORTALS": "v2.0"]).changes
        for arguments in [["replay", folder.path], ["replay", folder.path, "--http"]] {
            #expect(try BuiltProducts.run("deml", arguments, variables: other).status == 0)
        }
        try FileManager.default.removeItem(
            at: folder.url.appendingPathComponent(MachineEnvironment.file))
        let right = Machines.environment.changes
        // Where nobody says, the portals do.
        let unset = Machines.environment([:]).changes
        #expect(
            try BuiltProducts.run("deml", ["replay", folder.path], variables: unset).status == 0)
        let wrong = try BuiltProducts.run("deml", ["replay", folder.path], variables: other)
        #expect(wrong.status == 1)
        #expect(wrong.error.contains("portalOfAnotherRelease"))
        #expect(
            try BuiltProducts.run("deml", ["replay", folder.path], variables: right).status == 0)
        for (text, line) in [("DEML_PORTALS", 1), ("DEML_PORTALS=v2.1\nPATH=/\n", 2)] {
            try folder.write(text, to: MachineEnvironment.file)
            let broken = try BuiltProducts.run("deml", ["replay", folder.path], variables: right)
            #expect(broken.error.contains("machine.env:\(line): expected NAME=value"))
        }
    }
}
