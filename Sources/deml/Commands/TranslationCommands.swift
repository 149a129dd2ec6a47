import ArgumentParser
import Replay
import Terminal

struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Encode a message, notice or voucher from JSON.",
        discussion: """
            Arguments are an object by parameter name: integers as decimal strings or numbers, \
            bytes and addresses as 0x and digits, CIDs as text, tuples as objects.

            Example: deml encode advance '{"jobId":"0"}'
            """)

    @Argument(help: "A name such as commit, or a whole signature.")
    var name: String

    @Argument(help: "The arguments as JSON, or - to read them from standard input.")
    var json: String

    func run() throws {
        let text = try StandardInput.argument(json)
        try StandardOutput.writeLine(try Translation.encode(name, json: Array(text.utf8)))
    }
}

struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Say what a message, notice or voucher is.",
        discussion: """
            Recognises by selector the messages and notices of DeML, the Voucher and Notice \
            wrappers of the contracts, and the token transfers that vouchers call.
            """)

    @Argument(help: "The bytes as hexadecimal digits, or - to read them from standard input.")
    var hex: String

    func run() throws {
        try StandardOutput.writeLine(try Translation.decode(hex: try StandardInput.argument(hex)))
    }
}

struct ABIDocumentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abi-json",
        abstract: "Print the published ABI, docs/deml.abi.json.")

    func run() throws {
        try StandardOutput.write(ABIDocument.json)
    }
}
