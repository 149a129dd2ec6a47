import ABI

/// What an account signs so that anyone may send a message in its name.
///
/// EIP-712 struct `Relay(address signer,uint256 nonce,uint64 deadline,bytes message)` in the domain
/// `{name: "DeML", version: "1", chainId, verifyingContract: the application}`.
public struct RelayMessage: Equatable, Sendable {
    public let signer: Address
    /// How many messages of the signer, sent by itself or relayed, were accepted before this one. A relay
    /// whose message is refused keeps its nonce; any message that is accepted first makes it void.
    public let nonce: UInt256
    /// Seconds; the relay is void from this time on.
    public let deadline: UInt64
    public let message: [UInt8]

    public init(signer: Address, nonce: UInt256, deadline: UInt64, message: [UInt8]) {
        self.signer = signer
        self.nonce = nonce
        self.deadline = deadline
        self.message = message
    }

    private static let typeHash = Keccak256.hash(
        Array("Relay(address signer,uint256 nonce,uint64 deadline,bytes message)".utf8))

    /// The domain of one application on one chain. Its separator never changes, so it may be kept.
    public static func domain(chainID: UInt64, application: Address) -> EIP712Domain {
        EIP712Domain(
            name: "DeML", version: "1", chainID: UInt256(chainID), verifyingContract: application)
    }

    /// `hashStruct(relay)`
    public var structHash: Bytes32 {
        var hasher = Keccak256()
        hasher.update(RelayMessage.typeHash)
        hasher.update(signer.word)
        hasher.update(nonce.bytes32)
        hasher.update(UInt256(deadline).bytes32)
        hasher.update(Keccak256.hash(message))
        return hasher.finish()
    }

    /// The digest that the signer signs in the domain with the given separator.
    public func digest(separator: Bytes32) -> Bytes32 {
        EIP712Domain.digest(separator: separator, message: structHash)
    }

    /// Throws unless `signature` is the signer's, 65 bytes r ‖ s ‖ v with v 27 or 28.
    ///
    /// One form of v only, so that a relay has one encoding.
    public func verify(_ signature: [UInt8], separator: Bytes32) throws(RecoveryError) {
        if signature.count == 65, signature[64] < 27 { throw .invalidV(signature[64]) }
        let found = try RecoverableSignature(signature).signer(of: digest(separator: separator))
        guard found == signer else { throw .wrongSigner(found) }
    }
}
