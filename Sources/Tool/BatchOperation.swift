import ABI
import JSON

/// A function from requests to answers, one JSON object each.
///
/// An answer is `{"ok":…}` or `{"error":{"code":"…","message":"…"}}`. Members of a request that an
/// operation does not know are ignored.
public enum BatchOperation: CaseIterable, Sendable {
    /// `{"types":["uint256"],"values":["7"],"packed":false}` → `"0x…"`
    case abiEncode
    /// `{"types":["uint256"],"data":"0x…"}` → `["7"]`
    case abiDecode
    /// `{"signature":"f(uint256)"}` → `"0x…"`, four bytes
    case abiSelector
    /// `{"data":"0x…"}` → `"0x…"`
    case keccak
    /// `{"digest":"0x…","signature":"0x…"}` → the signer, with the checksum of ERC-55
    case recover
    /// An `eth_signTypedData_v4` object → the digest to sign, `"0x…"`
    case typedDataHash

    /// The answer to the request in `line`, without a line feed.
    public func answer(_ line: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        do throws(BatchRefusal) {
            let result = try result(of: line)
            writer.key("ok")
            result.write(to: &writer)
        } catch {
            writer.beginObject("error")
            writer.string("code", error.code)
            writer.string("message", error.message)
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }

    func result(of line: [UInt8]) throws(BatchRefusal) -> BatchResult {
        switch self {
        case .typedDataHash:
            return .hex(try TypedDataRequest(line).digest.bytes)
        case .abiEncode:
            let fields = try RequestFields(line)
            var packed = fields.value("packed")
            return .hex(
                try Codec.encode(
                    try fields.required("values"), as: try Codec.parameters(fields),
                    packed: try packed?.bool() ?? false))
        case .abiDecode:
            let fields = try RequestFields(line)
            var data = try fields.required("data")
            let parameters = try Codec.parameters(fields)
            return .values(try Codec.decode(try data.hex(), as: parameters), parameters)
        case .abiSelector:
            var signature = try RequestFields(line).required("signature")
            return .hex(
                try Codec.selector(of: String(decoding: try signature.text(), as: UTF8.self)))
        case .keccak:
            var data = try RequestFields(line).required("data")
            return .hex(Keccak256.hash(try data.hex()).bytes)
        case .recover:
            let fields = try RequestFields(line)
            var (digest, signature) =
                (try fields.required("digest"), try fields.required("signature"))
            return .text(
                try Codec.signer(of: try digest.hex(count: 32), signature: try signature.hex()))
        }
    }
}

/// What an operation came to.
enum BatchResult {
    case hex([UInt8])
    case text(String)
    case values([ABIValue], [ABIParameter])

    func write(to writer: inout JSONWriter) {
        switch self {
        case .hex(let bytes): writer.hex(bytes)
        case .text(let text): writer.string(text)
        case .values(let values, let parameters): writer.values(values, of: parameters)
        }
    }

    /// The result on a line of its own: JSON for values, else the plain text.
    var line: String {
        switch self {
        case .hex(let bytes): return Hex.string(bytes)
        case .text(let text): return text
        case .values:
            var writer = JSONWriter()
            write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}
