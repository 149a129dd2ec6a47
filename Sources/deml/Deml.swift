import ArgumentParser
import Terminal

/// The command-line tool around the back-end.
struct Deml: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deml",
        abstract: "Tools for DeML, the marketplace for model improvements.",
        subcommands: [
            NodeCommand.self, ReplayCommand.self, RunCommand.self, ProveCommand.self,
            EncodeCommand.self,
            DecodeCommand.self, ABIDocumentCommand.self, ABICommand.self, KeccakCommand.self,
            RecoverCommand.self, TypedDataCommand.self, ScoreCommand.self, CIDCommand.self,
            CARCommand.self, UploadCommand.self, ExplainCommand.self,
            PackCommand.self, PortalsCommand.self, DeployCommand.self,
        ])
}

@main
enum Program {
    static func main() async {
        Terminal.prepare()
        await Deml.main()
    }
}
