import ArgumentParser
import Foundation
import Marketplace
import Replay
import RollupServer
import Terminal

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run recorded inputs and compare everything that comes out.",
        discussion: """
            A fixture is a folder with inputs.jsonl; --record adds expected.jsonl and root.txt, \
            which later runs must reproduce to the last byte. The variables of the machine are \
            those of its machine.env, or without one of this process; when neither names the \
            contracts, the portals among the senders do. Ends with status 1 when anything differs.
            """)

    @Argument(help: "Folders of fixtures.", completion: .directory)
    var fixtures: [String]

    @Flag(help: "Run the real application, over a real socket, instead of the engine in-process.")
    var http = false

    @OptionGroup
    var application: ApplicationOptions

    @Flag(help: "Write what comes out as what must come out from now on.")
    var record = false

    @Flag(help: "Print one JSON object for each fixture instead of the table.")
    var json = false

    @Flag(help: "Print only differences.")
    var quiet = false

    func run() async throws {
        let work = Task {
            var differences = 0
            for path in try stories() {
                differences += try await replay(path)
            }
            return differences
        }
        // The application is a process group of its own, so it must be told to go.
        Interruption.handle { work.cancel() }
        let differences: Int
        do {
            differences = try await work.value
        } catch is CancellationError {
            throw ExitCode(130)
        }
        if differences > 0 { throw ExitCode.failure }
    }

    /// The paths that are stories. A pattern such as fixtures/* names other things too, which are
    /// passed over; a single path has to be one.
    private func stories() throws -> [String] {
        guard fixtures.count > 1 else { return fixtures }
        let stories = fixtures.filter { path in
            let isStory = FileManager.default.fileExists(atPath: path + "/inputs.jsonl")
            if !isStory, !quiet {
                StandardError.writeLine("\(path): no inputs.jsonl, passed over")
            }
            return isStory
        }
        guard !stories.isEmpty else {
            throw ValidationError("none of these folders has an inputs.jsonl")
        }
        return stories
    }

    /// Returns the number of differences.
    private func replay(_ path: String) async throws -> Int {
        let fixture = try Fixture(path: path, ignoringRecording: record)
        guard record || fixture.recording != nil else {
            throw ValidationError(
                "\(path) has no expected.jsonl and root.txt to compare with. "
                    + "To write them: deml replay --record \(path)")
        }
        let environment = MachineEnvironment.of(fixture)
        let configuration = try environment.configuration(place: fixture.name)
        var bar = Progress(label: fixture.name, total: fixture.inputs.count)
        let run: ReplayRun
        if http || application.guest {
            let isQuiet = quiet
            let target = ProcessTarget(
                executable: try application.executable, environment: environment
            ) { line in
                // Its last words are part of the error when it fails.
                if !isQuiet { StandardError.writeLine("RollupApp: \(line)") }
            }
            run = try await Replayer.run(fixture, on: target, configuration: configuration) {
                if !quiet { bar.update($0) }
            }
        } else {
            let target = EngineTarget(configuration: configuration)
            run = try await Replayer.run(fixture, on: target, configuration: configuration) {
                if !quiet { bar.update($0) }
            }
        }
        bar.finish()
        try report(run)
        if record { try save(run, to: fixture) }
        return run.differences.count
    }

    private func report(_ run: ReplayRun) throws {
        if json {
            try StandardOutput.writeLine(run.json)
        } else if !quiet {
            let inColour = Terminal.takesColour(.standardOutput)
            try StandardOutput.writeLines(run.chronicle.lines(root: run.root, inColour: inColour))
        }
        let limit = 20
        for difference in run.differences.prefix(limit) {
            StandardError.writeLine("\(run.fixture): \(difference)")
        }
        if run.differences.count > limit {
            StandardError.writeLine(
                "\(run.fixture): and \(run.differences.count - limit) more differences")
        }
        guard !json, !quiet else { return }
        let verdict =
            run.differences.isEmpty
            ? (record ? "" : "as recorded, \(run.target)")
            : "\(run.differences.count) differences, \(run.target)"
        if !verdict.isEmpty { try StandardOutput.writeLine(verdict + "\n") }
    }

    private func save(_ run: ReplayRun, to fixture: Fixture) throws {
        guard run.differencesFromStory.isEmpty else {
            StandardError.writeLine(
                "\(run.fixture): not recorded, because story.json tells otherwise; "
                    + "correct the one that is wrong")
            return
        }
        try fixture.save(run.recording)
        if !quiet, !json { try StandardOutput.writeLine("recorded\n") }
    }
}
