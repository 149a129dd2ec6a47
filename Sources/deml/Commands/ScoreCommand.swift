import ArgumentParser
import CoreCommands
import Interchange
import Terminal

/// `deml score`: scores a model on a data set, with the same bits as the machine.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score a model on a data set, with the same bits as the machine.",
        discussion: """
            The loss is the exact sum that rewards are paid on, in units of 2^-30. With --batch, \
            each line of standard input is {"arch":…,"base":…,"model":…,"data":…} with paths, or \
            bytes as 0x and digits, and each line out is {"ok":{…}} or {"error":{"code":…,"message":…}}.
            """)

    @OptionGroup
    var options: PathOptions

    @Flag(help: "Print one JSON object instead of the table.")
    var json = false

    @Flag(help: "Score one case per line of standard input.")
    var batch = false

    func validate() throws {
        if batch, !options.isEmpty {
            throw ValidationError("With --batch the paths come from standard input.")
        }
        if !batch, options.paths == nil {
            throw ValidationError("Say --arch, --model and --data, or --batch.")
        }
    }

    func run() throws {
        if batch {
            try BatchOperation.score.serve(read: Files.readArgument)
            return
        }
        try options.load(json: json) { (scoring) throws(ToolFailure) in
            if json {
                try StandardOutput.writeLine(ScoreReport(scoring).json)
            } else {
                try StandardOutput.writeLines(ScoreTable(scoring).lines)
            }
        }
    }
}
