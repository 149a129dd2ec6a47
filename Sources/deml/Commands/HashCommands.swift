import ABI
import ArgumentParser
import CoreCommands
import Terminal

/// `deml keccak`
struct KeccakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keccak", abstract: "Keccak-256 of bytes.",
        discussion: "A request of --batch is {\"data\":\"0x…\"}.")

    @Argument(help: "The bytes, 0x and digits.") var data: String?
    @OptionGroup var option: BatchOption

    func run() throws {
        try option.run(.keccak) {
            .hex(Keccak256.hash(try Arguments.bytes(Arguments.required(data, "data"))).bytes)
        }
    }
}

/// `deml recover`
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: "The address that signed a digest.",
        discussion: """
            A signature is 65 bytes r, s, v with v 0, 1, 27 or 28 and s in the lower half of its \
            range. A request of --batch is {"digest":"0x…","signature":"0x…"}.
            """)

    @Argument(help: "The digest, 32 bytes.") var digest: String?
    @Argument(help: "The signature, 65 bytes.") var signature: String?
    @OptionGroup var option: BatchOption

    func run() throws {
        try option.run(.recover) {
            let digest = try Arguments.bytes(Arguments.required(digest, "digest"))
            let signature = try Arguments.bytes(Arguments.required(signature, "signature"))
            return .text(try Codec.signer(of: digest, signature: signature))
        }
    }
}

/// `deml typed-data`
struct TypedDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "typed-data", abstract: "EIP-712 typed data.", subcommands: [Hash.self])

    /// `deml typed-data hash`
    struct Hash: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The digest that eth_signTypedData_v4 signs.",
            discussion: "A request of --batch is the object itself, on one line.")

        @Argument(help: "A file with the object; standard input when there is none.")
        var file: String?
        @OptionGroup var option: BatchOption

        func run() throws {
            try option.run(.typedDataHash) {
                let object = try Files.readArgument(file ?? "-")
                return .hex(try TypedDataRequest(object).digest.bytes)
            }
        }
    }
}
