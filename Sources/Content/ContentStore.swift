import ABI

/// Verified blobs by their SHA-256, and the uploads under way.
///
/// A blob is in the store only after its bytes were hashed, and only as long as a job refers to it.
/// A blob that came as the blocks of a DAG is known under its root too. What the drive of the
/// machine holds is always there.
public struct ContentStore: Sendable {
    private struct Blob {
        let bytes: [UInt8]
        var references: Int
        /// Roots under which the blob is known besides its own digest.
        var roots: [Bytes32] = []
    }

    private struct UploadKey: Hashable {
        let job: UInt64
        let sender: Address
    }

    private let drive: ContentDrive
    // Looked up, never iterated.
    private var blobs: [Bytes32: Blob] = [:]
    private var uploads: [UploadKey: Upload] = [:]
    private var files: [Bytes32: Bytes32] = [:]
    /// Bytes of all blobs, without the drive's.
    public private(set) var storedBytes = 0
    /// Bytes received of all uploads under way.
    public private(set) var openBytes = 0

    public init(drive: ContentDrive = ContentDrive()) {
        self.drive = drive
    }

    /// The bytes whose SHA-256 is `digest`, when the drive or some job has them.
    public func bytes(of digest: Bytes32) -> [UInt8]? {
        drive.bytes(of: digest) ?? blobs[digest]?.bytes
    }

    /// The same, when the drive has them.
    public func bytesOnDrive(of digest: Bytes32) -> [UInt8]? {
        drive.bytes(of: digest)
    }

    /// SHA-256 of the blob that `cid` names: its own for a raw block, the file's for the root of a
    /// DAG that has been put together. The bytes need not be there for a raw block.
    public func digest(of cid: CID) -> Bytes32? {
        if let digest = cid.rawDigest { return digest }
        guard cid.codec == CID.dagPBCodec, let root = cid.digest else { return nil }
        return files[root]
    }

    /// The roots under which a blob is known besides its own digest, in the order in which they came.
    public func roots(of digest: Bytes32) -> [Bytes32] {
        blobs[digest]?.roots ?? []
    }

    /// The upload that `sender` has open for `job`.
    public func upload(for job: UInt64, from sender: Address) -> Upload? {
        uploads[UploadKey(job: job, sender: sender)]
    }

    /// Keeps, replaces or (with nil) drops the upload that `sender` has open for `job`.
    public mutating func setUpload(_ upload: Upload?, for job: UInt64, from sender: Address) {
        let key = UploadKey(job: job, sender: sender)
        openBytes += (upload?.received ?? 0) - (uploads[key]?.received ?? 0)
        uploads[key] = upload
    }

    /// Adds one reference to the blob, whose hash the caller has checked.
    public mutating func retain(_ digest: Bytes32, bytes: [UInt8]) {
        if blobs[digest] == nil { storedBytes += bytes.count }
        blobs[digest, default: Blob(bytes: bytes, references: 0)].references += 1
    }

    /// Makes a blob in the store known under the root of a DAG that it was put together from.
    public mutating func name(_ root: Bytes32, for digest: Bytes32) {
        guard blobs[digest] != nil, files[root] == nil else { return }
        blobs[digest]?.roots.append(root)
        files[root] = digest
    }

    /// Takes one reference away, and the bytes with the last one.
    public mutating func release(_ digest: Bytes32) {
        guard let blob = blobs[digest] else { return }
        guard blob.references <= 1 else {
            blobs[digest]?.references -= 1
            return
        }
        for root in blob.roots { files[root] = nil }
        storedBytes -= blob.bytes.count
        blobs[digest] = nil
    }
}
