extension ABIEncoder {
    /// The non-standard packed mode: each value in its own width, one after the other.
    ///
    /// Numbers, addresses, bools and fixed bytes take the bytes of their type, `bytes` and `string`
    /// their contents without a length; the elements of an array are padded to whole words, its
    /// length is not written. It is ambiguous, so there is no decoder. Throws `notPackable` for
    /// structs and for arrays whose elements vary in length.
    ///
    /// Source: Solidity documentation, "Contract ABI Specification", section "Non-standard Packed
    /// Mode".
    public static func encodePacked(
        _ values: [ABIValue], as parameters: [ABIParameter]
    ) throws(ABIError) -> [UInt8] {
        guard values.count == parameters.count else { throw .typeMismatch }
        var result: [UInt8] = []
        for (value, parameter) in zip(values, parameters) {
            guard parameter.type.isPackable else { throw .notPackable }
            try appendPacked(value, as: parameter.type, to: &result)
        }
        return result
    }

    private static func appendPacked(
        _ value: ABIValue, as type: ABIType, to result: inout [UInt8]
    ) throws(ABIError) {
        switch (type, value) {
        case (.bytes, .bytes(let bytes)):
            result.append(contentsOf: bytes)
        case (.string, .string(let text)):
            result.append(contentsOf: Array(text.utf8))
        case (.array(let element), .array(let values)):
            try appendElements(values, as: element, to: &result, depth: 1)
        case (.fixedArray(let element, let count), .array(let values)):
            guard values.count == count else { throw .typeMismatch }
            try appendElements(values, as: element, to: &result, depth: 1)
        case (.uint(let bits), _), (.int(let bits), _):
            try appendWord(value, as: type, from: 32 - bits / 8, to: &result)
        case (.bool, _):
            try appendWord(value, as: type, from: 31, to: &result)
        case (.address, _):
            try appendWord(value, as: type, from: 12, to: &result)
        case (.fixedBytes(let count), .fixedBytes(let bytes)):
            guard bytes.count == count else { throw .typeMismatch }
            result.append(contentsOf: bytes)
        default:
            throw .typeMismatch
        }
    }

    /// The word of `value` without its first `padding` bytes.
    private static func appendWord(
        _ value: ABIValue, as type: ABIType, from padding: Int, to result: inout [UInt8]
    ) throws(ABIError) {
        guard (0...32).contains(padding) else { throw .typeMismatch }
        var word: [UInt8] = []
        try append(value, as: type, to: &word, depth: 0)
        result.append(contentsOf: word[padding...])
    }
}

extension ABIType {
    /// What the compiler takes as an argument of `abi.encodePacked`.
    fileprivate var isPackable: Bool {
        switch self {
        case .uint, .int, .bool, .address, .fixedBytes, .bytes, .string: return true
        case .tuple: return false
        case .array(let element), .fixedArray(let element, _):
            switch element {
            case .bytes, .string, .array: return false
            default: return element.isPackable
            }
        }
    }
}
