import Foundation
import Marketplace
import Replay
import Testing

/// The fixtures of the project: every output as recorded, and what their stories tell.
@Suite struct StoryTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("fixtures")

    /// Folders with inputs, in the order of their names.
    static let names: [String] = {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return entries.sorted().filter {
            FileManager.default.fileExists(
                atPath: folder.appendingPathComponent($0).appendingPathComponent("inputs.jsonl")
                    .path
            )
        }
    }()

    private static func replay(_ name: String, on target: some ReplayTarget) async throws {
        let fixture = try Fixture(path: folder.appendingPathComponent(name).path)
        #expect(fixture.recording != nil)
        #expect(fixture.story != nil)
        let run = try await Replayer.run(fixture, on: target, configuration: Configuration())
        #expect(run.differences == [])
    }

    @Test func thereAreStories() {
        #expect(Self.names.contains("breast-cancer"))
        #expect(Self.names.contains("bad-inputs"))
    }

    @Test(arguments: names) func theEngineReproduces(name: String) async throws {
        try await Self.replay(name, on: EngineTarget(configuration: Configuration()))
    }

    @Test(arguments: names) func theApplicationReproducesOverHTTP(name: String) async throws {
        let target = ProcessTarget(
            executable: try BuiltProducts.path(of: "RollupApp"), log: { _ in })
        try await Self.replay(name, on: target)
    }
}
