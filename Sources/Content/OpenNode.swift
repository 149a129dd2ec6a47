import ABI

/// A node of a file whose bytes were checked, with cursors on the next of its links and on the size
/// that belongs to it.
package struct OpenNode: Sendable {
    /// A link that is followed.
    package enum Child {
        /// A block inside of its CID: where its bytes lie in the node, and whether it is a node.
        case inline(Range<Int>, isNode: Bool)
        case block(CID)
    }

    /// The block in which the node came; for one inside of a CID, that of the block around it.
    package let cid: CID
    /// Nodes from the root to this one, both included.
    package let depth: Int
    /// The node without its own bytes.
    package let bytes: [UInt8]
    package private(set) var linksLeft: Int
    private(set) var linkAt: Int
    private(set) var sizeAt: Int
    private let sizeKeyLength: Int

    /// The node that `reader` has read to its end.
    package init(_ reader: NodeReader, cid: CID, depth: Int) {
        self.cid = cid
        self.depth = depth
        linksLeft = reader.linkCount
        linkAt = reader.linksAt
        sizeAt = reader.sizesAt
        sizeKeyLength = reader.sizeKeyLength
        // Copied where room for own bytes would stay behind.
        bytes =
            reader.bytes.capacity - reader.bytes.count > 64
            ? Array(unsafeUninitializedCapacity: reader.bytes.count) { buffer, count in
                count = buffer.initialize(fromContentsOf: reader.bytes)
            } : reader.bytes
    }

    /// Whether the next child is inside of its CID. Asked only when links are left.
    var isNextInline: Bool {
        var at = linkAt + 1
        _ = OpenNode.number(bytes, &at)
        at += 1
        _ = OpenNode.number(bytes, &at)
        return OpenNode.isInline(bytes, at)
    }

    /// Whether a CID of version 1 with an identity hash begins here.
    private static func isInline(_ bytes: [UInt8], _ start: Int) -> Bool {
        bytes[start] == 1 && bytes[start + 2] == 0
    }

    /// The next child and the size declared for it, in bytes. Asked only when links are left.
    package mutating func next() -> (child: Child, size: UInt64) {
        linkAt += 1
        let length = Int(truncatingIfNeeded: OpenNode.number(bytes, &linkAt))
        let end = linkAt + length
        linkAt += 1
        let count = Int(truncatingIfNeeded: OpenNode.number(bytes, &linkAt))
        let start = linkAt
        linkAt = end
        sizeAt += sizeKeyLength
        let size = OpenNode.number(bytes, &sizeAt)
        linksLeft -= 1
        // Behind version, codec, hash function and length, which has two bytes only for 128.
        if OpenNode.isInline(bytes, start) {
            let head = bytes[start + 3] < 0x80 ? 4 : 5
            return (
                .inline((start + head)..<(start + count), isNode: bytes[start + 1] == 0x70), size
            )
        }
        let version: CID.Version = bytes[start] == 1 ? .v1 : .v0
        let digest = Bytes32(bytes, at: start + count - 32) ?? .zero
        let isRaw = version == .v1 && bytes[start + 1] == 0x55
        let cid = isRaw ? CID.raw(digest: digest) : .dagPB(digest: digest, version: version)
        return (.block(cid), size)
    }

    /// A number that was checked before.
    private static func number(_ bytes: [UInt8], _ at: inout Int) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return value
    }
}
