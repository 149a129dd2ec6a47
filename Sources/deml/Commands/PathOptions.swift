import ArgumentParser
import CoreCommands
import Interchange
import Terminal

/// The blobs of one evaluation as options of a command.
struct PathOptions: ParsableArguments {
    @Option(help: "The architecture, a DMLA blob.", completion: .file())
    var arch: String?

    @Option(
        help: "The model to beat, a full i32 DMLW blob; deltas are added to it.",
        completion: .file())
    var base: String?

    @Option(help: "The model, a DMLW blob.", completion: .file())
    var model: String?

    @Option(help: "The data to be judged on, a DMLD blob.", completion: .file())
    var data: String?

    var isEmpty: Bool { arch == nil && base == nil && model == nil && data == nil }

    /// Nil unless all but the base are there.
    var paths: ScoringPaths? {
        guard let arch, let model, let data else { return nil }
        return ScoringPaths(arch: arch, base: base, model: model, data: data)
    }

    /// Loads the blobs for `body`. Where JSON was asked for, a refusal is an object too.
    func load(json: Bool, _ body: (ScoringCase) throws(ToolFailure) -> Void) throws {
        guard let paths else { return }
        do throws(ToolFailure) {
            try body(ScoringCase(paths, read: Files.readArgument))
        } catch {
            guard json else { throw error }
            try StandardOutput.writeLine(error.json)
            throw ExitCode.failure
        }
    }
}
