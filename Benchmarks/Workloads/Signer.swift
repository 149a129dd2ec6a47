import ABI
import CSecp256k1

/// Signs as an account of its own, which the application never does.
struct Signer {
    let address: Address
    private let context: OpaquePointer
    private let key: [UInt8]

    /// `number` tells the accounts apart, from 1.
    init(number: UInt8) {
        guard let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else {
            Measurement.fail("signer")
        }
        self.context = context
        key = [UInt8](repeating: 0, count: 31) + [number]
        var point = secp256k1_pubkey()
        var encoded = [UInt8](repeating: 0, count: 65)
        var length = encoded.count
        let isValid = secp256k1_ec_pubkey_create(context, &point, key) == 1
        secp256k1_ec_pubkey_serialize(
            context, &encoded, &length, &point, UInt32(SECP256K1_EC_UNCOMPRESSED))
        let digest = Keccak256.hash(Array(encoded[1...]))
        guard isValid, let address = Address(digest.bytes, at: 12) else {
            Measurement.fail("key")
        }
        self.address = address
    }

    /// r ‖ s ‖ v.
    func sign(_ digest: Bytes32) -> [UInt8] {
        var signature = secp256k1_ecdsa_recoverable_signature()
        guard
            secp256k1_ecdsa_sign_recoverable(
                context, &signature, digest.bytes, key, nil, nil) == 1
        else { Measurement.fail("signature") }
        var bytes = [UInt8](repeating: 0, count: 64)
        var parity: Int32 = 0
        secp256k1_ecdsa_recoverable_signature_serialize_compact(
            context, &bytes, &parity, &signature)
        return bytes + [UInt8(truncatingIfNeeded: 27 + parity)]
    }
}
