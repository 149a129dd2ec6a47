import ABI

/// Verified blobs by their SHA-256, and the uploads under way.
///
/// A blob is in the store only after its bytes were hashed, and only as long as a job refers to it.
public struct ContentStore: Sendable {
    private struct Blob {
        let bytes: [UInt8]
        var references: Int
    }

    private struct UploadKey: Hashable {
        let job: UInt64
        let sender: Address
    }

    // Looked up, never iterated.
    private var blobs: [Bytes32: Blob] = [:]
    private var uploads: [UploadKey: Upload] = [:]

    public init() {}

    /// The bytes whose SHA-256 is `digest`, when some job has them.
    public func bytes(of digest: Bytes32) -> [UInt8]? {
        blobs[digest]?.bytes
    }

    /// The upload that `sender` has open for `job`.
    public func upload(for job: UInt64, from sender: Address) -> Upload? {
        uploads[UploadKey(job: job, sender: sender)]
    }

    /// Keeps, replaces or (with nil) drops the upload that `sender` has open for `job`.
    public mutating func setUpload(_ upload: Upload?, for job: UInt64, from sender: Address) {
        uploads[UploadKey(job: job, sender: sender)] = upload
    }

    /// Adds one reference to the blob, whose hash the caller has checked.
    public mutating func retain(_ digest: Bytes32, bytes: [UInt8]) {
        blobs[digest, default: Blob(bytes: bytes, references: 0)].references += 1
    }

    /// Takes one reference away, and the bytes with the last one.
    public mutating func release(_ digest: Bytes32) {
        guard let blob = blobs[digest] else { return }
        if blob.references <= 1 {
            blobs[digest] = nil
        } else {
            blobs[digest]?.references -= 1
        }
    }
}
