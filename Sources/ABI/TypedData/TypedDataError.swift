/// Why types and values are not EIP-712 typed data.
public enum TypedDataError: Error, Equatable, Sendable {
    /// A name of a struct or of a member that would blur the text of a type: one with parentheses,
    /// brackets, commas or control characters, or the name of a type of Solidity.
    case invalidName([UInt8])
    /// Two structs, or two members of one, have the same name.
    case duplicateName([UInt8])
    /// A member's type is neither a struct nor a type that EIP-712 knows.
    case unknownType([UInt8])
    /// More text or structs than the limits.
    case tooLarge
    /// Arrays or values nested deeper than the limit.
    case tooDeep
    /// A value that is not one of its type.
    case typeMismatch

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .invalidName: return "invalidName"
        case .duplicateName: return "duplicateName"
        case .unknownType: return "unknownType"
        case .tooLarge: return "tooLarge"
        case .tooDeep: return "tooDeep"
        case .typeMismatch: return "typeMismatch"
        }
    }
}
