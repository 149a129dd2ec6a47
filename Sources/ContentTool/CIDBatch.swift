import ABI
import Content
import JSON

/// CIDs in JSON, one request and one answer a line.
public enum CIDBatch {
    /// `{"cid": "…"}`, text or 0x and binary, gives
    /// `{"ok":{"version":1,"codec":"raw","hash":"sha2-256","digest":"0x…","text":"…"}}`;
    /// `{"data": "0x…", "profile": "raw"}` gives `{"ok":{"text":"…"}}`; anything else
    /// `{"error":{"code":"…","message":"…"}}`.
    public static func answer(_ line: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        do throws(ContentToolError) {
            switch try Request(line) {
            case .cid(let cid):
                json.beginObject("ok")
                write(cid, to: &json)
                json.endObject()
            case .data(let bytes, let profile):
                json.beginObject("ok")
                json.string("text", profile.cid(of: bytes).text)
                json.endObject()
            }
        } catch {
            json.beginObject("error")
            json.string("code", error.code)
            json.string("message", error.description)
            json.endObject()
        }
        json.endObject()
        return json.bytes
    }

    /// The members that describe a CID, within an object.
    static func write(_ cid: CID, to json: inout JSONWriter) {
        json.number("version", UInt64(cid.version.rawValue))
        json.string("codec", codecName(cid.codec))
        switch cid.multihash {
        case .sha256(let digest):
            json.string("hash", "sha2-256")
            json.hex("digest", digest.bytes)
        case .identity(let bytes):
            json.string("hash", "identity")
            json.hex("digest", bytes)
        }
        json.string("text", cid.text)
    }

    /// The name in the multicodec table for what occurs beside files, else 0x and the number.
    static func codecName(_ codec: UInt64) -> String {
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

    private enum Request {
        case cid(CID)
        case data([UInt8], ProfileName)

        init(_ line: [UInt8]) throws(ContentToolError) {
            var (cid, data): ([UInt8]?, [UInt8]?)
            var profile = ProfileName.raw
            do throws(JSONError) {
                var reader = JSONReader(line)
                try reader.beginObject()
                while let key = try reader.nextKey() {
                    switch key {
                    case "cid": cid = try reader.readString()
                    case "data": data = try reader.readHex()
                    case "profile":
                        let name = String(decoding: try reader.readString(), as: UTF8.self)
                        guard let known = ProfileName(rawValue: name) else {
                            throw JSONError(.unexpectedByte, at: reader.offset)
                        }
                        profile = known
                    default: try reader.skipValue()
                    }
                }
                try reader.finish()
            } catch {
                throw ContentToolError(
                    "malformedRequest", "the line stops making sense at byte \(error.offset)")
            }
            switch (cid, data) {
            case (let text?, nil): self = .cid(try CIDBatch.parse(text))
            case (nil, let bytes?): self = .data(bytes, profile)
            default: throw ContentToolError("malformedRequest", "expected either cid or data")
            }
        }
    }

    /// A CID in text, or 0x and the digits of its binary form.
    static func parse(_ text: [UInt8]) throws(ContentToolError) -> CID {
        do throws(CIDError) {
            if text.starts(with: [0x30, 0x78]) {
                guard let binary = Hex.decode(text) else { throw .invalidText }
                return try CID(binary: binary)
            }
            return try CID(text: text)
        } catch {
            throw ContentToolError(error.code, "not a CID that DeML accepts: \(error.code)")
        }
    }
}
