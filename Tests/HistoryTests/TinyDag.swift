import ABI
import Content

/// A file as it is sent: the CID that names it, and the bytes of its stream.
struct Parcel {
    let name: Name
    let stream: [UInt8]

    /// The bytes themselves under a raw CID.
    init(raw blob: [UInt8], _ form: Name.Form = .binary) {
        self.init(name: Name(of: blob, form), stream: blob)
    }

    init(name: Name, stream: [UInt8]) {
        self.name = name
        self.stream = stream
    }
}

/// DAGs of a few bytes, of many shapes, and their CARs.
struct TinyDag {
    enum Leaves {
        case raw
        case nodes
        /// Inside of the links themselves.
        case identity
    }

    /// A block, what it holds of the file, and what stands below it.
    struct Block {
        /// Nothing for a leaf that is read in its parent.
        var section: [UInt8]?
        let cid: [UInt8]
        let size: Int
        var children: [Block] = []
    }

    var chunk = 16
    var width = 2
    var leaves = Leaves.raw
    /// Version 0 CIDs of all nodes.
    var isOld = false

    /// The root of `file`.
    func root(of file: [UInt8]) -> Block {
        var level = stride(from: 0, to: max(1, file.count), by: chunk).map {
            leaf(Array(file[$0..<min($0 + chunk, file.count)]))
        }
        if level.count == 1, leaves != .nodes { level = [node(level)] }
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: width).map {
                node(Array(level[$0..<min($0 + width, level.count)]))
            }
        }
        return level[0]
    }

    func parcel(of file: [UInt8]) -> Parcel {
        let root = root(of: file)
        return Parcel(
            name: Name(SHA256.hash(root.section ?? []), isOld ? .rootOld : .root),
            stream: TinyDag.car(of: root))
    }

    /// The CAR of everything below `root`, depth first, under a header without roots that matter.
    static func car(of root: Block, header: [UInt8] = TinyDag.header) -> [UInt8] {
        var stream = varint(header.count) + header
        func send(_ block: Block) {
            if let section = block.section {
                stream += varint(block.cid.count + section.count) + block.cid + section
            }
            for child in block.children { send(child) }
        }
        send(root)
        return stream
    }

    static let header: [UInt8] =
        [0xa2, 0x65] + Array("roots".utf8) + [0x80, 0x67] + Array("version".utf8) + [1]

    private func leaf(_ bytes: [UInt8]) -> Block {
        switch leaves {
        case .raw:
            let cid = [0x01, 0x55, 0x12, 0x20] + SHA256.hash(bytes).bytes
            return Block(section: bytes, cid: cid, size: bytes.count)
        case .identity:
            let cid = [0x01, 0x55, 0x00, UInt8(bytes.count)] + bytes
            return Block(section: nil, cid: cid, size: bytes.count)
        case .nodes: return node([], data: bytes)
        }
    }

    /// A dag-pb node over `children`, with bytes of its own.
    func node(_ children: [Block], data: [UInt8] = [], size: Int? = nil) -> Block {
        let sum = size ?? children.map { $0.size }.reduce(data.count, +)
        var message: [UInt8] = [0x08, 2]
        if !data.isEmpty { message += [0x12] + TinyDag.varint(data.count) + data }
        message += [0x18] + TinyDag.varint(sum)
        let sizes = children.map { TinyDag.varint($0.size) }
        // Block sizes have two forms: a field each, or all in one.
        if sizes.count % 2 == 0, !sizes.isEmpty {
            message += [0x22] + TinyDag.varint(sizes.joined().count) + sizes.joined()
        } else {
            message += sizes.flatMap { [0x20] + $0 }
        }
        var block: [UInt8] = []
        for child in children {
            let link = [0x0a] + TinyDag.varint(child.cid.count) + child.cid + [0x12, 0x00]
            block += [0x12] + TinyDag.varint(link.count) + link
        }
        block += [0x0a] + TinyDag.varint(message.count) + message
        let hash = [0x12, 0x20] + SHA256.hash(block).bytes
        return Block(
            section: block, cid: isOld ? hash : [0x01, 0x70] + hash, size: sum,
            children: children)
    }

    static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
    }
}
