/// The domain of EIP-712 typed data: which application a signature is for.
///
/// A field that is nil is not a member of the domain's type.
///
/// Source: EIP-712, sections "Definition of domainSeparator" and "Definition of hashStruct".
public struct EIP712Domain: Equatable, Sendable {
    public var name: String?
    public var version: String?
    public var chainID: UInt256?
    public var verifyingContract: Address?
    public var salt: Bytes32?

    public init(
        name: String? = nil, version: String? = nil, chainID: UInt256? = nil,
        verifyingContract: Address? = nil, salt: Bytes32? = nil
    ) {
        self.name = name
        self.version = version
        self.chainID = chainID
        self.verifyingContract = verifyingContract
        self.salt = salt
    }

    /// `hashStruct(eip712Domain)`
    public var separator: Bytes32 {
        let members: [(StaticString, Bytes32?)] = [
            ("string name", name.map { Keccak256.hash(Array($0.utf8)) }),
            ("string version", version.map { Keccak256.hash(Array($0.utf8)) }),
            ("uint256 chainId", chainID?.bytes32),
            ("address verifyingContract", verifyingContract?.word), ("bytes32 salt", salt),
        ]
        var type = Array("EIP712Domain".utf8)
        var data: [UInt8] = []
        for (member, word) in members {
            guard let word else { continue }
            type.append(data.isEmpty ? 0x28 : 0x2C)
            member.withUTF8Buffer { type.append(contentsOf: $0) }
            word.append(to: &data)
        }
        if data.isEmpty { type.append(0x28) }
        var hasher = Keccak256()
        hasher.update(Keccak256.hash(type + [0x29]))
        hasher.update(data)
        return hasher.finish()
    }

    /// `keccak256(0x19 ‖ 0x01 ‖ separator ‖ hashStruct(message))`: what a wallet signs.
    public static func digest(separator: Bytes32, message: Bytes32) -> Bytes32 {
        var hasher = Keccak256()
        hasher.update([0x19, 0x01])
        hasher.update(separator)
        hasher.update(message)
        return hasher.finish()
    }
}
