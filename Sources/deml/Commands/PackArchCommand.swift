import ABI
import ArgumentParser
import Interchange
import Terminal
import Verifier

/// `deml pack arch`: a description in JSON as an ArchSpec.
struct PackArchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arch",
        abstract: "Turn a description in JSON into an architecture blob.",
        discussion: """
            Example: {"input": [1, 8, 8], "layers": [{"type": "conv2d", "outputs": 8, "kernel": 3, \
            "padding": 1}, "relu", {"type": "maxPool", "kernel": 2}, "flatten", {"type": "dense", \
            "outputs": 10}], "head": "softmax"}

            Layers: dense, conv2d, maxPool, avgPool, globalAvgPool, relu, leakyRelu, sigmoid, \
            tanh, flatten. Heads: softmax, sigmoid, identity.
            """)

    @Argument(
        help: "The description, - for standard input.", completion: .file(extensions: ["json"]))
    var description: String

    @OptionGroup
    var output: OutputOptions

    func run() throws {
        let text = try Files.readArgument(description)
        let architecture = try ArchDescription(parsingJSON: text).encode()
        try output.deliver(PackArchCommand.packed(architecture))
    }

    static func packed(_ architecture: Architecture) -> PackedBlob {
        let id = architecture.id.bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let shapes = architecture.stages.map(\.output.text)
        return PackedBlob(
            bytes: architecture.bytes,
            facts: [
                ["id", "0x" + id.joined()],
                ["parameters", Figures.grouped(architecture.parameterCount)],
                ["work", Figures.grouped(architecture.workPerSample) + " per sample"],
                ["shapes", shapes.joined(separator: " → ")],
            ])
    }
}

/// `deml pack describe`: an ArchSpec as a description in JSON.
struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Print an architecture blob as the JSON that packs to it.")

    @Argument(help: "The architecture, a DMLA blob, - for standard input.", completion: .file())
    var arch: String

    func run() throws {
        let architecture = try Architecture(path: arch)
        try StandardOutput.writeLine(ArchDescription.json(of: architecture))
    }
}
