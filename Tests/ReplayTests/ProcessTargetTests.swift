import CoreCommands
import Foundation
import Marketplace
import Replay
import Synchronization
import Testing

@Suite struct ProcessTargetTests {
    @Test func theRealApplicationAgreesWithTheEngineInProcess() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let fixture = try Fixture(path: folder.path)
        let target = ProcessTarget(
            executable: try BuiltProducts.path(of: "RollupApp"),
            environment: Machines.environment, log: { _ in })
        let run = try await Replayer.run(fixture, on: target, configuration: Machines.configuration)
        #expect(run.differences == [])
        #expect(run.recording == fixture.recording)
    }

    @Test func findsADifferenceOverHTTP() async throws {
        let (folder, scenario) = try await ReplayerTests.recorded()
        let fixture = try Fixture(path: folder.path)
        var recording = try #require(fixture.recording)
        let line = scenario.places.garbage
        recording.outcomes[line - 1].reports[0][20] ^= 1
        try fixture.save(recording)
        let target = ProcessTarget(
            executable: try BuiltProducts.path(of: "RollupApp"),
            environment: Machines.environment, log: { _ in })
        let run = try await Replayer.run(
            try Fixture(path: folder.path), on: target, configuration: Machines.configuration)
        #expect(run.differences.map(\.line) == [line])
        #expect(run.differences.first?.subject == "reports[0], from byte 20 on")
    }

    @Test func saysWhyTheApplicationIsGone() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let script = folder.url.appendingPathComponent("app")
        try folder.write("#!/bin/sh\necho out of luck >&2\nexit 7\n", to: "app")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        let lines = Mutex<[String]>([])
        let target = ProcessTarget(
            executable: script.path, log: { line in lines.withLock { $0.append(line) } })
        let error = await #expect(throws: ToolFailure.self) {
            try await Replayer.run(
                try Fixture(path: folder.path), on: target, configuration: Machines.configuration)
        }
        #expect(
            error?.message
                == "line 1: the application exited with status 7; its last words:\n    out of luck")
        #expect(lines.withLock { $0 } == ["out of luck"])
    }

    @Test func cancellingEndsTheApplication() async throws {
        let (folder, _) = try await ReplayerTests.recorded()
        let fixture = try Fixture(path: folder.path)
        let script = folder.url.appendingPathComponent("app")
        try folder.write("#!/bin/sh\necho $$ >&2\nexec sleep 600\n", to: "app")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        let (started, starting) = AsyncStream<Int32>.makeStream()
        let target = ProcessTarget(executable: script.path) { starting.yield(Int32($0) ?? 0) }
        let work = Task {
            try await Replayer.run(fixture, on: target, configuration: Machines.configuration)
        }
        var processes = started.makeAsyncIterator()
        let process = try #require(await processes.next())
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(kill(process, 0) == -1)
    }
}
