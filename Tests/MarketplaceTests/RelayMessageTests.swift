import ABI
import Marketplace
import Testing

/// What an account signs, and who signed it.
@Suite struct RelayMessageTests {
    private let application = "0x69bA070B5e98788b24959450C9FfbE4b7DAc7843"
    /// Digest and signature by eth-account 0.14.0 with the key keccak256("deml relay test").
    private let digest = "0x3691c0bc85cac3a36892fea58ee34d58e2dd7395df07076bfb7bcd66a93f77c6"
    private let signature =
        "0x86d50b55f79f8b0fe2d9d9817bd5240e9884e6c09a586a734ada5bd9a726a8e1"
        + "133e982e1c0b4b34c92e8b42ed893d8eb806f717583375b8523b6677cf5ca7701b"

    private func domain() throws -> EIP712Domain {
        RelayMessage.domain(chainID: 31_337, application: try #require(Address(hex: application)))
    }

    private func message(nonce: UInt64 = 7, deadline: UInt64 = 1_700_000_012) throws -> RelayMessage
    {
        RelayMessage(
            signer: try #require(Address(hex: "0x7f1AB26E67D68B234949f1cB51208a97829F8AbD")),
            nonce: UInt256(nonce), deadline: deadline, message: [0x8c, 0xf7, 0x0f, 0x0b])
    }

    @Test func theDigestIsThatOfAWallet() throws {
        let separator = try domain().separator
        #expect(Hex.string(try message().digest(separator: separator).bytes) == digest)
        let bytes = try #require(Hex.decode(Array(signature.utf8)))
        try message().verify(bytes, separator: separator)
    }

    @Test func aChangedMessageIsAnothersMessage() throws {
        let separator = try domain().separator
        let bytes = try #require(Hex.decode(Array(signature.utf8)))
        for changed in [try message(nonce: 8), try message(deadline: 1_700_000_013)] {
            let error = #expect(throws: RecoveryError.self) {
                try changed.verify(bytes, separator: separator)
            }
            guard case .wrongSigner = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        var other = try domain()
        other.chainID = .one
        #expect(throws: RecoveryError.self) {
            try message().verify(bytes, separator: other.separator)
        }
    }

    /// One form of v only, so that a relay has one encoding.
    @Test func vIsWrittenAsWalletsWriteIt() throws {
        let separator = try domain().separator
        var bytes = try #require(Hex.decode(Array(signature.utf8)))
        bytes[64] -= 27
        #expect(throws: RecoveryError.invalidV(0)) {
            try message().verify(bytes, separator: separator)
        }
    }
}
