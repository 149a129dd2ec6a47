/// Why a text is not the JSON that the reader was asked for, and where.
public struct JSONError: Error, Equatable, Sendable {
    /// Stable numbers: a code is never reused.
    public enum Code: UInt8, Sendable {
        /// The text ends inside a value.
        case unexpectedEnd = 1
        /// A byte that cannot stand here, such as a comma before a closing bracket.
        case unexpectedByte = 2
        /// A value of another kind than the one asked for.
        case wrongKind = 3
        /// More than `JSON.depthLimit` containers are open.
        case tooDeep = 4
        /// An object has more than `JSON.memberLimit` members.
        case tooManyMembers = 5
        /// An object names a member twice.
        case duplicateKey = 6
        /// A backslash that begins none of the nine escapes.
        case invalidEscape = 7
        /// Half of a surrogate pair.
        case loneSurrogate = 8
        /// An unescaped character below U+0020 in a string.
        case controlCharacter = 9
        /// A string that is not UTF-8.
        case invalidUTF8 = 10
        /// A number with a leading zero, or without a digit where one must be.
        case invalidNumber = 11
        /// A number that is negative, has a fraction or exponent, or needs more than 64 bits.
        case notUInt64 = 12
        /// A string that is not `0x` and an even number of hexadecimal digits.
        case notHex = 13
        /// Something other than white space follows the value.
        case trailingBytes = 14
    }

    /// What is wrong.
    public let code: Code
    /// Bytes before the place of the error.
    public let offset: Int

    /// The error `code`, `offset` bytes into the text.
    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}
