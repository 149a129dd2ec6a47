import ABI
import Archive
import Content
import FuzzSupport

/// Content: the first byte says what the rest is.
@c(LLVMFuzzerTestOneInput)
public func fuzzContent(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Bytes(start, count)
    switch bytes.byte() % 3 {
    case 0: parseCID(bytes.all())
    case 1: parseNode(bytes.all())
    default: readCAR(bytes.all())
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
