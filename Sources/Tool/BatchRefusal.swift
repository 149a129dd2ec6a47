import ABI
import JSON

/// Why a request was refused: a stable code for programs and a sentence for people.
public struct BatchRefusal: Error, Equatable, Sendable {
    public let code: String
    public let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A member of a request that must be there.
    static func missing(_ name: StaticString) -> BatchRefusal {
        BatchRefusal("missingMember", "the member \"\(name)\" is missing")
    }

    /// A value that is not one of its type.
    static func mismatch(_ expected: String, at offset: Int) -> BatchRefusal {
        BatchRefusal("typeMismatch", "expected \(expected) at byte \(offset) of the line")
    }

    init(_ error: JSONError, from base: Int = 0) {
        self.init("json", "\(error.code) at byte \(error.offset + base) of the line")
    }

    init(_ error: SignatureError, in text: String) {
        self.init(error.code.name, "cannot read \"\(text)\": see character \(error.offset)")
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
        case .invalidName: message = "a struct or a member has a name that cannot be used"
        case .duplicateName: message = "two structs or two members have one name"
        case .unknownType: message = "a member has a type that nothing defines"
        case .tooLarge: message = "too many structs, or too much text in them"
        case .tooDeep: message = "nested too deeply"
        case .typeMismatch: message = "a value does not fit its type"
        }
        self.init(error.code, message)
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
        case .trailingBytes(_, let count): message = "\(count) bytes are left over"
        case .tooManyElements: message = "more than \(ABIDecoder.elementLimit) values"
        case .tooDeep: message = "types nested more than \(ABIDecoder.depthLimit) deep"
        case .typeMismatch: message = "a value does not fit its type"
        case .notPackable: message = "structs and nested arrays have no packed encoding"
        }
        let place = error.offset.map { " (byte \($0) of the encoding)" } ?? ""
        self.init(error.code, message + place)
    }
}
