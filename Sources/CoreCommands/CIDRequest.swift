import ABI
import Content
import JSON

/// A request about CIDs: what one says, or which one bytes have.
enum CIDRequest {
    case cid(CID)
    case data([UInt8], ProfileName)

    init(_ line: [UInt8]) throws(ToolFailure) {
        let fields = try RequestFields(line)
        switch (fields.value("cid"), fields.value("data")) {
        case (.some(var text), nil):
            self = .cid(try CID(request: try text.text()))
        case (nil, .some(var data)):
            var profile = ProfileName.raw
            if var reader = fields.value("profile") {
                let name = String(decoding: try reader.text(), as: UTF8.self)
                guard let known = ProfileName(rawValue: name) else {
                    throw ToolFailure(
                        "unknownProfile",
                        "expected the profile raw, unixfs-v0-2015 or unixfs-v1-2025, found "
                            + "\"\(name.shortened)\"")
                }
                profile = known
            }
            self = .data(try data.hex(), profile)
        case (nil, nil):
            throw ToolFailure("missingMember", "the member \"cid\" or \"data\" is missing")
        case (.some, .some):
            throw ToolFailure("unexpectedMember", "expected either \"cid\" or \"data\", not both")
        }
    }

    var result: BatchResult {
        switch self {
        case .cid(let cid): return .cid(cid)
        case .data(let bytes, let profile): return .cidText(profile.cid(of: bytes))
        }
    }
}

extension CID {
    /// A CID in text, or 0x and the digits of its binary form.
    package init(request text: [UInt8]) throws(ToolFailure) {
        do throws(CIDError) {
            if text.starts(with: [0x30, 0x78]) {
                guard let binary = Hex.decode(text) else { throw .invalidText }
                self = try CID(binary: binary)
            } else {
                self = try CID(text: text)
            }
        } catch {
            throw ToolFailure(error)
        }
    }

    /// The name of the codec in the multicodec table for what occurs beside files, else 0x and the
    /// number.
    package var codecName: String {
        switch codec {
        case CID.rawCodec: return "raw"
        case CID.dagPBCodec: return "dag-pb"
        case 0x51: return "cbor"
        case 0x71: return "dag-cbor"
        case 0x72: return "libp2p-key"
        case 0x0129: return "dag-json"
        case 0x0200: return "json"
        default: return "0x" + String(codec, radix: 16)
        }
    }
}

extension JSONWriter {
    /// The members that describe a CID, within an object.
    package mutating func members(of cid: CID) {
        number("version", UInt64(cid.version.rawValue))
        string("codec", cid.codecName)
        switch cid.multihash {
        case .sha256(let digest):
            string("hash", "sha2-256")
            hex("digest", digest.bytes)
        case .identity(let bytes):
            string("hash", "identity")
            hex("digest", bytes)
        }
        string("text", cid.text)
    }
}
