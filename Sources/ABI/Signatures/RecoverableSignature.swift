import CSecp256k1

/// An ECDSA signature on secp256k1 from which the signer's address can be recovered.
///
/// Only canonical ones exist: 0 < r < n and 0 < s ≤ n/2. The curve arithmetic is libsecp256k1's.
///
/// Sources: SEC 2 version 2, section 2.4.1 (n); EIP-2 (low s); Ethereum yellow paper, appendix F
/// (v and the address of a key).
public struct RecoverableSignature: Equatable, Sendable {
    public let r: Bytes32
    public let s: Bytes32
    /// Whether y of the point with abscissa r is odd.
    public let isOdd: Bool

    /// The order of the group.
    static var order: Bytes32 {
        Bytes32(
            words: (
                0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe, 0xbaae_dce6_af48_a03b,
                0xbfd2_5e8c_d036_4141
            ))
    }

    /// `⌊n / 2⌋`
    static var halfOrder: Bytes32 {
        Bytes32(
            words: (
                0x7fff_ffff_ffff_ffff, 0xffff_ffff_ffff_ffff, 0x5d57_6e73_57a4_501d,
                0xdfe9_2f46_681b_20a0
            ))
    }

    /// v is 0 or 1, or 27 or 28 as wallets write it.
    public init(r: Bytes32, s: Bytes32, v: UInt8) throws(RecoveryError) {
        switch v {
        case 0, 27: isOdd = false
        case 1, 28: isOdd = true
        default: throw .invalidV(v)
        }
        let order = RecoverableSignature.order
        guard r != .zero, r < order else { throw .rOutOfRange }
        guard s != .zero, s < order else { throw .sOutOfRange }
        guard s <= RecoverableSignature.halfOrder else { throw .highS }
        self.r = r
        self.s = s
    }

    /// The 65 bytes r ‖ s ‖ v.
    public init(_ bytes: [UInt8]) throws(RecoveryError) {
        guard bytes.count == 65, let r = Bytes32(bytes), let s = Bytes32(bytes, at: 32) else {
            throw .wrongLength(bytes.count)
        }
        try self.init(r: r, s: s, v: bytes[64])
    }

    /// The address of the account that signed `digest`.
    ///
    /// Every digest has a signer for nearly every signature: the caller must know whom to expect.
    public func signer(of digest: Bytes32) throws(RecoveryError) -> Address {
        var key = [UInt8](repeating: 0, count: 64)
        let scalars = r.bytes + s.bytes
        let message = digest.bytes
        let found = key.withUnsafeMutableBufferPointer { key in
            scalars.withUnsafeBufferPointer { scalars in
                message.withUnsafeBufferPointer { message in
                    csecp256k1_recover(
                        key.baseAddress, scalars.baseAddress, isOdd ? 1 : 0, message.baseAddress)
                }
            }
        }
        guard found == 1, let address = Address(Keccak256.hash(key).bytes, at: 12) else {
            throw .notRecoverable
        }
        return address
    }
}
