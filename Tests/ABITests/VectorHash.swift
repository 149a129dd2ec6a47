import ABI
import CNettle

/// SHA-256, which the vectors of other protocols sign.
func sha256(_ message: [UInt8]) -> Bytes32? {
    var context = sha256_ctx()
    var digest = [UInt8](repeating: 0, count: 32)
    cnettle_sha256_init(&context)
    cnettle_sha256_update(&context, message.count, message)
    cnettle_sha256_digest(&context, &digest)
    return Bytes32(digest)
}
