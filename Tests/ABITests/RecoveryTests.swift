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
