import ABI
import CNettle

/// SHA-256 (FIPS 180-4), by nettle: the hash behind every CID that DeML accepts.
///
/// A value is a hash on its way: a copy goes on by itself.
public struct SHA256: Sendable {
    private var context = sha256_ctx()

    /// The hash of nothing yet.
    public init() {
        withUnsafeMutablePointer(to: &context) { cnettle_sha256_init($0) }
    }

    /// Begins with nothing again.
    public mutating func restart() {
        withUnsafeMutablePointer(to: &context) { cnettle_sha256_init($0) }
    }

    /// Takes in `bytes[range]`, which the caller has proved to exist.
    public mutating func update(_ bytes: [UInt8], _ range: Range<Int>) {
        withUnsafeMutablePointer(to: &context) { context in
            bytes.withUnsafeBufferPointer {
                cnettle_sha256_update(
                    context, range.count, $0.baseAddress.map { $0 + range.lowerBound })
            }
        }
    }

    /// The digest of what came so far, made of a copy: more can follow.
    public var finalised: Bytes32 {
        var copy = context
        return Bytes32(writtenBy: { digest in
            withUnsafeMutablePointer(to: &copy) { cnettle_sha256_digest($0, digest) }
        })
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Bytes32 {
        var hash = SHA256()
        hash.update(bytes, 0..<bytes.count)
        return hash.finalised
    }
}
