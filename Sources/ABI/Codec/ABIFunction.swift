/// A declared call: a name and its parameters. Inputs, notices and voucher payloads are all
/// `selector ‖ abi.encode(arguments)`.
public struct ABIFunction: Equatable, Sendable {
    public let name: String
    public let parameters: [ABIParameter]
    /// The canonical signature, such as `transfer(address,uint256)`.
    public let signature: String
    /// The first four bytes of Keccak-256 of the canonical signature, read as a big-endian number.
    public let selector: UInt32

    public init(_ name: String, _ parameters: ABIParameter...) {
        self.init(name: name, parameters: parameters)
    }

    public init(name: String, parameters: [ABIParameter]) {
        self.init(
            name: name, parameters: parameters,
            signature: name + ABIType.canonicalName(of: parameters))
    }

    init(name: String, parameters: [ABIParameter], signature: String) {
        self.name = name
        self.parameters = parameters
        self.signature = signature
        let digest = Keccak256.hash(Array(signature.utf8))
        self.selector = UInt32(truncatingIfNeeded: digest.words.0 >> 32)
    }

    /// The selector as the four bytes on the wire.
    public var selectorBytes: [UInt8] {
        [
            UInt8(truncatingIfNeeded: selector >> 24), UInt8(truncatingIfNeeded: selector >> 16),
            UInt8(truncatingIfNeeded: selector >> 8), UInt8(truncatingIfNeeded: selector),
        ]
    }

    /// The selector at the front of `payload`; nil when there are fewer than four bytes.
    public static func selector(of payload: [UInt8]) -> UInt32? {
        guard payload.count >= 4 else { return nil }
        return UInt32(payload[0]) << 24 | UInt32(payload[1]) << 16 | UInt32(payload[2]) << 8
            | UInt32(payload[3])
    }

    /// `selector ‖ abi.encode(values)`.
    public func encode(_ values: [ABIValue]) throws(ABIError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(4 + ABIType.headSize(of: parameters))
        result.append(contentsOf: selectorBytes)
        try ABIEncoder.append(values, as: parameters, to: &result, depth: 0)
        return result
    }

    /// The arguments in `payload`, whose selector the caller has matched.
    public func decode(_ payload: [UInt8]) throws(ABIError) -> [ABIValue] {
        try ABIDecoder.decode(parameters, from: payload, at: 4)
    }
}
