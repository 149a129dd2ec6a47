import ABI
import Content
import JSON

/// What an operation came to.
package enum BatchResult {
    case hex([UInt8])
    case text(String)
    case values([ABIValue], [ABIParameter])
    case cid(CID)
    case cidText(CID)
    case score(ScoreReport)

    /// `{"ok":…}`
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("ok")
        write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .hex(let bytes): writer.hex(bytes)
        case .text(let text): writer.string(text)
        case .values(let values, let parameters): writer.values(values, of: parameters)
        case .cid(let cid):
            writer.beginObject()
            writer.members(of: cid)
            writer.endObject()
        case .cidText(let cid):
            writer.beginObject()
            writer.string("text", cid.text)
            writer.endObject()
        case .score(let report): report.write(to: &writer)
        }
    }

    /// The result on a line of its own: plain text for bytes and text, else JSON.
    package var line: String {
        switch self {
        case .hex(let bytes): return Hex.string(bytes)
        case .text(let text): return text
        case .values, .cid, .cidText, .score:
            var writer = JSONWriter()
            write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}
