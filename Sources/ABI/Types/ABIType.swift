/// A type of the Solidity ABI.
///
/// Source: Solidity documentation, "Contract ABI Specification", sections "Types" and "Formal
/// Specification of the Encoding".
public indirect enum ABIType: Equatable, Sendable {
    /// `uint8` … `uint256`.
    case uint(bits: Int)
    /// `int8` … `int256`.
    case int(bits: Int)
    case bool
    case address
    /// `bytes1` … `bytes32`.
    case fixedBytes(Int)
    case bytes
    case string
    /// `T[]`
    case array(ABIType)
    /// `T[k]`
    case fixedArray(ABIType, count: Int)
    case tuple([ABIParameter])

    public static var uint256: ABIType { .uint(bits: 256) }
    public static var uint96: ABIType { .uint(bits: 96) }
    public static var uint64: ABIType { .uint(bits: 64) }
    public static var uint32: ABIType { .uint(bits: 32) }
    public static var uint8: ABIType { .uint(bits: 8) }
    public static var bytes32: ABIType { .fixedBytes(32) }

    /// Whether a value is encoded in the tail, behind an offset in the head.
    public var isDynamic: Bool {
        switch self {
        case .uint, .int, .bool, .address, .fixedBytes: return false
        case .bytes, .string, .array: return true
        // "T[k] for any dynamic T and any k >= 0"
        case .fixedArray(let element, _): return element.isDynamic
        case .tuple(let parameters):
            for parameter in parameters where parameter.isDynamic { return true }
            return false
        }
    }

    /// Bytes that a value takes in the head of the tuple around it, capped at 2^40 so that no sum
    /// of a few of them can overflow.
    public var headSize: Int {
        if isDynamic { return 32 }
        switch self {
        case .uint, .int, .bool, .address, .fixedBytes, .bytes, .string, .array: return 32
        case .fixedArray(let element, let count):
            let (size, overflow) = element.headSize.multipliedReportingOverflow(by: count)
            return overflow ? ABIType.headSizeCap : min(size, ABIType.headSizeCap)
        case .tuple(let parameters):
            return ABIType.headSize(of: parameters)
        }
    }

    /// The head of a tuple of `parameters`, in bytes, capped like `headSize`.
    static func headSize(of parameters: [ABIParameter]) -> Int {
        var size = 0
        for parameter in parameters {
            size = min(size + parameter.headSize, headSizeCap)
        }
        return size
    }

    private static var headSizeCap: Int { 1 << 40 }

    /// The name in a canonical signature, such as `(uint256,bytes)[]`.
    public var canonicalName: String {
        switch self {
        case .uint(let bits): return "uint\(bits)"
        case .int(let bits): return "int\(bits)"
        case .bool: return "bool"
        case .address: return "address"
        case .fixedBytes(let count): return "bytes\(count)"
        case .bytes: return "bytes"
        case .string: return "string"
        case .array(let element): return element.canonicalName + "[]"
        case .fixedArray(let element, let count): return element.canonicalName + "[\(count)]"
        case .tuple(let parameters): return ABIType.canonicalName(of: parameters)
        }
    }

    static func canonicalName(of parameters: [ABIParameter]) -> String {
        var text = "("
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { text += "," }
            text += parameter.type.canonicalName
        }
        return text + ")"
    }
}

/// A named type: an argument of a function or a member of a tuple.
///
/// What the codec asks of a type again and again is worked out once, here: otherwise each element of
/// an array of tuples would walk the whole tree of its type.
public struct ABIParameter: Equatable, Sendable {
    public let name: String
    public let type: ABIType
    let isDynamic: Bool
    let headSize: Int

    public init(_ name: String, _ type: ABIType) {
        self.name = name
        self.type = type
        self.isDynamic = type.isDynamic
        self.headSize = type.headSize
    }
}
