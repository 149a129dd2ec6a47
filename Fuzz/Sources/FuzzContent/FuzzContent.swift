import ABI
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
    default: upload(&bytes)
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

/// What decodes as a node encodes to the same bytes, unless its data came first.
private func parseNode(_ block: [UInt8]) {
    guard let node = try? DagNode(parsing: block) else { return }
    let encoded = node.encoded()
    if block.first == 0x12 { precondition(encoded == block, "two encodings of a node") }
    precondition((try? DagNode(parsing: encoded)) == node)
    let digest = SHA256.hash(block)
    // Every link leads back to this block or nowhere.
    let resolution = try? FileResolver.resolve(.dagPB(digest: digest), sizeLimit: 1 << 16) {
        $0 == digest ? block : nil
    }
    if case .whole(let file, _)? = resolution { precondition(file.count <= 1 << 16) }
}

private func readCAR(_ file: [UInt8]) {
    var drive = ContentDrive()
    _ = try? drive.add(car: file)
    guard var reader = try? CARReader(file) else { return }
    var last = 0
    while let section = try? reader.next() {
        precondition(section.offset >= last && section.offset < file.count)
        last = section.offset
    }
}

/// Pieces in any order: what is whole has the size that was announced.
private func upload(_ bytes: inout Bytes) {
    var upload = Upload(digest: .zero, size: bytes.number() % 2_048)
    while !bytes.isEmpty {
        let offset = bytes.number() % 4_096
        _ = upload.insert(bytes.take(Int(bytes.byte())), at: offset)
        precondition(upload.received <= upload.size, "more than there is")
    }
    if upload.isWhole { precondition(upload.assembled().count == upload.size) }
}
