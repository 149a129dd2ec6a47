import ABI
import ArgumentParser
import CoreCommands

/// `deml abi`
struct ABICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abi", abstract: "Encode and decode values of the Solidity ABI.",
        subcommands: [Encode.self, Decode.self, Selector.self])

    /// `deml abi encode`
    struct Encode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Encode values: deml abi encode '(uint256,bytes[])' '[\"7\",[\"0x01\"]]'",
            discussion: """
                A request of --batch is {"types":["uint256"],"values":["7"]}, with "packed":true \
                for abi.encodePacked. Integers are decimal strings or numbers, bytes and addresses \
                0x and digits, tuples and arrays are arrays.
                """)

        @Argument(help: "The types, in parentheses.") var types: String?
        @Argument(help: "The values, a JSON array.") var values: String?
        @Flag(help: "Encode as abi.encodePacked does.") var packed = false
        @OptionGroup var option: BatchOption

        func run() throws {
            try option.run(.abiEncode) {
                let parameters = try Arguments.parameters(Arguments.required(types, "types"))
                let values = Array(try Arguments.required(values, "values").utf8)
                return .hex(try Codec.encode(ValueReader(values), as: parameters, packed: packed))
            }
        }
    }

    /// `deml abi decode`
    struct Decode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decode the canonical encoding of values, and refuse any other.",
            discussion: "A request of --batch is {\"types\":[\"uint256\"],\"data\":\"0x…\"}.")

        @Argument(help: "The types, in parentheses.") var types: String?
        @Argument(help: "The encoding, 0x and digits.") var data: String?
        @OptionGroup var option: BatchOption

        func run() throws {
            try option.run(.abiDecode) {
                let parameters = try Arguments.parameters(Arguments.required(types, "types"))
                let data = try Arguments.bytes(Arguments.required(data, "data"))
                return .values(try Codec.decode(data, as: parameters), parameters)
            }
        }
    }

    /// `deml abi selector`
    struct Selector: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The four bytes that select a function: deml abi selector 'f(uint256 x)'",
            discussion: "A request of --batch is {\"signature\":\"f(uint256)\"}.")

        @Argument(help: "The signature, as in Solidity.") var signature: String?
        @OptionGroup var option: BatchOption

        func run() throws {
            try option.run(.abiSelector) {
                .hex(try Codec.selector(of: Arguments.required(signature, "signature")))
            }
        }
    }
}
