import ABI
import CoreCommands
import JSON
import Marketplace
import Vouchers

/// Messages, notices and vouchers between their bytes and JSON.
public enum Translation {
    /// The bytes of the message, notice, output or call `name` with the arguments in `json`, as `0x`
    /// and digits.
    ///
    /// Throws `CatalogueError` for the name and `TranslationError` for the arguments.
    public static func encode(_ name: String, json: [UInt8]) throws -> String {
        let entry = try ABICatalogue.entry(named: name)
        let tree: JSONValue
        do throws(JSONError) {
            tree = try JSONValue(parsing: json)
        } catch {
            throw TranslationError.notJSON(error)
        }
        let values: [ABIValue]
        do throws(ABIJSONError) {
            values = try ABIJSON.values(of: entry.function.parameters, in: tree)
        } catch {
            throw TranslationError.wrongArguments(signature: entry.function.signature, error)
        }
        return Hex.string(try entry.function.encode(values))
    }

    /// What the bytes with these hexadecimal digits say; white space around them does not matter.
    public static func decode(hex text: String) throws -> [UInt8] {
        let ascii = Array(text.utf8).filter { $0 > 0x20 }
        guard let payload = Hex.decode(ascii) else { throw TranslationError.notHex }
        return try decode(payload)
    }

    /// What `payload` says, as one line of JSON: what kind of thing it is, its signature and its
    /// arguments; for the wrapper of an output also what is inside.
    ///
    /// Throws `CatalogueError` for an unknown selector and `TranslationError` for arguments that are
    /// not canonically encoded.
    public static func decode(_ payload: [UInt8]) throws -> [UInt8] {
        guard let entry = ABICatalogue.entry(for: payload) else {
            throw CatalogueError.unknownSelector(payload)
        }
        let values: [ABIValue]
        do throws(ABIError) {
            values = try entry.function.decode(payload)
        } catch {
            throw TranslationError.notCanonical(
                signature: entry.function.signature, code: error.code,
                offset: error.offset.map { $0 + 4 })
        }
        var writer = JSONWriter()
        write(values, of: entry, to: &writer)
        return writer.bytes
    }

    private static func write(
        _ values: [ABIValue], of entry: ABICatalogue.Entry, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.string("kind", entry.kind.rawValue)
        writer.string("name", entry.function.name)
        writer.string("signature", entry.function.signature)
        writer.key("arguments")
        ABIJSON.write(values, as: entry.function.parameters, to: &writer)
        if entry.function == MessageFunctions.postJob {
            // What acceptJob has to name: the hash of the terms alone.
            let terms = Array(values.prefix(1))
            if let encoded = try? ABIEncoder.encode(terms, as: [JobTerms.parameter]) {
                writer.hex("termsHash", Keccak256.hash(encoded).bytes)
            }
        }
        if entry.kind == .output, case .bytes(let inner)? = values.last,
            let innerEntry = ABICatalogue.entry(for: inner), innerEntry.kind != .output,
            let innerValues = try? innerEntry.function.decode(inner)
        {
            writer.key("inside")
            write(innerValues, of: innerEntry, to: &writer)
        }
        writer.endObject()
    }
}

/// Why something cannot be translated.
public enum TranslationError: Error, Equatable, Sendable, CustomStringConvertible {
    case notJSON(JSONError)
    case wrongArguments(signature: String, ABIJSONError)
    case notHex
    /// The offset counts from the first byte of the selector.
    case notCanonical(signature: String, code: String, offset: Int?)

    public var description: String {
        switch self {
        case .notJSON(let error):
            return "the arguments are not JSON: \(error.sentence), at byte \(error.offset)"
        case .wrongArguments(let signature, let error):
            return "\(error)\n  in \(signature)"
        case .notHex:
            return "expected an even number of hexadecimal digits, with or without 0x"
        case .notCanonical(let signature, let code, let offset):
            let place = offset.map { " at byte \($0)" } ?? ""
            return "the arguments are not the canonical encoding of \(signature): \(code)\(place)"
        }
    }
}
