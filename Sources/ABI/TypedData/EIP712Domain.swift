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
        var type: [UInt8] = []
        var data: [UInt8] = []
        if let name {
            EIP712Domain.append(",string name", to: &type)
            Keccak256.hash(Array(name.utf8)).append(to: &data)
        }
        if let version {
            EIP712Domain.append(",string version", to: &type)
            Keccak256.hash(Array(version.utf8)).append(to: &data)
        }
        if let chainID {
            EIP712Domain.append(",uint256 chainId", to: &type)
            chainID.bytes32.append(to: &data)
        }
        if let verifyingContract {
            EIP712Domain.append(",address verifyingContract", to: &type)
            verifyingContract.word.append(to: &data)
        }
        if let salt {
            EIP712Domain.append(",bytes32 salt", to: &type)
            salt.append(to: &data)
        }
        var signature: [UInt8] = []
        EIP712Domain.append("EIP712Domain(", to: &signature)
        signature.append(contentsOf: type.dropFirst())
        signature.append(0x29)
        var hasher = Keccak256()
        hasher.update(Keccak256.hash(signature))
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

    private static func append(_ text: StaticString, to result: inout [UInt8]) {
        text.withUTF8Buffer { result.append(contentsOf: $0) }
    }
}
