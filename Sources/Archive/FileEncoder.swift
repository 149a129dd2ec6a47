import Content

/// Cuts a file into the blocks that `ipfs add` would make of it.
public enum FileEncoder {
    /// The blocks of `file`, children before their parents: the last one is the root. Equal chunks
    /// are one block each time they occur.
    public static func blocks(of file: [UInt8], profile: FileProfile) -> [Block] {
        var blocks: [Block] = []
        var level: [Part] = []
        var offset = 0
        repeat {
            let end = min(offset + profile.chunkSize, file.count)
            let part = leaf(Array(file[offset..<end]), profile, &blocks)
            level.append(part)
            offset = end
        } while offset < file.count
        while level.count > 1 {
            var parents: [Part] = []
            var index = 0
            while index < level.count {
                let end = min(index + profile.width, level.count)
                parents.append(node(level[index..<end], profile, &blocks))
                index = end
            }
            level = parents
        }
        return blocks
    }

    /// The one block of `file` as raw bytes.
    public static func raw(_ file: [UInt8]) -> Block {
        Block(cid: .raw(file), bytes: file)
    }

    /// A subtree: its root, the bytes of file in it, and the bytes of all of its blocks.
    private struct Part {
        let cid: CID
        let size: UInt64
        let cumulativeSize: UInt64
    }

    private static func leaf(
        _ chunk: [UInt8], _ profile: FileProfile, _ blocks: inout [Block]
    ) -> Part {
        let size = UInt64(chunk.count)
        if profile.hasRawLeaves {
            let block = raw(chunk)
            blocks.append(block)
            return Part(cid: block.cid, size: size, cumulativeSize: size)
        }
        let message = DagNode.fileMessage(data: chunk, size: size, blockSizes: [])
        return close(DagNode(links: [], data: message), size: size, below: 0, profile, &blocks)
    }

    private static func node(
        _ children: ArraySlice<Part>, _ profile: FileProfile, _ blocks: inout [Block]
    ) -> Part {
        var links: [DagNode.Link] = []
        var sizes: [UInt64] = []
        var size: UInt64 = 0
        var below: UInt64 = 0
        for child in children {
            links.append(DagNode.Link(cid: child.cid, name: [], size: child.cumulativeSize))
            sizes.append(child.size)
            size += child.size
            below += child.cumulativeSize
        }
        let message = DagNode.fileMessage(data: [], size: size, blockSizes: sizes)
        return close(
            DagNode(links: links, data: message), size: size, below: below, profile, &blocks)
    }

    private static func close(
        _ node: DagNode, size: UInt64, below: UInt64, _ profile: FileProfile,
        _ blocks: inout [Block]
    ) -> Part {
        let bytes = node.encoded()
        let cid = CID.dagPB(digest: SHA256.hash(bytes), version: profile.version)
        blocks.append(Block(cid: cid, bytes: bytes))
        return Part(cid: cid, size: size, cumulativeSize: below + UInt64(bytes.count))
    }
}
