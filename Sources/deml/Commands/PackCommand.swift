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

    init() {}
}

/// Where a blob goes, and how it is told about.
struct PackOutput: ParsableArguments {
    @Option(name: .shortAndLong, help: "The file to write.", completion: .file())
    var output: String

    @Flag(help: "Print one JSON object instead of the table.")
    var json = false

    func deliver(_ blob: PackedBlob) throws(ToolFailure) {
        try Files.write(blob.bytes, to: output)
        if json {
            print(String(decoding: blob.json, as: UTF8.self))
        } else {
            for line in blob.lines { print(line) }
        }
    }
}

extension Architecture {
    init(path: String) throws(ToolFailure) {
        let blob = try Files.read(path)
        self = try Role.architecture.load { () throws(VerifierError) in
            try Architecture(parsing: blob)
        }
    }
}

extension Model {
    /// The base model in a file.
    static func base(path: String, architecture: Architecture) throws(ToolFailure) -> Model {
        let blob = try Files.read(path)
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
        switch argument {
        case "i8": self = .int8
        case "i16": self = .int16
        case "i32": self = .int32
        default: return nil
        }
    }
}
