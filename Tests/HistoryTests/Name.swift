import ABI
import Content

/// A CID argument.
struct Name: Equatable {
    enum Form {
        case binary
        case base32
        case base16
        /// The root of a DAG: version 1 in binary and in text, version 0 in binary.
        case root
        case rootText
        case rootOld
        /// A codec that is not for files.
        case foreign
        case broken
        case empty
    }

    let digest: Bytes32
    var form = Form.binary

    init(_ digest: Bytes32, _ form: Form = .binary) {
        self.digest = digest
        self.form = form
    }

    init(of blob: [UInt8], _ form: Form = .binary) {
        self.init(SHA256.hash(blob), form)
    }

    /// Whether it names a dag-pb node.
    var isDag: Bool { form == .root || form == .rootText || form == .rootOld }

    /// Codec and hash are the same; versions and texts do not matter.
    func isSame(as other: Name) -> Bool {
        digest == other.digest && isDag == other.isDag && refusal == nil && other.refusal == nil
    }

    /// The CID in binary: version 1, raw or dag-pb, sha2-256; version 0 is the bare hash.
    var binary: [UInt8] {
        let hash = [0x12, 0x20] + digest.bytes
        return form == .rootOld ? hash : [0x01, isDag ? 0x70 : 0x55] + hash
    }

    /// The argument's bytes.
    var bytes: [UInt8] {
        switch form {
        case .binary, .root, .rootOld: return binary
        case .base32: return Array(CID.raw(digest: digest).text.utf8)
        case .rootText: return Array(CID.dagPB(digest: digest).text.utf8)
        case .base16: return Array("f".utf8) + Array(Hex.string(binary).utf8.dropFirst(2))
        case .foreign: return [0x01, 0x71, 0x12, 0x20] + digest.bytes
        case .broken: return [0x01, 0x55, 0x12]
        case .empty: return []
        }
    }

    /// As inspect writes it.
    var text: String { (try? CID(bytes))?.text ?? "" }

    /// Why the argument names no file; nil when it does.
    var refusal: String? {
        switch form {
        case .binary, .base32, .base16, .root, .rootText, .rootOld: return nil
        case .foreign: return "unsupported"
        case .broken, .empty: return "invalidCid"
        }
    }
}
