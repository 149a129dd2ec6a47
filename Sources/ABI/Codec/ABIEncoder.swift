/// The canonical encoder: heads in order, then the tails in the same order without gaps.
public enum ABIEncoder {
    /// Encodes `values` as the arguments `parameters`.
    public static func encode(
        _ values: [ABIValue], as parameters: [ABIParameter]
    ) throws(ABIError) -> [UInt8] {
        var result: [UInt8] = []
        try append(values, as: parameters, to: &result, depth: 0)
        return result
    }

    static func append(
        _ values: [ABIValue], as parameters: [ABIParameter], to result: inout [UInt8], depth: Int
    ) throws(ABIError) {
        guard values.count == parameters.count else { throw .typeMismatch }
        var members = Members(headSize: ABIType.headSize(of: parameters))
        for (value, parameter) in zip(values, parameters) {
            try members.append(value, as: parameter.type, to: &result, depth: depth)
        }
        result.append(contentsOf: members.tail)
    }

    /// The tails of one tuple, collected while its head is written.
    private struct Members {
        let headSize: Int
        var tail: [UInt8] = []

        mutating func append(
            _ value: ABIValue, as type: ABIType, to head: inout [UInt8], depth: Int
        ) throws(ABIError) {
            guard depth < ABIDecoder.depthLimit else { throw .tooDeep }
            guard type.isDynamic else {
                return try ABIEncoder.append(value, as: type, to: &head, depth: depth)
            }
            ABIEncoder.append(number: headSize + tail.count, to: &head)
            try ABIEncoder.append(value, as: type, to: &tail, depth: depth)
        }
    }

    static func appendElements(
        _ values: [ABIValue], as element: ABIType, to result: inout [UInt8], depth: Int
    ) throws(ABIError) {
        var members = Members(headSize: element.headSize * values.count)
        for value in values {
            try members.append(value, as: element, to: &result, depth: depth)
        }
        result.append(contentsOf: members.tail)
    }

    /// The value as it stands in the head, or in the tail when its type is dynamic.
    static func append(
        _ value: ABIValue, as type: ABIType, to result: inout [UInt8], depth: Int
    ) throws(ABIError) {
        switch (type, value) {
        case (.uint(let bits), .number(let number)):
            guard number.bitWidth <= bits else { throw .typeMismatch }
            number.bytes32.append(to: &result)
        case (.int(let bits), .number(let number)):
            guard number.isSignExtended(from: bits) else { throw .typeMismatch }
            number.bytes32.append(to: &result)
        case (.bool, .bool(let flag)):
            append(number: flag ? 1 : 0, to: &result)
        case (.address, .address(let address)):
            address.word.append(to: &result)
        case (.fixedBytes(let count), .fixedBytes(let bytes)):
            guard bytes.count == count else { throw .typeMismatch }
            appendPadded(bytes, to: &result)
        case (.bytes, .bytes(let bytes)):
            append(number: bytes.count, to: &result)
            appendPadded(bytes, to: &result)
        case (.string, .string(let text)):
            append(number: text.utf8.count, to: &result)
            appendPadded(Array(text.utf8), to: &result)
        case (.array(let element), .array(let values)):
            append(number: values.count, to: &result)
            try appendElements(values, as: element, to: &result, depth: depth + 1)
        case (.fixedArray(let element, let count), .array(let values)):
            guard values.count == count else { throw .typeMismatch }
            try appendElements(values, as: element, to: &result, depth: depth + 1)
        case (.tuple(let parameters), .tuple(let values)):
            try append(values, as: parameters, to: &result, depth: depth + 1)
        default:
            throw .typeMismatch
        }
    }

    fileprivate static func append(number: Int, to result: inout [UInt8]) {
        UInt256(UInt64(number)).bytes32.append(to: &result)
    }

    /// `bytes` and the zeros up to the next whole word.
    private static func appendPadded(_ bytes: [UInt8], to result: inout [UInt8]) {
        result.append(contentsOf: bytes)
        let excess = bytes.count % 32
        if excess > 0 {
            result.append(contentsOf: repeatElement(0, count: 32 - excess))
        }
    }
}
