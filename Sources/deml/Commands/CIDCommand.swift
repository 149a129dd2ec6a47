import ABI
import ArgumentParser
import Client
import Content
import CoreCommands
import JSON
import Terminal

/// `deml cid`: what a file is called, and what a CID says.
struct CIDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cid",
        abstract: "Print the CID of a file, or explain a CID.",
        discussion: """
            The profiles give the CIDs that Kubo prints with the profiles of IPIP-499; raw is one \
            block of any size.

            With --batch, standard input has one request a line: {"cid":"…"} or \
            {"data":"0x…","profile":"raw"}, and standard output an answer to each.
            """)

    @Argument(help: "Files, - for standard input; with --explain, CIDs.")
    var names: [String] = []

    @Option(help: "\(ProfileName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var profile: ProfileName = .raw

    @Flag(help: "The arguments are CIDs, in text or as 0x and binary: say what they are.")
    var explain = false

    @Flag(help: "JSON, one object a line.")
    var json = false

    @Flag(help: "Answer requests line by line.")
    var batch = false

    func validate() throws {
        if batch != names.isEmpty {
            throw ValidationError(batch ? "--batch takes no arguments." : "Name a file or a CID.")
        }
    }

    func run() throws {
        if batch {
            try BatchOperation.cid.serve()
            return
        }
        for name in names {
            if explain {
                let text = Array(try StandardInput.argument(name).utf8)
                try StandardOutput.writeLine(try describe(try CID(request: text)))
            } else {
                try StandardOutput.writeLine(
                    try describe(try Files.readArgument(name), named: name))
            }
        }
    }

    private func describe(_ cid: CID) throws -> [UInt8] {
        var writer = JSONWriter()
        if json {
            writer.beginObject()
            writer.members(of: cid)
            writer.endObject()
            return writer.bytes
        }
        let hash: String
        switch cid.multihash {
        case .sha256(let digest): hash = "sha2-256 \(digest.bytes.hexadecimal)"
        case .identity(let bytes): hash = "identity \(bytes.hexadecimal)"
        }
        return Array(
            "\(cid.text)  v\(cid.version.rawValue) \(cid.codecName) \(hash)".utf8)
    }

    private func describe(_ file: [UInt8], named name: String) throws -> [UInt8] {
        let blocks = profile.blocks(of: file)
        guard let root = blocks.last?.cid else { return [] }
        guard json else { return Array("\(root.text)  \(name)".utf8) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.string("file", name)
        writer.string("cid", root.text)
        writer.string("profile", profile.rawValue)
        writer.number("size", UInt64(file.count))
        writer.hex("sha256", SHA256.hash(file).bytes)
        writer.number("blocks", UInt64(blocks.count))
        writer.endObject()
        return writer.bytes
    }
}
