/// Why bytes are not the canonical encoding of a value, or a value not one of a type.
///
/// Offsets count from the first byte of the encoding, behind a selector if there is one.
public enum ABIError: Error, Equatable, Sendable {
    /// The encoding ends inside a value.
    case truncated(offset: Int, needed: Int, available: Int)
    /// Bytes that only fill up a word are not zero (or not copies of the sign), so the number does
    /// not fit its type.
    case dirtyPadding(offset: Int)
    /// A `bool` that is neither 0 nor 1.
    case invalidBool(offset: Int)
    /// A `string` that is not UTF-8.
    case invalidUTF8(offset: Int)
    /// The tail does not begin where the canonical encoding puts it: a gap, an overlap or a
    /// pointer backwards.
    case nonCanonicalOffset(offset: Int, expected: Int)
    /// A length or count that the rest of the bytes cannot hold.
    case lengthTooLarge(offset: Int, available: Int)
    /// Bytes are left behind the last value.
    case trailingBytes(offset: Int, count: Int)
    /// More values than the budget of one decoding.
    case tooManyElements(offset: Int)
    /// Types nested deeper than the limit.
    case tooDeep
    /// The value is not one of the type.
    case typeMismatch
    /// Packed encoding is not defined for the type: a struct, or an array of arrays that vary in
    /// length.
    case notPackable

    /// Where in the encoding, as far as that makes sense.
    public var offset: Int? {
        switch self {
        case .truncated(let offset, _, _), .dirtyPadding(let offset), .invalidBool(let offset),
            .invalidUTF8(let offset), .nonCanonicalOffset(let offset, _),
            .lengthTooLarge(let offset, _), .trailingBytes(let offset, _),
            .tooManyElements(let offset):
            return offset
        case .tooDeep, .typeMismatch, .notPackable:
            return nil
        }
    }

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .truncated: return "truncated"
        case .dirtyPadding: return "dirtyPadding"
        case .invalidBool: return "invalidBool"
        case .invalidUTF8: return "invalidUTF8"
        case .nonCanonicalOffset: return "nonCanonicalOffset"
        case .lengthTooLarge: return "lengthTooLarge"
        case .trailingBytes: return "trailingBytes"
        case .tooManyElements: return "tooManyElements"
        case .tooDeep: return "tooDeep"
        case .typeMismatch: return "typeMismatch"
        case .notPackable: return "notPackable"
        }
    }
}
