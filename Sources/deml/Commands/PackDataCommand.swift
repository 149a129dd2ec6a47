import ArgumentParser
import CoreCommands
import Interchange
import Terminal
import Verifier

/// `deml pack data`: arrays or a table as a data blob.
struct PackDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Turn NumPy arrays or a CSV table into a data blob.",
        discussion: """
            Exactly one source: --x and --y with .npy files, --npz, or --csv. Labels are classes \
            from 0 on. Numbers are rounded to the blob's type with one power of two for all of x, \
            chosen so that the largest one fits.
            """)

    @Option(help: "The architecture that the data is for.", completion: .file())
    var arch: String

    @Option(help: "Samples, one per row.", completion: .file(extensions: ["npy"]))
    var x: String?

    @Option(help: "Classes or targets.", completion: .file(extensions: ["npy"]))
    var y: String?

    @Option(help: "An archive with both.", completion: .file(extensions: ["npz"]))
    var npz: String?

    @Option(help: "Names of the two arrays in the archive.")
    var arrays = "x,y"

    @Option(help: "A table, with or without titles.", completion: .file(extensions: ["csv"]))
    var csv: String?

    @Option(help: "A column with targets, by title or counted from 0 (default: the last ones).")
    var target: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: "Whether the table's first line is titles (default: when it has a word).")
    var titles: Bool?

    @Option(help: "How samples are stored: i8, i16, i32 or u8.")
    var dtype = DataDType.int32

    @Option(help: "Divide all of x by this.")
    var divideBy = 1.0

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        let sources = [x != nil || y != nil, npz != nil, csv != nil].count { $0 }
        guard sources == 1, (x == nil) == (y == nil) else {
            throw ValidationError("Say either --x and --y, or --npz, or --csv.")
        }
        guard arrays.split(separator: ",").count == 2 else {
            throw ValidationError("--arrays needs two names, such as x,y.")
        }
        guard divideBy.isFinite, divideBy != 0 else {
            throw ValidationError("The divisor must be a number other than 0.")
        }
    }

    func run() throws {
        let architecture = try Architecture(path: arch)
        let packing = try source(architecture)
        try output.deliver(try packing.blob(dtype: dtype, divisor: divideBy))
    }

    private func source(_ architecture: Architecture) throws(ToolFailure) -> DatasetPacking {
        if let csv {
            return try DatasetPacking(
                architecture: architecture,
                table: CSVTable(Files.readArgument(csv), hasTitles: titles),
                targets: target)
        }
        if let npz {
            let archive = try ZipArchive(Files.readArgument(npz))
            let names = arrays.split(separator: ",").map(String.init)
            return try DatasetPacking(
                architecture: architecture, x: archive.array(named: names[0]),
                y: archive.array(named: names[1]))
        }
        guard let x, let y else { throw ToolFailure("request", "There is no source.") }
        return try DatasetPacking(
            architecture: architecture, x: NumPyArray.parse(Files.readArgument(x)),
            y: NumPyArray.parse(Files.readArgument(y)))
    }
}
