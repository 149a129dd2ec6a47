import ABI
import Content

/// Writes the stream in which a file under a root comes to the application: a CAR file of version 1
/// with the block of every link at every visit, depth first, as `FileStream` reads it.
///
/// The blocks are taken to hash to their CIDs; their sizes are not compared with those declared.
public struct CARStream {
    /// Missing blocks that are named: the first ones in the order of the file.
    public static var missingLimit: Int { 8 }

    private let root: CID
    private var open: [OpenNode] = []
    private var due: CID?
    private var missing: [CID] = []
    private var isBegun = false

    /// The stream of the file under `root`, a dag-pb node with sha2-256.
    public init(root: CID) {
        self.root = root
        due = root
    }

    /// The next part of the stream: the header, or a section; nil behind the last one. `block` gives
    /// the bytes with a SHA-256, nil when they are not at hand. When one is missing, this walks on,
    /// and its error names the first ones.
    public mutating func next(
        _ block: (Bytes32) -> [UInt8]?
    ) throws(DagError) -> [UInt8]? {
        guard isBegun else {
            isBegun = true
            return CARWriter.encode(roots: [root], blocks: [])
        }
        guard let section = try visit(block) else { return nil }
        let name = section.cid.binary
        var result: [UInt8] = []
        result.reserveCapacity(name.count + section.bytes.count + 4)
        appendVarint(UInt64(name.count + section.bytes.count), to: &result)
        result += name
        result += section.bytes
        return result
    }

    /// The whole stream. A DAG whose stream would be longer than the size of an upload can say is
    /// `tooLarge`, found before anything is written.
    public static func bytes(
        root: CID, block: (Bytes32) -> [UInt8]?
    ) throws(DagError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(try size(root: root, block: block))
        var stream = CARStream(root: root)
        while let part = try stream.next(block) { result += part }
        return result
    }

    /// The size that a root declares for its file, in bytes.
    public static func fileSize(of root: [UInt8]) throws(DagError) -> UInt64 {
        try NodeReader.read(root).reader.size
    }

    /// The length of the whole stream in bytes, at most 2^32 − 1.
    public static func size(
        root: CID, block: (Bytes32) -> [UInt8]?
    ) throws(DagError) -> Int {
        var stream = CARStream(root: root)
        var size = try stream.next(block)?.count ?? 0
        while let section = try stream.visit(block) {
            let count = section.cid.binary.count + section.bytes.count
            var length: [UInt8] = []
            appendVarint(UInt64(count), to: &length)
            size += length.count + count
            guard size <= Int(UInt32.max) else {
                throw .tooLarge(declared: UInt64(size), limit: UInt64(UInt32.max))
            }
        }
        return size
    }

    /// The next block that is sent.
    private mutating func visit(_ block: (Bytes32) -> [UInt8]?) throws(DagError) -> Block? {
        while let cid = try nextDue() {
            // Written out: with `flatMap` the optimiser of Swift 6.3 fails on this function.
            var found: [UInt8]?
            if let digest = cid.digest { found = block(digest) }
            guard let bytes = found else {
                if !missing.contains(cid) { missing.append(cid) }
                if missing.count == CARStream.missingLimit { throw .missing(missing) }
                continue
            }
            guard bytes.count <= Block.sizeLimit else { throw .blockTooLarge(bytes: bytes.count) }
            if cid.codec == CID.dagPBCodec {
                let depth = (open.last?.depth ?? 0) + 1
                try push(bytes, cid, depth)
            }
            if missing.isEmpty { return Block(cid: cid, bytes: bytes) }
        }
        guard missing.isEmpty else { throw .missing(missing) }
        return nil
    }

    /// The root, then the next link to a block that is not inside of its CID.
    private mutating func nextDue() throws(DagError) -> CID? {
        if let root = due {
            due = nil
            guard root.codec == CID.dagPBCodec, root.digest != nil else {
                throw .unsupportedCodec(root.codec)
            }
            return root
        }
        while var node = open.popLast() {
            guard node.linksLeft > 0 else { continue }
            let child = node.next().child
            open.append(node)
            switch child {
            case .block(let cid): return cid
            case .inline(let range, let isNode):
                if isNode { try push(Array(node.bytes[range]), node.cid, node.depth + 1) }
            }
        }
        return nil
    }

    private mutating func push(_ block: [UInt8], _ cid: CID, _ depth: Int) throws(DagError) {
        let node = OpenNode(try NodeReader.read(block).reader, cid: cid, depth: depth)
        guard node.linksLeft > 0 else { return }
        guard depth < FileStream.depthLimit else { throw .tooDeep }
        open.append(node)
    }

    /// The blocks to which a node links, through those inside of their CIDs.
    static func links(of block: [UInt8]) throws(DagError) -> [Bytes32] {
        // A walk that goes no further than one node.
        let root = CID.dagPB(digest: .zero)
        var walk = CARStream(root: root)
        try walk.push(block, root, 1)
        walk.due = nil
        var found: [Bytes32] = []
        while let cid = try walk.nextDue() {
            if let digest = cid.digest { found.append(digest) }
        }
        return found
    }
}
