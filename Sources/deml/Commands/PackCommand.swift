import ArgumentParser
import CoreCommands
import Interchange
import Terminal
import Verifier

/// `deml pack`: files of the usual formats as blobs, and back.
struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Turn architectures, data and weights into blobs, and back.",
        subcommands: [
            PackArchCommand.self, PackDataCommand.self, PackWeightsCommand.self,
            DescribeCommand.self, ExportCommand.self,
        ])
}

/// Where what is made goes, and how it is told about.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: "The file to write, - for standard output.", completion: .file())
    var output: String

    @Flag(help: "Print one JSON object about it instead of text.")
    var json = false

    /// Writes `bytes`, then says what they are: nothing where they themselves went to standard output.
    func deliver(_ bytes: [UInt8], lines: [String], json object: [UInt8]) throws(ToolFailure) {
        try Files.writeArgument(bytes, to: output)
        if output == "-" { return }
        if json {
            try StandardOutput.writeLine(object)
        } else {
            try StandardOutput.writeLines(lines)
        }
    }

    func deliver(_ blob: PackedBlob) throws(ToolFailure) {
        try deliver(blob.bytes, lines: blob.lines, json: blob.json)
    }
}

extension Architecture {
    init(path: String) throws(ToolFailure) {
        let blob = try Files.readArgument(path)
        self = try Role.architecture.load { () throws(VerifierError) in
            try Architecture(parsing: blob)
        }
    }
}

extension Model {
    /// The base model in a file, if there is one.
    static func base(path: String?, architecture: Architecture) throws(ToolFailure) -> Model? {
        guard let path else { return nil }
        let blob = try Files.readArgument(path)
        return try Role.base.load { () throws(VerifierError) in
            try Model.base(parsing: blob, architecture: architecture)
        }
    }
}

extension DataDType: ExpressibleByArgument {
    /// i8, i16, i32 or u8.
    public init?(argument: String) {
        switch argument {
        case "i8": self = .int8
        case "i16": self = .int16
        case "i32": self = .int32
        case "u8": self = .uint8
        default: return nil
        }
    }
}

extension WeightsDType: ExpressibleByArgument {
    /// i8, i16 or i32.
    public init?(argument: String) {
        // The blobs have one number for a type in both.
        guard let type = DataDType(argument: argument) else { return nil }
        self.init(rawValue: type.rawValue)
    }
}
