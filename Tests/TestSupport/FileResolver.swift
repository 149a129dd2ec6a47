import ABI
import Archive
import Content

/// Finds the file under a root among blocks at hand: all blocks first, node by node from the root
/// down. It shares no code with the stream reader, which it is compared with.
public enum FileResolver {
    public enum Fault: Error, Equatable {
        case missing(CID)
        case wrongBlock(CID)
        case wrongSize(CID)
        case tooDeep(CID)
        case malformed(CID, ParsedNode.Fault)
    }

    /// Nodes from the root to a leaf, both included.
    public static var depthLimit: Int { 16 }

    /// The file under `root`. `block` gives the bytes with a SHA-256.
    public static func file(_ root: CID, block: (Bytes32) -> [UInt8]?) throws(Fault) -> [UInt8] {
        try file(root, depth: 1, block: block)
    }

    private static func file(
        _ cid: CID, depth: Int, block: (Bytes32) -> [UInt8]?
    ) throws(Fault) -> [UInt8] {
        guard depth <= depthLimit else { throw .tooDeep(cid) }
        let bytes: [UInt8]
        switch cid.multihash {
        case .identity(let inside): bytes = inside
        case .sha256(let digest):
            guard let found = block(digest) else { throw .missing(cid) }
            guard SHA256.hash(found) == digest else { throw .wrongBlock(cid) }
            bytes = found
        }
        guard cid.codec == CID.dagPBCodec else {
            guard cid.codec == CID.rawCodec else { throw .malformed(cid, .codec) }
            return bytes
        }
        let node: FileNode
        do throws(ParsedNode.Fault) {
            node = try FileNode(try ParsedNode(bytes))
        } catch {
            throw .malformed(cid, error)
        }
        var result = node.data
        for child in node.children {
            let part = try file(child.cid, depth: depth + 1, block: block)
            guard UInt64(part.count) == child.size else { throw .wrongSize(child.cid) }
            result += part
        }
        return result
    }

    /// The blocks of a depth-first walk, one for every visit, those inside of CIDs left out: what a
    /// stream consists of.
    public static func visits(_ root: CID, block: (Bytes32) -> [UInt8]?) throws -> [Block] {
        var result: [Block] = []
        var bytes: [UInt8] = []
        switch root.multihash {
        case .identity(let inside): bytes = inside
        case .sha256(let digest):
            guard let found = block(digest) else { throw Fault.missing(root) }
            bytes = found
            result.append(Block(cid: root, bytes: bytes))
        }
        guard root.codec == CID.dagPBCodec else { return result }
        for link in try ParsedNode(bytes).links { result += try visits(link.cid, block: block) }
        return result
    }
}
