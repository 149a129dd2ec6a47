/// Why a text is not a type or a signature of Solidity, and where.
public struct SignatureError: Error, Equatable, Sendable {
    /// Stable numbers: a code is never reused.
    public enum Code: UInt8, Sendable {
        /// The text ends inside a type or a signature.
        case unexpectedEnd = 1
        /// A character that cannot stand here, left-over text included.
        case unexpectedCharacter = 2
        /// A word that names no type.
        case unknownType = 3
        /// `fixed` and `ufixed`, which no compiler can encode.
        case unsupportedType = 4
        /// A number of bits, bytes or elements that no type has, or one with leading zeros.
        case invalidSize = 5
        /// `()` or `T[0]`: an array of such values would cost nothing to claim.
        case emptyType = 6
        /// Types nested deeper than `ABIDecoder.depthLimit`.
        case tooDeep = 7
        /// A text of more bytes than `SignatureParser.lengthLimit`.
        case tooLong = 8
        /// More types than `SignatureParser.typeLimit`.
        case tooManyTypes = 9
    }

    public let code: Code
    /// Bytes before the place of the error.
    public let offset: Int

    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension SignatureError.Code {
    /// The stable name of the reason.
    public var name: String {
        switch self {
        case .unexpectedEnd: return "unexpectedEnd"
        case .unexpectedCharacter: return "unexpectedCharacter"
        case .unknownType: return "unknownType"
        case .unsupportedType: return "unsupportedType"
        case .invalidSize: return "invalidSize"
        case .emptyType: return "emptyType"
        case .tooDeep: return "tooDeep"
        case .tooLong: return "tooLong"
        case .tooManyTypes: return "tooManyTypes"
        }
    }
}
