import ABI
import ArgumentParser
import Client
import Marketplace
import Replay
import RollupServer
import Terminal

struct ProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Prove outputs, and print the calls that execute or validate them.",
        discussion: """
            The outputs are those of a folder with inputs.jsonl, a fixture or the state of deml \
            node, which is replayed, or those that a node lists (--node). Every proof is checked \
            before it is printed.

            The calls are for the application contract, which takes them once a claim with the \
            printed outputs root is accepted. A claim is made at the end of an epoch: --through \
            replays no further than the epoch's last input.
            """)

    enum Call: String, ExpressibleByArgument, CaseIterable {
        case executeOutput
        case validateOutput
    }

    @Argument(help: "A folder with inputs.jsonl.", completion: .directory)
    var folder: String?

    @Option(help: "Ask this node instead, as http://127.0.0.1:8080.")
    var node: String?

    @Option(help: "The application's name or address at the node.")
    var application = "deml"

    @Option(help: "An output, counted from 0 over all inputs; may be given several times.")
    var index: [UInt64] = []

    @Flag(help: "Every output.")
    var all = false

    @Option(help: "Replay only up to this input, counted from 0.")
    var through: UInt64?

    @Flag(help: "Print one JSON object for each output.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Print nothing but the calldata: executeOutput or validateOutput.", valueName: "call"))
    var calldata: Call?

    func validate() throws {
        guard (folder == nil) != (node == nil) else {
            throw ValidationError("Name a folder, or a node with --node.")
        }
        guard all != !index.isEmpty else {
            throw ValidationError("Say which outputs: --index N, or --all.")
        }
        guard calldata == nil || !json else {
            throw ValidationError("Choose one of --json and --calldata.")
        }
        guard through == nil || node == nil else {
            throw ValidationError("--through is for a folder: a node proves by its own epochs.")
        }
    }

    func run() async throws {
        if let folder {
            let fixture = try Fixture(path: folder)
            let book = try await OutputBook(
                replaying: fixture, through: through,
                configuration: try MachineEnvironment.of(fixture)
                    .configuration(place: fixture.name))
            let wanted = all ? Array(0..<book.count) : index
            for number in wanted { try show(try book.proved(number)) }
        } else if let node {
            let post = try JSONPost(node)
            let outputs = NodeOutputs(application: application, post: { try post.send($0) })
            let wanted = all ? Array(0..<(try outputs.count())) : index
            for number in wanted { try show(try outputs.proved(number)) }
        }
    }

    private func show(_ output: ProvedOutput) throws {
        if json {
            try StandardOutput.writeLine(output.json)
            return
        }
        switch calldata {
        case .executeOutput?:
            try StandardOutput.writeLine(Hex.string(try output.executeCall()))
        case .validateOutput?:
            try StandardOutput.writeLine(Hex.string(try output.validateCall()))
        case nil:
            try StandardOutput.writeLines(output.lines)
        }
    }
}
