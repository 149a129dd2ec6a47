import ABI
import JSON

/// Hands over the bytes of a file, or says why it cannot.
public typealias FileReader = (_ path: String) throws(ToolFailure) -> [UInt8]

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
    /// `{"cid":"…"}` → what it says; `{"data":"0x…","profile":"raw"}` → `{"text":"…"}`
    case cid
    /// `{"arch":…,"base":…,"model":…,"data":…}`, paths or 0x and digits, `base` may be null or
    /// missing → the score
    case score

    /// The words after `deml` that ask for the operation.
    public var command: String {
        switch self {
        case .abiEncode: return "abi encode"
        case .abiDecode: return "abi decode"
        case .abiSelector: return "abi selector"
        case .keccak: return "keccak"
        case .recover: return "recover"
        case .typedDataHash: return "typed-data hash"
        case .cid: return "cid"
        case .score: return "score"
        }
    }

    /// The answer to the request in `line`, without a line feed. Only scores read files.
    public func answer(_ line: [UInt8], read: FileReader = BatchOperation.noFiles) -> [UInt8] {
        do throws(ToolFailure) {
            return try result(of: line, read: read).json
        } catch {
            return error.json
        }
    }

    /// Where there are no files.
    public static func noFiles(_ path: String) throws(ToolFailure) -> [UInt8] {
        throw ToolFailure("file", "\(path) cannot be read: only inline data are taken here")
    }

    private func result(of line: [UInt8], read: FileReader) throws(ToolFailure) -> BatchResult {
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
        case .cid:
            return try CIDRequest(line).result
        case .score:
            return .score(ScoreReport(try ScoringCase(try ScoringPaths(line), read: read)))
        }
    }
}
