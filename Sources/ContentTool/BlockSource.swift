import ABI
import Content
import Operations

/// The blocks of one file, verified, and its root.
public struct BlockSource: Sendable {
    /// Files put together by the tool: what fits memory comfortably.
    static var sizeLimit: UInt64 { 1 << 31 }

    public let root: CID
    /// Each once; those that lie inside of their CIDs are left out.
    public let blocks: [Block]

    /// The blocks of `file` under a profile.
    public init(file: [UInt8], profile: ProfileName) throws {
        let blocks = profile.blocks(of: file)
        try self.init(blocks, root: blocks.last?.cid ?? .raw(file))
    }

    /// The blocks of a CAR file that belong to `root`, or to the only root in its header.
    public init(car file: [UInt8], root text: String?) throws {
        var blocks: [Block] = []
        let roots: [[UInt8]]
        do throws(CARError) {
            var reader = try CARReader(file)
            roots = reader.roots
            while let section = try reader.next() {
                if let cid = section.cid { blocks.append(Block(cid: cid, bytes: section.bytes)) }
            }
        } catch {
            throw ToolFailure(error.code, error.message)
        }
        if let text {
            try self.init(blocks, root: try CID(request: Array(text.utf8)))
            return
        }
        guard let only = roots.first, roots.count == 1, let root = try? CID(binary: only) else {
            throw ToolFailure(
                "root", "the header has \(roots.count) roots; name one with --root")
        }
        try self.init(blocks, root: root)
    }

    /// Keeps the blocks that the file under `root` is made of, in its order, the root first.
    private init(_ blocks: [Block], root: CID) throws {
        var byDigest: [Bytes32: Block] = [:]
        for block in blocks {
            if let digest = block.cid.digest { byDigest[digest] = block }
        }
        self.root = root
        switch try BlockSource.resolve(root, byDigest) {
        case .missing(let missing, _):
            let names = missing.map(\.text).joined(separator: ", ")
            throw ToolFailure("missing", "blocks are missing, the first: \(names)")
        case .whole(_, let digests):
            self.blocks = digests.compactMap { byDigest[$0] }
        }
    }

    /// The bytes of the file.
    public func file() throws -> [UInt8] {
        var byDigest: [Bytes32: Block] = [:]
        for block in blocks {
            if let digest = block.cid.digest { byDigest[digest] = block }
        }
        guard case .whole(let file, _) = try BlockSource.resolve(root, byDigest) else {
            throw ToolFailure("missing", "blocks are missing")
        }
        return file
    }

    private static func resolve(
        _ root: CID, _ blocks: [Bytes32: Block]
    ) throws -> FileResolver.Resolution {
        do throws(DagError) {
            return try FileResolver.resolve(root, sizeLimit: sizeLimit) { blocks[$0]?.bytes }
        } catch {
            throw ToolFailure(error.code, "\(root.text) is no file: \(error)")
        }
    }
}
