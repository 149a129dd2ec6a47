import ABI

/// A file that is whole.
public struct WholeFile: Sendable {
    public let bytes: [UInt8]
    /// SHA-256 of the bytes.
    public let digest: Bytes32
    /// SHA-256 of the address that the stream was bound to and the bytes; nil when it was to none.
    public let boundDigest: Bytes32?

    /// A file whose digests the caller has made.
    public init(bytes: [UInt8], digest: Bytes32, boundDigest: Bytes32?) {
        self.bytes = bytes
        self.digest = digest
        self.boundDigest = boundDigest
    }
}

/// One file on its way in, piece by piece.
///
/// Under a raw CID the stream is the file. Under the CID of a dag-pb node it is a CAR file of
/// version 1 (`varint(length) ‖ header`, sections of `varint(length) ‖ CID ‖ block`) with the block
/// of every link at every visit, depth first, the root first. Every byte is hashed as it comes, for
/// its block and for the file, and never again; the work for a piece is in proportion to its length,
/// but for `inlineLimit`. The state is the same however the stream is cut into pieces.
public struct FileStream: Sendable {
    /// The way of a stream: raw bytes; or the header, then sections, each with the block of a leaf
    /// or a node behind its length and CID.
    enum Stage: UInt8 {
        case raw, header, section, leaf, node, done, failed
    }

    /// The block that is due, and what its parent says of it.
    struct Due {
        let cid: CID
        let digest: Bytes32
        let size: UInt64
        /// Nodes from the root to this one, both included.
        let depth: Int
    }

    /// Nodes from the root to a leaf, both included.
    public static var depthLimit: Int { 16 }
    /// Bytes of the header of a CAR file.
    public static var headerLimit: Int { 512 }
    /// Bytes of links to blocks inside of their CIDs that are followed in a stream. One piece may make
    /// all of them due: a few bytes behind a node, or between two, end the wait for its next links.
    public static var inlineLimit: Int { 16_384 }

    /// The raw block or the root.
    public let cid: CID
    /// Bytes of the stream.
    public let size: UInt32
    /// Bytes of the file.
    public let length: Int
    /// Bytes of the stream so far: the offset that is due.
    public private(set) var received: UInt32 = 0

    private var file: [UInt8] = []
    private var fileHash = SHA256()
    private var boundHash: SHA256?

    var stage: Stage
    /// The header, or the length and the CID of a section, as far as they came, and where they end
    /// as far as that is known.
    var head: [UInt8] = []
    var headEnd = 0
    /// The numbers in `head`, where the next one begins, and where the CID does.
    var numbers: [UInt64] = []
    var numberAt = 0
    var cidAt = 0
    /// Bytes of the section that are still to come.
    var bodyLeft = 0
    var due: Due?
    var blockHash = SHA256()
    /// The node that is read, and nothing else between nodes.
    var node = NodeReader.none
    /// Nodes with links due, the root first, and the bytes that they hold.
    var open: [OpenNode] = []
    var openBytes = 0
    /// Bytes of links that were followed to blocks inside of their CIDs, against `inlineLimit`.
    var inlineBytes = 0

    /// A stream of `size` bytes with the file `cid`, raw or dag-pb with sha2-256, which has exactly
    /// `length` bytes; and for a model the account whose address goes into `boundDigest`.
    public init(cid: CID, size: UInt32, length: Int, boundTo client: Address?) {
        self.cid = cid
        self.size = size
        self.length = length
        if let client {
            var address: [UInt8] = []
            client.append(to: &address)
            var hash = SHA256()
            hash.update(address, 0..<address.count)
            boundHash = hash
        }
        stage = cid.codec == CID.dagPBCodec ? .header : .raw
        if let digest = cid.digest {
            due = Due(cid: cid, digest: digest, size: UInt64(clamping: length), depth: 1)
        }
    }

    /// The most that a stream for a file of `length` bytes holds at any time, in bytes.
    public static func bound(_ length: Int) -> Int { length + length / 16 + 1_024 }

    /// Bytes held now: those of the file, and of nodes that are on their way or have links due.
    public var heldBytes: Int { file.count + openBytes + node.bytes.count }

    /// Whether the file is complete and all of its hashes are right.
    public var isWhole: Bool { stage == .done && received == size }

    /// The file when it is whole, else nil.
    public consuming func finish() -> WholeFile? {
        guard isWhole else { return nil }
        return WholeFile(
            bytes: file, digest: fileHash.finalised, boundDigest: boundHash?.finalised)
    }

    /// Appends the next piece, which is not empty and does not pass `size`. After an error nothing
    /// is held, and every piece is refused.
    public mutating func append(_ piece: [UInt8]) throws(StreamFault) {
        do throws(StreamFault) {
            guard !piece.isEmpty, piece.count <= Int(size - received), stage != .failed else {
                throw StreamFault(.malformedStream, cid, "piece")
            }
            try take(piece)
            received += UInt32(piece.count)
            if received == size { try close() }
        } catch {
            stage = .failed
            file = []
            head = []
            node = .none
            open = []
            openBytes = 0
            throw error
        }
    }

    private mutating func take(_ piece: [UInt8]) throws(StreamFault) {
        var position = 0
        while position < piece.count {
            switch stage {
            case .raw:
                guard Int(size) == length else { throw StreamFault(.wrongSize, cid, "stream") }
                appendFile(piece, position..<piece.count)
                position = piece.count
            case .header:
                try takeHeader(piece[position])
                position += 1
            case .section: try takeHead(piece, &position)
            case .leaf, .node: try takeBody(piece, &position)
            case .done, .failed: throw StreamFault(.malformedStream, cid, "trailingBytes")
            }
        }
    }

    /// Whether the stream may end here.
    private mutating func close() throws(StreamFault) {
        if stage == .raw {
            guard fileHash.finalised == due?.digest else {
                throw StreamFault(.wrongBlock, cid, "hashMismatch")
            }
            stage = .done
        }
        guard stage == .done else {
            throw StreamFault(.malformedStream, due?.cid ?? cid, "missing")
        }
    }

    /// Room that is left under the bound.
    var room: Int { FileStream.bound(length) - heldBytes }

    /// Appends bytes of the file, which the declared sizes have let in.
    mutating func appendFile(_ bytes: [UInt8], _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        // Once, and exactly: the pages come with the bytes.
        if file.isEmpty { file.reserveCapacity(length) }
        file.append(bytes, range)
        fileHash.update(bytes, range)
        boundHash?.update(bytes, range)
    }

    /// Feeds `add` with the state in a fixed order, which depends on nothing but the bytes so far:
    /// CID, size, bytes received, digest of the file's bytes so far, the begun header or section,
    /// the block that is due, the links to blocks inside of CIDs so far, and the open nodes with their
    /// cursors. Numbers have eight bytes, big-endian.
    public func addCanonical(_ add: ([UInt8]) -> Void) {
        add(cid.binary)
        add(Int(size).bigEndianBytes)
        add(Int(received).bigEndianBytes)
        add(fileHash.finalised.bytes)
        add([stage.rawValue])
        add(head)
        add(bodyLeft.bigEndianBytes)
        add(node.bytes)
        add(node.ownLeft.bigEndianBytes)
        add(due?.cid.binary ?? [])
        add(inlineBytes.bigEndianBytes)
        add(open.count.bigEndianBytes)
        for node in open {
            add(node.bytes)
            for cursor in [node.depth, node.linkAt, node.sizeAt, node.linksLeft] {
                add(cursor.bigEndianBytes)
            }
        }
    }
}

extension Int {
    fileprivate var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) }
    }
}
