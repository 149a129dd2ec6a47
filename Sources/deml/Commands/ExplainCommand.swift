import ArgumentParser
import CoreCommands
import Interchange
import Terminal

/// `deml explain`: value ranges, saturation and rounding error of every layer.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show per layer where fixed point costs a model accuracy.",
        discussion: """
            For the input and every layer: the range of the values, how many are cut off at \
            ±32768, how many are 0, the largest distance to the same network in floating point, \
            and the largest row sum as a share of what may be loaded.
            """)

    @OptionGroup
    var options: PathOptions

    @Option(help: "Look only at so many samples.")
    var samples = Int.max

    @Flag(help: "Print one JSON object instead of the table.")
    var json = false

    func validate() throws {
        guard options.paths != nil else {
            throw ValidationError("Say --arch, --model and --data.")
        }
        guard samples >= 1 else { throw ValidationError("At least one sample is needed.") }
    }

    func run() throws {
        try options.load(json: json) { (scoring) throws(ToolFailure) in
            let explanation = Explanation(scoring, atMost: samples)
            if json {
                try StandardOutput.writeLine(explanation.json)
            } else {
                try StandardOutput.writeLines(explanation.lines)
            }
        }
    }
}
