import ABI
import Content
import FuzzSupport

/// A block of a DAG as a stream has it, and what it is in the file: made from its leaves upwards, so
/// that every hash is right unless the input asks for a wrong one.
struct Part {
    var cid: CID
    var block: [UInt8]
    /// The size that its parent declares for it.
    var size: UInt64
    /// The bytes that a reader should get from it.
    var file: [UInt8]
    /// Its section and those below it, in the order in which they are due.
    var stream: [UInt8]
    /// The part of the stream below it, which is all that comes of it when it is inside of a CID.
    var below: [UInt8]
    /// Whether anything in it is not as it should be.
    var isDamaged: Bool

    /// What one part of a DAG and the stream of it may have at most, in bytes.
    static let limit = 24_576

    /// A leaf of bytes of the input, or of one byte often.
    static func raw(_ bytes: inout Bytes, isLong: Bool) -> Part {
        let first = bytes.byte()
        let block =
            isLong
            ? [UInt8](repeating: first, count: Int(bytes.byte()) + 1)
            : bytes.take(Int(first % 40))
        let cid = CID.raw(digest: SHA256.hash(block))
        return Part(
            cid: cid, block: block, size: UInt64(block.count), file: block,
            stream: section(cid.binary, block), below: [], isDamaged: false)
    }

    /// A leaf or node above the largest block, of which only the beginning comes.
    static func huge(_ bytes: inout Bytes) -> Part {
        let digest = Bytes32([UInt8](repeating: bytes.byte(), count: 32)) ?? .zero
        let cid = bytes.byte() & 1 == 0 ? CID.raw(digest: digest) : .dagPB(digest: digest)
        let size = UInt64(Block.sizeLimit) + UInt64(bytes.byte())
        var stream = number(UInt64(cid.binary.count) + size)
        stream += cid.binary
        return Part(
            cid: cid, block: [], size: size, file: [], stream: stream, below: [], isDamaged: true)
    }

    static func section(_ cid: [UInt8], _ block: [UInt8]) -> [UInt8] {
        number(UInt64(cid.count + block.count)) + cid + block
    }

    /// A number as both CAR and protocol buffers have it.
    static func number(_ value: UInt64) -> [UInt8] {
        var (result, rest): ([UInt8], UInt64) = ([], value)
        while rest >= 0x80 {
            result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        result.append(UInt8(rest))
        return result
    }
}

/// A node on its way.
private struct Node {
    var links: [UInt8] = []
    var sizes: [UInt64] = []
    var part: Part

    init() {
        part = Part(
            cid: CID.dagPB(digest: .zero), block: [], size: 0, file: [], stream: [], below: [],
            isDamaged: false)
    }

    mutating func link(_ child: Part, _ options: UInt8, hasName: Bool, hasSize: Bool) {
        let isInline = options & 1 != 0 && child.block.count <= 128
        let below = isInline ? child.below : child.stream
        guard part.below.count + below.count + links.count < Part.limit,
            part.file.count + child.file.count < Part.limit
        else { return }
        var name = child.cid.binary
        if isInline {
            name = [1, UInt8(child.cid.codec), 0] + Part.number(UInt64(child.block.count))
            name += child.block
        }
        var link = [0x0a] + Part.number(UInt64(name.count)) + name
        if options & 2 != 0 {
            link += [0x12, 1, 0x61]
            part.isDamaged = true
        } else if hasName {
            link += [0x12, 0]
        }
        if hasSize { link += [0x18] + Part.number(child.size) }
        links += [0x12] + Part.number(UInt64(link.count)) + link
        // Another size than the child's, or none.
        if options & 12 != 12 { sizes.append(child.size) }
        if options & 12 == 8 { sizes[sizes.count - 1] ^= 1 }
        if options & 8 != 0 { part.isDamaged = true }
        part.isDamaged = part.isDamaged || child.isDamaged
        part.size &+= sizes.last ?? 0
        part.file += child.file
        part.below += below
    }
}

extension Part {
    /// A node over some of the parts before it, the newest of which are chosen most.
    static func node(_ bytes: inout Bytes, over parts: [Part]) -> Part {
        var node = Node()
        let options = bytes.byte()
        let own = options & 2 != 0 ? bytes.take(Int(bytes.byte() % 40)) : []
        node.part.file = own
        node.part.size = UInt64(own.count)
        for _ in 0..<(bytes.byte() % 5) where !parts.isEmpty {
            let choice = bytes.byte()
            let child = parts[parts.count - 1 - Int(choice % 16) % parts.count]
            let linkOptions = choice & 0x40 != 0 ? bytes.byte() : 0
            for _ in 0..<(choice & 0x80 != 0 ? 1 + bytes.byte() % 128 : 1) {
                node.link(
                    child, linkOptions | (choice >> 5 & 1), hasName: options & 4 != 0,
                    hasSize: options & 8 != 0)
            }
        }
        var message: [UInt8] = [8, 2]
        if options & 2 != 0 { message += [0x12] + number(UInt64(own.count)) + own }
        let damage = options & 0x80 != 0 ? bytes.byte() : 0
        if damage & 3 == 3 { node.part.size ^= UInt64(bytes.byte()) }
        message += [0x18] + number(node.part.size)
        if damage & 4 != 0, !node.sizes.isEmpty {
            let packed = node.sizes.flatMap(number)
            message += [0x22] + number(UInt64(packed.count)) + packed
        } else {
            for size in node.sizes { message += [0x20] + number(size) }
        }
        if options & 16 != 0 { message += [0x38, 0x24] }
        if options & 32 != 0 { message += [0x42, 7, 8, 1, 0x15, 1, 0, 0, 0] }
        let data = [0x0a] + number(UInt64(message.count)) + message
        var block = options & 1 != 0 ? node.links + data : data + node.links
        if damage & 3 == 1 { block[bytes.number() % block.count] ^= bytes.byte() }
        if damage & 3 == 2 { block.removeLast(1 + Int(bytes.byte()) % block.count) }
        node.part.isDamaged = node.part.isDamaged || damage & 3 != 0
        node.part.block = block
        node.part.cid = CID.dagPB(
            digest: SHA256.hash(block), version: options & 0x40 != 0 ? .v0 : .v1)
        node.part.stream = section(node.part.cid.binary, block) + node.part.below
        return node.part
    }
}
