import ABI
import Archive
import ArgumentParser
import Client
import Content
import CoreCommands
import JSON
import Terminal

/// `deml car`: blocks in files.
struct CARCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "car",
        abstract: "Pack, list, verify and unpack CAR files (version 1).",
        subcommands: [Pack.self, List.self, Verify.self, Unpack.self])

    /// `deml car pack FILE --output CAR`.
    struct Pack: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cut a file into blocks and pack them, the root as the header's.")

        @Argument(help: "The file, - for standard input.")
        var file: String

        @OptionGroup
        var output: OutputOptions

        @Option(help: "\(ProfileName.allCases.map(\.rawValue).joined(separator: ", ")).")
        var profile: ProfileName = .unixfsV1_2025

        func run() throws {
            let blocks = profile.blocks(of: try Files.readArgument(file))
            guard let root = blocks.last?.cid else { return }
            guard blocks.allSatisfy({ $0.bytes.count <= Block.sizeLimit }) else {
                throw ToolFailure(
                    "blockTooLarge", "as one raw block the file exceeds 2 MiB; choose a profile")
            }
            let car = CARWriter.encode(roots: [root], blocks: blocks)
            var writer = JSONWriter()
            writer.beginObject()
            writer.string("root", root.text)
            writer.number("blocks", UInt64(blocks.count))
            writer.number("size", UInt64(car.count))
            writer.endObject()
            try output.deliver(car, lines: [root.text], json: writer.bytes)
        }
    }

    /// `deml car list CAR`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the blocks of a CAR file, each verified.")

        @OptionGroup
        var car: CAROptions

        func run() throws {
            let summary = try car.summary
            if car.json {
                try StandardOutput.writeLine(summary.json(listing: true))
                return
            }
            for root in summary.roots { try StandardOutput.writeLine("root  \(root)") }
            for entry in summary.entries {
                let remark = entry.isVerified ? "" : "  not verified: another hash function"
                try StandardOutput.writeLine("\(entry.name)  \(entry.size)\(remark)")
            }
        }
    }

    /// `deml car verify CAR`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hash every block of a CAR file.",
            discussion: "Fails also when a block is over a hash function that DeML does not take.")

        @OptionGroup
        var car: CAROptions

        func run() throws {
            let summary = try car.summary
            if car.json {
                try StandardOutput.writeLine(summary.json(listing: false))
            } else {
                try StandardOutput.writeLine(
                    "\(summary.verified) of \(summary.entries.count) blocks verified")
            }
            if summary.verified < summary.entries.count { throw ExitCode.failure }
        }
    }

    /// `deml car unpack CAR --output FILE`.
    struct Unpack: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put the file of a CAR file together again.")

        @Argument(help: "The CAR file, - for standard input.")
        var file: String

        @OptionGroup
        var output: OutputOptions

        @Option(help: "The root; by default the only one in the header.")
        var root: String?

        func run() throws {
            let source = try FileSource(car: try Files.readArgument(file), root: root)
            let content = source.file
            var writer = JSONWriter()
            writer.beginObject()
            writer.string("root", source.root.text)
            writer.number("size", UInt64(content.count))
            writer.hex("sha256", SHA256.hash(content).bytes)
            writer.endObject()
            try output.deliver(
                content, lines: ["\(source.root.text)  \(content.count)"], json: writer.bytes)
        }
    }
}

/// A CAR file that is looked at.
struct CAROptions: ParsableArguments {
    @Argument(help: "The CAR file, - for standard input.")
    var file: String

    @Flag(help: "JSON.")
    var json = false

    var summary: CARSummary {
        get throws {
            let bytes = try Files.readArgument(file)
            do throws(CARError) {
                return try CARSummary(bytes)
            } catch {
                throw ToolFailure(error, in: file)
            }
        }
    }
}
