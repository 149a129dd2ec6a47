import ABI
import CNettle

/// SHA-256 (FIPS 180-4), by nettle: the hash behind every CID that DeML accepts.
public enum SHA256 {
    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Bytes32 {
        var context = sha256_ctx()
        var digest = [UInt8](repeating: 0, count: 32)
        withUnsafeMutablePointer(to: &context) { context in
            cnettle_sha256_init(context)
            bytes.withUnsafeBufferPointer {
                cnettle_sha256_update(context, $0.count, $0.baseAddress)
            }
            digest.withUnsafeMutableBufferPointer {
                cnettle_sha256_digest(context, $0.baseAddress)
            }
        }
        return Bytes32(digest) ?? .zero
    }
}
