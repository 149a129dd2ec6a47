import TestSupport
import Testing

@testable import ABI

@Suite struct RecoveryTests {
    private let order = UInt256(RecoverableSignature.order)
    private let half = UInt256(RecoverableSignature.halfOrder)

    @Test func halfTheOrderIsHalfOfIt() {
        #expect(half.adding(half)?.adding(.one) == order)
    }

    @Test func whatIsSignedIsRecovered() throws {
        let signer = try #require(TestSigner())
        var random = SplitMix64(seed: 5)
        for _ in 0..<200 {
            let key = (0..<32).map { _ in UInt8(random.next() & 0xff) }
            let digest = Keccak256.hash(key + [1])
            let bytes = try #require(signer.sign(digest, key: key))
            let address = try #require(signer.address(ofKey: key))
            #expect(try RecoverableSignature(bytes).signer(of: digest) == address)
            // v counts from 0 or from 27.
            let bare = bytes[..<64] + [bytes[64] - 27]
            #expect(try RecoverableSignature(Array(bare)).signer(of: digest) == address)
            // Of another message, or with the other point, it is another's.
            let other = Array(bytes[..<64]) + [bytes[64] ^ 7]
            #expect((try? RecoverableSignature(other).signer(of: digest)) != address)
            #expect((try? RecoverableSignature(bytes).signer(of: .zero)) != address)
        }
    }

    /// (r, n − s) with the other v verifies as well as (r, s): taking both would let anyone change
    /// a signature that is not theirs.
    @Test func theMirrorImageOfASignatureIsRefused() throws {
        let signer = try #require(TestSigner())
        let digest = Keccak256.hash([1, 2, 3])
        let bytes = try #require(signer.sign(digest, key: [UInt8](repeating: 7, count: 32)))
        let s = UInt256(try #require(Bytes32(bytes, at: 32)))
        let mirrored = try #require(order.subtracting(s))
        let twin = bytes[..<32] + mirrored.bytes32.bytes + [bytes[64] ^ 7]
        #expect(throws: RecoveryError.highS) { try RecoverableSignature(Array(twin)) }
    }

    @Test func scalarsAreInTheirRange() throws {
        let one = UInt256.one.bytes32
        let last = try #require(order.subtracting(.one))
        let aboveHalf = try #require(half.adding(.one))
        for (r, s, error) in [
            (UInt256.zero, UInt256.one, RecoveryError.rOutOfRange), (order, .one, .rOutOfRange),
            (.max, .one, .rOutOfRange), (.one, .zero, .sOutOfRange), (.one, order, .sOutOfRange),
            (.one, .max, .sOutOfRange), (.one, last, .highS), (.one, aboveHalf, .highS),
            (.zero, .zero, .rOutOfRange),
        ] {
            #expect(throws: error) {
                try RecoverableSignature(r: r.bytes32, s: s.bytes32, v: 27)
            }
        }
        for (r, s) in [(UInt256.one, UInt256.one), (last, .one), (.one, half)] {
            #expect(throws: Never.self) {
                try RecoverableSignature(r: r.bytes32, s: s.bytes32, v: 27)
            }
        }
        for v in UInt8.min...UInt8.max where ![0, 1, 27, 28].contains(v) {
            #expect(throws: RecoveryError.invalidV(v)) {
                try RecoverableSignature(r: one, s: one, v: v)
            }
        }
    }

    @Test func aSignatureHas65Bytes() {
        for count in [0, 1, 63, 64, 66, 130] {
            #expect(throws: RecoveryError.wrongLength(count)) {
                try RecoverableSignature([UInt8](repeating: 1, count: count))
            }
        }
    }

    /// 5 is the lowest number that is no abscissa of a point on the curve.
    @Test func anAbscissaOfNoPointHasNoSigner() throws {
        let signature = try RecoverableSignature(
            r: UInt256(5 as UInt64).bytes32, s: UInt256.one.bytes32, v: 0)
        #expect(throws: RecoveryError.notRecoverable) { try signature.signer(of: .zero) }
    }
}

@Suite struct RelayTests {
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
