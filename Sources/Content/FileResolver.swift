import ABI

/// Finds the file under a root CID among blocks at hand.
///
/// The shape of the DAG does not matter: balanced or not, raw or dag-pb leaves, small leaves inside
/// of their CIDs. What bounds the work is not the number of blocks, since a link may be repeated: it
/// is the nodes visited, their depth, and the sizes declared, which are checked before any child is
/// looked at.
public enum FileResolver {
    /// Nodes visited, the same block counted each time.
    public static var nodeLimit: Int { 8_192 }
    /// Links between the root and a leaf.
    public static var depthLimit: Int { 16 }
    /// Missing blocks that are named: the first ones in the order of the file.
    public static var missingLimit: Int { 8 }

    public enum Resolution: Equatable, Sendable {
        /// The bytes, and the digests of the blocks that they came from, each once in the order of
        /// the file.
        case whole([UInt8], blocks: [Bytes32])
        /// The first blocks that are not at hand, and the digests of those that are.
        case missing([CID], found: [Bytes32])
    }

    /// The file under `root`, of at most `sizeLimit` bytes. `block` gives the bytes with a SHA-256,
    /// which are taken to have it.
    public static func resolve(
        _ root: CID, sizeLimit: UInt64, block: (Bytes32) -> [UInt8]?
    ) throws(DagError) -> Resolution {
        var walk = Walk(root: root, sizeLimit: sizeLimit)
        while let visit = walk.next() {
            guard visit.cid.codec == CID.rawCodec || visit.cid.codec == CID.dagPBCodec else {
                throw .unsupportedCodec(visit.cid.codec)
            }
            switch visit.cid.multihash {
            case .identity(let bytes):
                try walk.take(bytes, at: visit)
            case .sha256(let digest):
                if let bytes = block(digest) {
                    walk.note(digest)
                    try walk.take(bytes, at: visit)
                } else {
                    walk.miss(visit.cid)
                }
            }
        }
        return walk.result()
    }
}

/// The state of one walk, depth first in the order of the file.
private struct Walk {
    struct Visit {
        let cid: CID
        /// What the parent says; nil at the root.
        let size: UInt64?
        let depth: Int
    }

    let sizeLimit: UInt64
    /// Nodes to visit, the next one last.
    private var pending: [Visit]
    private var visited = 0
    private var parts: [ArraySlice<UInt8>] = []
    private var size: UInt64 = 0
    private var blocks: [Bytes32] = []
    private var missing: [CID] = []

    init(root: CID, sizeLimit: UInt64) {
        self.sizeLimit = sizeLimit
        pending = [Visit(cid: root, size: nil, depth: 0)]
    }

    mutating func next() -> Visit? {
        visited += 1
        return pending.popLast()
    }

    mutating func note(_ digest: Bytes32) {
        blocks.append(digest)
    }

    mutating func miss(_ cid: CID) {
        guard missing.count < FileResolver.missingLimit, !missing.contains(cid) else { return }
        missing.append(cid)
    }

    /// Takes the bytes of a leaf, or the children of a node.
    mutating func take(_ bytes: [UInt8], at visit: Visit) throws(DagError) {
        guard visit.cid.codec == CID.dagPBCodec else {
            try check(UInt64(bytes.count), at: visit)
            append(bytes)
            return
        }
        let node = try FileNode(try DagNode(parsing: bytes))
        try check(node.size, at: visit)
        append(node.data)
        guard !node.children.isEmpty else { return }
        guard visit.depth < FileResolver.depthLimit else { throw .tooDeep }
        // What is known to come counts already: a bomb ends before it is unfolded.
        guard visited + pending.count + node.children.count <= FileResolver.nodeLimit else {
            throw .tooManyNodes
        }
        for child in node.children.reversed() {
            pending.append(Visit(cid: child.cid, size: child.size, depth: visit.depth + 1))
        }
    }

    private func check(_ found: UInt64, at visit: Visit) throws(DagError) {
        guard let declared = visit.size else {
            guard found <= sizeLimit else { throw .tooLarge(declared: found, limit: sizeLimit) }
            return
        }
        guard found == declared else { throw .sizeMismatch(declared: declared, found: found) }
    }

    /// The sizes agree from the root down, so that no more than the root's is ever appended.
    private mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        size += UInt64(bytes.count)
        parts.append(bytes[...])
    }

    consuming func result() -> FileResolver.Resolution {
        guard missing.isEmpty else { return .missing(missing, found: distinct(blocks)) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(size))
        for part in parts { bytes.append(contentsOf: part) }
        return .whole(bytes, blocks: distinct(blocks))
    }

    /// Each digest once, where it came first.
    private func distinct(_ digests: [Bytes32]) -> [Bytes32] {
        // Looked up, never iterated.
        var seen: Set<Bytes32> = []
        var result: [Bytes32] = []
        for digest in digests where seen.insert(digest).inserted { result.append(digest) }
        return result
    }
}
