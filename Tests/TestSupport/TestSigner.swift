import ABI
import CSecp256k1

/// Signs and makes keys, which the application never does.
public final class TestSigner: @unchecked Sendable {
    // Written by nobody once it is made: signing takes it as a constant.
    private let context: OpaquePointer

    public init?() {
        guard let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else {
            return nil
        }
        self.context = context
    }

    deinit { secp256k1_context_destroy(context) }

    /// r ‖ s ‖ v with v 27 or 28; nil when `key` is no private key.
    public func sign(_ digest: Bytes32, key: [UInt8]) -> [UInt8]? {
        var signature = secp256k1_ecdsa_recoverable_signature()
        guard key.count == 32,
            secp256k1_ecdsa_sign_recoverable(
                context, &signature, digest.bytes, key, nil, nil) == 1
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: 64)
        var parity: Int32 = 0
        secp256k1_ecdsa_recoverable_signature_serialize_compact(
            context, &bytes, &parity, &signature)
        return bytes + [UInt8(27 + parity)]
    }

    /// The address of a private key.
    public func address(ofKey key: [UInt8]) -> Address? {
        var point = secp256k1_pubkey()
        guard key.count == 32, secp256k1_ec_pubkey_create(context, &point, key) == 1 else {
            return nil
        }
        return address(of: &point)
    }

    /// The address of a public key in any encoding; nil when it is none.
    public func address(ofPoint encoded: [UInt8]) -> Address? {
        var point = secp256k1_pubkey()
        guard secp256k1_ec_pubkey_parse(context, &point, encoded, encoded.count) == 1 else {
            return nil
        }
        return address(of: &point)
    }

    private func address(of point: inout secp256k1_pubkey) -> Address? {
        var encoded = [UInt8](repeating: 0, count: 65)
        var length = encoded.count
        secp256k1_ec_pubkey_serialize(
            context, &encoded, &length, &point, UInt32(SECP256K1_EC_UNCOMPRESSED))
        return Address(Keccak256.hash(Array(encoded[1...])).bytes, at: 12)
    }
}
