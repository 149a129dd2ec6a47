import ABI
import Archive
import Content
import FuzzSupport

/// Content: the first byte says what the rest is.
@c(LLVMFuzzerTestOneInput)
public func fuzzContent(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Bytes(start, count)
    switch bytes.byte() % 4 {
    case 0: parseCID(bytes.all())
    case 1: parseNode(bytes.all())
    case 2: readCAR(bytes.all())
    default: readStream(&bytes)
    }
    return 0
}

/// A CID is the same in both of its forms.
private func parseCID(_ bytes: [UInt8]) {
    if let cid = try? CID(binary: bytes) {
        precondition(cid.binary == bytes, "two binary forms of one CID")
        check(cid)
    }
    if let cid = try? CID(text: bytes) { check(cid) }
    _ = try? CID(bytes)
}

private func check(_ cid: CID) {
    let text = try? CID(text: Array(cid.text.utf8))
    precondition(text?.binary == cid.binary, "a CID changes when it is written")
    precondition((try? CID(binary: cid.binary)) == cid)
}

/// A node that is its own file: what is read as one is written as a stream, and read back.
private func parseNode(_ block: [UInt8]) {
    let root = CID.dagPB(digest: SHA256.hash(block))
    guard let length = try? CARStream.fileSize(of: block), length < 1 << 16,
        let stream = try? CARStream.bytes(root: root, block: { $0 == root.digest ? block : nil })
    else { return }
    var reader = FileStream(
        cid: root, size: UInt32(stream.count), length: Int(length), boundTo: nil)
    // Too little may be held for it, and blocks in CIDs may have other sizes than they should.
    guard (try? reader.append(stream)) != nil else { return }
    precondition(reader.finish()?.bytes.count == Int(length), "a file of another size")
}

private func readCAR(_ file: [UInt8]) {
    var drive = ContentDrive()
    _ = try? drive.add(car: file)
    if (try? drive.seal()) == nil { drive = ContentDrive() }
    guard var reader = try? CARReader(file) else { return }
    var last = 0
    while let section = try? reader.next() {
        precondition(section.offset >= last && section.offset < file.count)
        last = section.offset
    }
}

/// A stream of bytes that mostly hash as they should, cut in two ways: no more is held than there may
/// be, and the cuts make no difference.
private func readStream(_ bytes: inout Bytes) {
    let length = bytes.number() % 4_096
    let blocks = blocks(&bytes)
    guard let root = blocks.last else { return }
    let find = { digest in blocks.first { $0.cid.digest == digest }?.bytes }
    var stream =
        (try? CARStream.bytes(root: root.cid, block: find))
        ?? CARWriter.encode(roots: [], blocks: blocks.reversed())
    // Some of its bytes are others, and there are more or fewer than there should be.
    let changes = bytes.byte() % 4
    for _ in 0..<changes { stream[bytes.number() % stream.count] ^= bytes.byte() }
    stream += bytes.take(Int(bytes.byte() % 8))
    let declared = (try? CARStream.fileSize(of: root.bytes)).map { Int(clamping: $0) }
    let expected = changes > 0 || (declared ?? .max) > 1 << 16 ? length : declared ?? length
    let start = FileStream(
        cid: root.cid, size: UInt32(stream.count), length: expected, boundTo: nil)
    var (one, other) = (start, start)
    let (first, second) = (feed(&one, stream, &bytes), feed(&other, stream, &bytes))
    precondition(first == second, "a cut makes a difference")
    guard first == nil else { return }
    precondition(state(one) == state(other), "a cut makes another state")
    precondition(one.finish()?.bytes == other.finish()?.bytes)
}

/// Blocks of nodes over those before them, the last of which is a root.
private func blocks(_ bytes: inout Bytes) -> [Block] {
    var blocks: [Block] = []
    var sizes: [UInt64] = []
    for _ in 0..<(bytes.byte() % 12) {
        let kind = bytes.byte()
        if kind % 4 == 0 {
            let block = FileEncoder.raw(bytes.take(Int(bytes.byte() % 64)))
            blocks.append(block)
            sizes.append(UInt64(block.bytes.count))
            continue
        }
        var links: [DagNode.Link] = []
        var parts: [UInt64] = []
        for _ in 0..<(bytes.byte() % 6) where !blocks.isEmpty {
            let index = Int(bytes.byte()) % blocks.count
            let block = blocks[index]
            let isInline = kind & 0x40 != 0 && block.bytes.count < 128
            let name = [1, UInt8(block.cid.codec & 0x7f), 0, UInt8(block.bytes.count & 0x7f)]
            let inline = isInline ? try? CID(binary: name + block.bytes) : nil
            links.append(DagNode.Link(cid: inline ?? block.cid, name: [], size: nil))
            parts.append(sizes[index])
        }
        let own = kind & 0x20 != 0 ? bytes.take(Int(bytes.byte() % 64)) : []
        var size = parts.reduce(UInt64(own.count)) { $0 &+ $1 }
        if kind & 0x1c == 0x1c { size ^= UInt64(bytes.byte()) }
        let message = DagNode.fileMessage(data: own, size: size, blockSizes: parts)
        let block = DagNode(links: links, data: message).encoded()
        blocks.append(Block(cid: .dagPB(digest: SHA256.hash(block)), bytes: block))
        sizes.append(size)
    }
    if blocks.last?.cid.codec == CID.rawCodec { blocks.removeLast() }
    return blocks.last?.cid.codec == CID.rawCodec ? [] : blocks
}

/// The fault of a stream in pieces of sizes that the input chooses.
private func feed(
    _ reader: inout FileStream, _ stream: [UInt8], _ bytes: inout Bytes
) -> StreamFault? {
    let bound = FileStream.bound(reader.length)
    var offset = 0
    while offset < stream.count {
        let end = min(offset + 1 + Int(bytes.byte()) * 8, stream.count)
        do throws(StreamFault) {
            try reader.append(Array(stream[offset..<end]))
        } catch {
            precondition(reader.heldBytes == 0 && !reader.isWhole)
            return error
        }
        precondition(reader.heldBytes <= bound, "more is held than there may be")
        precondition(reader.isWhole == (end == stream.count))
        offset = end
    }
    return nil
}

private func state(_ stream: FileStream) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    stream.addCanonical { parts.append($0) }
    return parts
}
