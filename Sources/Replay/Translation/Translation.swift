import ABI
import CoreCommands
import JSON
import Marketplace
import Vouchers

/// Messages, notices and vouchers between their bytes and JSON.
public enum Translation {
    /// The bytes of the message, notice, output or call `name` with the arguments in `json`, as `0x`
    /// and digits.
    public static func encode(_ name: String, json: [UInt8]) throws(ToolFailure) -> String {
        let function = try ABICatalogue.entry(named: name).function
        do throws(ToolFailure) {
            let arguments = try ValueReader(arguments: json)
            return Hex.string(
                function.selectorBytes
                    + (try Codec.encode(arguments, as: function.parameters, packed: false)))
        } catch {
            throw ToolFailure(error.code, "\(error.message)\n  in \(function.signature)")
        }
    }

    /// What the bytes with these hexadecimal digits say; white space around them does not matter.
    public static func decode(hex text: String) throws(ToolFailure) -> [UInt8] {
        let ascii = Array(text.utf8).filter { $0 > 0x20 }
        guard let payload = Hex.decode(ascii) else {
            throw ToolFailure(
                "notHex", "expected an even number of hexadecimal digits, with or without 0x")
        }
        return try decode(payload)
    }

    /// What `payload` says, as one line of JSON: what kind of thing it is, its signature and its
    /// arguments; for the wrapper of an output also what is inside.
    public static func decode(_ payload: [UInt8]) throws(ToolFailure) -> [UInt8] {
        guard let entry = ABICatalogue.entry(for: payload) else {
            throw ToolFailure(
                "unknownSelector",
                payload.count < 4
                    ? "expected at least the 4 bytes of a selector, found \(payload.count)"
                    : "no message, notice or call has the selector "
                        + Hex.string(Array(payload.prefix(4))))
        }
        do throws(ToolFailure) {
            var writer = JSONWriter()
            write(
                try Codec.decode(Array(payload.dropFirst(4)), as: entry.function.parameters),
                of: entry, to: &writer)
            return writer.bytes
        } catch {
            throw ToolFailure(
                error.code,
                "the arguments are not the canonical encoding of \(entry.function.signature): "
                    + error.message)
        }
    }

    private static func write(
        _ values: [ABIValue], of entry: ABICatalogue.Entry, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.string("kind", entry.kind.rawValue)
        writer.string("name", entry.function.name)
        writer.string("signature", entry.function.signature)
        writer.key("arguments")
        writer.values(values, of: entry.function.parameters, named: true)
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
