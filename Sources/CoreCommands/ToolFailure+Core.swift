import ABI
import Archive
import Content
import JSON
import Verifier

/// The errors of the core, with a sentence each.
extension ToolFailure {
    /// `base` is where the JSON begins that the reader was given.
    package init(_ error: JSONError, from base: Int = 0) {
        self.init("json", "\(error.sentence), at byte \(error.offset + base)")
    }

    init(_ error: SignatureError, in text: String) {
        self.init(
            error.code.rawValue,
            "\(error.code.sentence), at character \(error.offset) of \"\(text.shortened)\"")
    }

    /// A blob that the verifier refuses. `role` says which one, such as "model".
    package init(_ error: VerifierError, in role: String) {
        self.init(error.code, "\(role): \(error.sentence)")
    }

    init(_ error: CIDError) {
        self.init(error.rawValue, "not a CID that DeML accepts: \(error.sentence)")
    }

    /// `path` is the CAR file, where its name says more than "the file".
    package init(_ error: CARError, in path: String? = nil) {
        var message = error.message
        if case .invalidCID(let reason, let offset) = error {
            message = "the CID at byte \(offset) is none that DeML accepts: \(reason.sentence)"
        }
        self.init(error.code, path.map { "\($0) is no whole CAR file: \(message)" } ?? message)
    }

    /// Why the DAG under `root` is no file, and what to do.
    package init(_ error: DagError, under root: CID) {
        self.init(error.code, "\(root.text) \(error.sentence)")
    }

    init(_ error: RecoveryError) {
        let message: String
        switch error {
        case .wrongLength(let count): message = "a signature has 65 bytes, not \(count)"
        case .invalidV(let v): message = "v is 0, 1, 27 or 28, not \(v)"
        case .rOutOfRange: message = "r is zero or not below the order of the group"
        case .sOutOfRange: message = "s is zero or not below the order of the group"
        case .highS: message = "s is above half the order of the group"
        case .notRecoverable: message = "no key made this signature"
        case .wrongSigner(let address): message = "signed by \(address.checksummed)"
        }
        self.init(error.code, message)
    }

    init(_ error: TypedDataError) {
        let message: String
        switch error {
        case .invalidName(let name):
            message = "\"\(ToolFailure.text(name))\" cannot name a struct or member"
        case .duplicateName(let name):
            message = "two structs or two members have the name \"\(ToolFailure.text(name))\""
        case .unknownType(let type):
            message = "nothing defines the type \"\(ToolFailure.text(type))\" of a member"
        case .tooLarge: message = "too many structs, or too much text in them"
        case .tooDeep: message = "nested too deeply"
        case .typeMismatch: message = "a value does not fit its type"
        }
        self.init(error.code, message)
    }

    /// Names of a request, which are UTF-8.
    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).shortened
    }

    init(_ error: ABIError) {
        let message: String
        switch error {
        case .truncated(_, let needed, let available):
            message = "\(needed) bytes are needed, \(available) are left"
        case .dirtyPadding: message = "padding is not clean, or a number does not fit its type"
        case .invalidBool: message = "a bool is 0 or 1"
        case .invalidUTF8: message = "a string is not UTF-8"
        case .nonCanonicalOffset(_, let expected): message = "the offset must be \(expected)"
        case .lengthTooLarge(_, let available):
            message = "a length or count is above \(available), what the rest can hold"
        case .trailingBytes(_, let count): message = "left over: \(count) bytes"
        case .tooManyElements: message = "more than \(ABIDecoder.elementLimit) values"
        case .tooDeep: message = "types nested more than \(ABIDecoder.depthLimit) deep"
        case .typeMismatch: message = "a value does not fit its type"
        case .notPackable: message = "structs and nested arrays have no packed encoding"
        }
        let place = error.offset.map { ", at byte \($0) of the encoding" } ?? ""
        self.init(error.code, message + place)
    }
}

extension SignatureError.Code {
    fileprivate var sentence: String {
        switch self {
        case .unexpectedEnd: return "the text ends inside a type or signature"
        case .unexpectedCharacter: return "a character cannot stand here"
        case .unknownType: return "a word names no type"
        case .unsupportedType: return "fixed and ufixed have no encoding"
        case .invalidSize:
            return "no type has this size: 8 to 256 bits in steps of 8, 1 to 32 bytes, no leading "
                + "zeros"
        case .emptyType: return "() and T[0] are not taken: their values would cost nothing"
        case .tooDeep: return "types are nested more than \(ABIDecoder.depthLimit) deep"
        case .tooLong: return "the text is too long"
        case .tooManyTypes: return "too many types"
        }
    }
}

extension JSONError {
    package var sentence: String {
        switch code {
        case .unexpectedEnd: return "the JSON ends inside a value"
        case .unexpectedByte: return "a byte cannot stand here in JSON"
        case .wrongKind: return "the JSON value is of another kind than expected"
        case .tooDeep: return "JSON nested more than \(JSON.depthLimit) deep"
        case .tooManyMembers: return "a JSON object has more than \(JSON.memberLimit) members"
        case .duplicateKey: return "a JSON object names a member twice"
        case .invalidEscape: return "an unknown escape in a JSON string"
        case .loneSurrogate: return "half of a surrogate pair in a JSON string"
        case .controlCharacter: return "an unescaped control character in a JSON string"
        case .invalidUTF8: return "a JSON string is not UTF-8"
        case .invalidNumber: return "a number that is not JSON's: leading zero or missing digit"
        case .notUInt64: return "expected a whole number from 0 to 2^64 - 1"
        case .notHex: return "expected 0x and an even number of hexadecimal digits"
        case .trailingBytes: return "something follows the JSON value"
        }
    }
}

extension CIDError {
    fileprivate var sentence: String {
        switch self {
        case .empty: return "it is empty"
        case .tooLong: return "it is longer than any CID that is taken"
        case .unknownBase: return "it begins with none of Qm, b, B, f, F, z, k and K"
        case .invalidText:
            return "a character is not in the alphabet of its base, or one is missing"
        case .invalidVarint: return "a varint is cut off, too long or not minimal"
        case .unknownVersion: return "its version is neither 0 nor 1"
        case .unknownHash: return "its hash function is neither sha2-256 nor identity"
        case .invalidDigestLength: return "its digest is too short or too long"
        case .trailingBytes: return "bytes are left over behind the digest"
        }
    }
}

extension DagError {
    /// What the root is instead of a file; the CID stands before it.
    fileprivate var sentence: String {
        switch self {
        case .unsupportedCodec(let codec):
            return
                "is of the codec 0x\(String(codec, radix: 16)), or links to such a block: files are "
                + "raw and dag-pb"
        case .blockTooLarge(let bytes):
            return
                "has a block of \(bytes) bytes; at most \(Block.sizeLimit) are taken: cut the file "
                + "by a profile"
        case .malformedNode(let offset):
            return "is not strict dag-pb from byte \(offset) of a node on"
        case .invalidLink(let error):
            return "has a link that is no CID DeML accepts: \(error.sentence)"
        case .malformedFile(let offset):
            return "is not a strict UnixFS file from byte \(offset) of a node's data on"
        case .notAFile(let type):
            switch type {
            case 1:
                return
                    "is a directory, as ipfs add -w makes one around a file: name the file in it, "
                    + "with --root where it is in a CAR file"
            case 3: return "is metadata about a file: name the file itself"
            case 4: return "is a symbolic link: name the file that it leads to"
            case 5:
                return
                    "is a part of a large directory (a HAMT shard): name a file in it, with --root "
                    + "where it is in a CAR file"
            default: return "is a UnixFS node of type \(type), which is no file"
            }
        case .namedLink: return "has links with names, as directories have: it is no file"
        case .linkCountMismatch(let links, let sizes):
            return "has a node with \(links) links and \(sizes) block sizes: the file is damaged"
        case .sizeMismatch(let declared, let found):
            return "declares \(declared) bytes where there are \(found): the file is damaged"
        case .tooLarge(let declared, let limit):
            return "needs \(declared) bytes; at most \(limit) can be uploaded"
        case .tooDeep: return "has too many nodes above each other: add the file anew"
        case .missing(let blocks):
            var names = ""
            for block in blocks { names += (names.isEmpty ? "" : ", ") + block.text }
            return "lacks blocks, the first: \(names)"
        }
    }
}

extension String {
    /// The text, cut where a message would become too long.
    package var shortened: String {
        utf8.count <= 80 ? self : String(prefix(40)) + "…"
    }
}
