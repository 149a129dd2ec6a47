import ArgumentParser
import CoreCommands
import Interchange
import Terminal
import Verifier

/// `deml pack weights`: a safetensors file as a weights blob.
struct PackWeightsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "Turn a safetensors file into a weights blob.",
        discussion: """
            Tensors are found by shape in the order of their names (0.weight, 0.bias, 2.weight …), \
            or in the order of --names. With --base the blob holds the differences, which is what \
            a small type keeps accurate.
            """)

    @Option(help: "The architecture of the model.", completion: .file())
    var arch: String

    @Option(help: "The trained tensors.", completion: .file(extensions: ["safetensors"]))
    var safetensors: String

    @Option(help: "Names of the tensors in the order of the architecture, with commas between.")
    var names = ""

    @Option(help: "Pack the difference to this full i32 model.", completion: .file())
    var base: String?

    @Option(help: "How weights are stored: i8, i16 or i32.")
    var dtype = WeightsDType.int32

    @OptionGroup
    var output: OutputOptions

    func run() throws {
        let architecture = try Architecture(path: arch)
        let baseModel = try Model.base(path: base, architecture: architecture)
        let blob = try WeightsPacking.blob(
            of: SafeTensors(Files.readArgument(safetensors)), architecture: architecture,
            names: names.split(separator: ",").map(String.init), dtype: dtype, base: baseModel)
        try output.deliver(blob)
    }
}

/// `deml pack export`: a model as a safetensors file.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Turn a weights blob into a safetensors file.",
        discussion: """
            Tensors are called LAYER.weight and LAYER.bias, as in a sequence of modules of which \
            activations are some. Float32 keeps 24 bits of each number; --double keeps all.
            """)

    @Option(help: "The architecture of the model.", completion: .file())
    var arch: String

    @Option(help: "The model, a DMLW blob.", completion: .file())
    var model: String

    @Option(help: "The full i32 model that a delta is added to.", completion: .file())
    var base: String?

    @Flag(help: "Write float64 instead of float32.")
    var double = false

    @Option(
        name: .shortAndLong, help: "The file to write, - for standard output.", completion: .file())
    var output: String

    func run() throws {
        let architecture = try Architecture(path: arch)
        let baseModel = try Model.base(path: base, architecture: architecture)
        let blob = try Files.readArgument(model)
        let loaded = try Role.model.load { () throws(VerifierError) in
            try Model(parsing: blob, architecture: architecture, base: baseModel, dtype: nil)
        }
        try Files.writeArgument(
            WeightsPacking.safetensors(of: loaded, architecture: architecture, single: !double),
            to: output)
    }
}
