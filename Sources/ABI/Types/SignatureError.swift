/// Why a text is not a type or a signature of Solidity, and where.
public struct SignatureError: Error, Equatable, Sendable {
    /// The raw value is the stable name of the reason.
    public enum Code: String, Sendable {
        /// The text ends inside a type or a signature.
        case unexpectedEnd
        /// A character that cannot stand here, left-over text included.
        case unexpectedCharacter
        /// A word that names no type.
        case unknownType
        /// `fixed` and `ufixed`, which no compiler can encode.
        case unsupportedType
        /// A number of bits, bytes or elements that no type has, or one with leading zeros.
        case invalidSize
        /// `()` or `T[0]`: an array of such values would cost nothing to claim.
        case emptyType
        /// Types nested deeper than `ABIDecoder.depthLimit`.
        case tooDeep
        /// A text of more bytes than `SignatureParser.lengthLimit`.
        case tooLong
        /// More types than `SignatureParser.typeLimit`.
        case tooManyTypes
    }

    public let code: Code
    /// Bytes before the place of the error.
    public let offset: Int

    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}
