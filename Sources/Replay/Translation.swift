import ABI
import JSON
import Marketplace
import Vouchers

/// Messages, notices and vouchers between their bytes and JSON.
public enum Translation {
    /// The bytes of the message, notice, output or call `name` with the arguments in `json`.
    public static func encode(_ name: String, json: [UInt8]) throws -> [UInt8] {
        let entry = try ABICatalogue.entry(named: name)
        let tree = try JSONTree(parsing: json)
        return try entry.function.encode(
            try ABIJSON.values(of: entry.function.parameters, in: tree))
    }

    /// What `payload` says, as one line of JSON: what kind of thing it is, its signature and its
    /// arguments; for the wrapper of an output also what is inside.
    ///
    /// Throws `CatalogueError` for an unknown selector and `ABIError` for arguments that are not
    /// canonically encoded.
    public static func decode(_ payload: [UInt8]) throws -> [UInt8] {
        guard let entry = ABICatalogue.entry(for: payload) else {
            throw CatalogueError.unknownSelector(payload)
        }
        var writer = JSONWriter()
        write(try entry.function.decode(payload), of: entry, payload: payload, to: &writer)
        return writer.bytes
    }

    private static func write(
        _ values: [ABIValue], of entry: ABICatalogue.Entry, payload: [UInt8],
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.string("kind", entry.kind.rawValue)
        writer.string("name", entry.function.name)
        writer.string("signature", entry.function.signature)
        writer.key("arguments")
        ABIJSON.write(values, as: entry.function.parameters, to: &writer)
        if entry.function == MessageFunctions.postJob {
            // What acceptJob has to name.
            writer.hex("termsHash", Keccak256.hash(Array(payload.dropFirst(4))).bytes)
        }
        if entry.kind == .output, case .bytes(let inner)? = values.last,
            let innerEntry = ABICatalogue.entry(for: inner), innerEntry.kind != .output,
            let innerValues = try? innerEntry.function.decode(inner)
        {
            writer.key("inside")
            write(innerValues, of: innerEntry, payload: inner, to: &writer)
        }
        writer.endObject()
    }
}
