import ABI
import Content
import JSON

/// Values of the Solidity ABI as JSON.
///
/// Arguments and tuples are objects by parameter name. Integers are decimal strings, because most
/// JSON libraries cannot hold them as numbers; bytes and addresses are `0x` and digits, addresses
/// with their checksum; arguments that hold a CID are its text. Reading also takes JSON numbers,
/// hexadecimal CIDs and tuples as arrays.
public enum ABIJSON {
    /// Writes `values`, which are of the types of `parameters`, as an object.
    static func write(
        _ values: [ABIValue], as parameters: [ABIParameter], to writer: inout JSONWriter
    ) {
        writer.beginObject()
        for (parameter, value) in zip(parameters, values) {
            writer.key(text: parameter.name)
            write(value, as: parameter, to: &writer)
        }
        writer.endObject()
    }

    private static func write(
        _ value: ABIValue, as parameter: ABIParameter, to writer: inout JSONWriter
    ) {
        switch (parameter.type, value) {
        case (.int, .number(let number)): writer.string(number.signedDescription)
        case (_, .number(let number)): writer.string(number.description)
        case (_, .bool(let flag)): writer.bool(flag)
        case (_, .address(let address)): writer.string(address.checksummed)
        case (_, .fixedBytes(let bytes)): writer.hex(bytes)
        case (_, .bytes(let bytes)):
            if let text = cidText(bytes, of: parameter) {
                writer.string(text)
            } else {
                writer.hex(bytes)
            }
        case (_, .string(let text)): writer.string(text)
        case (.array(let element), .array(let values)),
            (.fixedArray(let element, _), .array(let values)):
            writer.beginArray()
            for value in values {
                write(value, as: ABIParameter(parameter.name, element), to: &writer)
            }
            writer.endArray()
        case (.tuple(let members), .tuple(let values)):
            write(values, as: members, to: &writer)
        case (_, .array), (_, .tuple): writer.null()
        }
    }

    static func holdsCID(_ parameter: ABIParameter) -> Bool {
        parameter.name.lowercased().hasSuffix("cid")
    }

    /// The text of a binary CID, where the text says the same as the bytes.
    static func cidText(_ bytes: [UInt8], of parameter: ABIParameter) -> String? {
        guard holdsCID(parameter), let cid = try? CID(binary: bytes), cid.binary == bytes,
            let back = try? CID(text: Array(cid.text.utf8)), back.binary == bytes
        else { return nil }
        return cid.text
    }
}

/// Where in the arguments the JSON does not fit, and what would.
public struct ABIJSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Such as `terms.windows[2]`; empty for the whole.
    public let path: String
    public let expected: String
    public let found: String

    public var description: String {
        "\(path.isEmpty ? "the arguments" : path): expected \(expected), found \(found)"
    }
}
