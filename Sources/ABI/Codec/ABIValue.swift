/// A value of the Solidity ABI. Its type is not in it: `ABIType` says how to read and write it.
public indirect enum ABIValue: Equatable, Sendable {
    /// `uint8` … `uint256`, and `int8` … `int256` in two's complement of 256 bits.
    case number(UInt256)
    case bool(Bool)
    case address(Address)
    /// `bytes1` … `bytes32`: exactly that many bytes.
    case fixedBytes([UInt8])
    case bytes([UInt8])
    case string(String)
    /// `T[]` and `T[k]`.
    case array([ABIValue])
    case tuple([ABIValue])

    public static func uint(_ value: UInt64) -> ABIValue { .number(UInt256(value)) }
    public static func bytes32(_ value: Bytes32) -> ABIValue { .fixedBytes(value.bytes) }
}

/// The values of a decoded tuple, taken one after the other by a typed message.
///
/// The decoder has matched the values with the declared types already, so `typeMismatch` here means
/// that a message and its declaration disagree, which a test excludes.
public struct ABIFields: Sendable {
    private let values: [ABIValue]
    private var index = 0

    public init(_ values: [ABIValue]) {
        self.values = values
    }

    private mutating func next() throws(ABIError) -> ABIValue {
        guard index < values.count else { throw .typeMismatch }
        index += 1
        return values[index - 1]
    }

    public mutating func uint256() throws(ABIError) -> UInt256 {
        guard case .number(let value) = try next() else { throw .typeMismatch }
        return value
    }

    public mutating func uint128() throws(ABIError) -> UInt128 {
        guard let value = try uint256().asUInt128 else { throw .typeMismatch }
        return value
    }

    public mutating func uint64() throws(ABIError) -> UInt64 { try integer() }
    public mutating func uint32() throws(ABIError) -> UInt32 { try integer() }
    public mutating func uint8() throws(ABIError) -> UInt8 { try integer() }

    private mutating func integer<Number: FixedWidthInteger>() throws(ABIError) -> Number {
        guard let number = try uint256().asUInt64, let value = Number(exactly: number) else {
            throw .typeMismatch
        }
        return value
    }

    public mutating func bool() throws(ABIError) -> Bool {
        guard case .bool(let value) = try next() else { throw .typeMismatch }
        return value
    }

    public mutating func address() throws(ABIError) -> Address {
        guard case .address(let value) = try next() else { throw .typeMismatch }
        return value
    }

    public mutating func bytes32() throws(ABIError) -> Bytes32 {
        guard case .fixedBytes(let bytes) = try next(), let value = Bytes32(bytes)
        else { throw .typeMismatch }
        return value
    }

    public mutating func bytes() throws(ABIError) -> [UInt8] {
        guard case .bytes(let value) = try next() else { throw .typeMismatch }
        return value
    }

    /// The members of a tuple.
    public mutating func tuple() throws(ABIError) -> ABIFields {
        guard case .tuple(let values) = try next() else { throw .typeMismatch }
        return ABIFields(values)
    }

    public mutating func bytes32Array() throws(ABIError) -> [Bytes32] {
        try array { (fields) throws(ABIError) in try fields.bytes32() }
    }

    public mutating func uint32Array() throws(ABIError) -> [UInt32] {
        try array { (fields) throws(ABIError) in try fields.uint32() }
    }

    public mutating func uint256Array() throws(ABIError) -> [UInt256] {
        try array { (fields) throws(ABIError) in try fields.uint256() }
    }

    private mutating func array<Element>(
        _ next: (inout ABIFields) throws(ABIError) -> Element
    ) throws(ABIError) -> [Element] {
        guard case .array(let values) = try self.next() else { throw .typeMismatch }
        var fields = ABIFields(values)
        var result: [Element] = []
        result.reserveCapacity(values.count)
        for _ in values { result.append(try next(&fields)) }
        return result
    }
}
