import ABI
import ArgumentParser
import CoreCommands
import Terminal

/// `--batch`, which all of these commands have.
struct BatchOption: ParsableArguments {
    @Flag(help: "Read one JSON object per line from standard input and answer each with one line.")
    var batch = false

    /// Answers standard input with `operation`, or prints the one result of `body`.
    func run(
        _ operation: BatchOperation, else body: () throws -> BatchResult
    ) throws {
        if batch {
            try operation.serve()
            return
        }
        try StandardOutput.writeLine(try body().line)
    }
}

/// Words of the command line, turned into what the operations take.
enum Arguments {
    /// The word called `name`, from standard input where it is `-`.
    static func required(_ value: String?, _ name: String) throws -> String {
        guard let value else {
            throw ValidationError("Missing <\(name)>; or use --batch.")
        }
        return try StandardInput.argument(value)
    }

    static func address(_ text: String) throws -> Address {
        guard let address = Address(hex: text) else {
            throw ValidationError("expected 0x and 40 hexadecimal digits")
        }
        return address
    }

    static func bytes(_ text: String) throws(ToolFailure) -> [UInt8] {
        let ascii = Array(text.utf8)
        guard ascii.starts(with: Array("0x".utf8)), let bytes = Hex.decode(ascii) else {
            throw ToolFailure(
                "notHex",
                "expected 0x and an even number of digits, found \"\(text.shortened)\"")
        }
        return bytes
    }

    /// The members of the tuple that `text` spells; `()` for none.
    static func parameters(_ text: String) throws(ToolFailure) -> [ABIParameter] {
        if text == "()" { return [] }
        guard case .tuple(let parameters) = try Codec.type(text) else {
            throw ToolFailure(
                "typeMismatch",
                "expected types in parentheses, as in (uint256,bytes), found \"\(text.shortened)\"")
        }
        return parameters
    }
}
