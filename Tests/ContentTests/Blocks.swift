import ABI
import Archive
import TestSupport
import Testing

@testable import Content

/// Blocks by digest, and ways to make strange DAGs of them.
struct Blocks {
    var bytes: [Bytes32: [UInt8]] = [:]

    mutating func add(_ block: [UInt8], raw: Bool = false) -> CID {
        let digest = SHA256.hash(block)
        bytes[digest] = block
        return raw ? .raw(digest: digest) : .dagPB(digest: digest)
    }

    mutating func node(
        _ children: [(CID, UInt64)], data: [UInt8] = [], size: UInt64? = nil, isPacked: Bool = false
    ) -> CID {
        add(Blocks.node(children, data: data, size: size, isPacked: isPacked))
    }

    static func node(
        _ children: [(CID, UInt64)], data: [UInt8] = [], size: UInt64? = nil, isPacked: Bool = false
    ) -> [UInt8] {
        let sum = children.reduce(UInt64(data.count)) { $0 &+ $1.1 }
        var message = DagNode.fileMessage(
            data: data, size: size ?? sum, blockSizes: isPacked ? [] : children.map(\.1))
        if isPacked, !children.isEmpty { message += packed(children.map(\.1)) }
        let links = children.map { DagNode.Link(cid: $0.0, name: [], size: 0) }
        return DagNode(links: links, data: message).encoded()
    }

    /// Block sizes in one field.
    static func packed(_ sizes: [UInt64]) -> [UInt8] {
        var field: [UInt8] = []
        for size in sizes { appendVarint(size, to: &field) }
        var message: [UInt8] = [34]
        appendVarint(UInt64(field.count), to: &message)
        return message + field
    }

    /// The stream as the tools make it.
    func stream(_ root: CID) throws(DagError) -> [UInt8] {
        try CARStream.bytes(root: root) { bytes[$0] }
    }

    /// A stream of nodes that no file has either.
    func loose(_ root: CID) throws -> [UInt8] {
        CARWriter.encode(
            roots: [root], blocks: try FileResolver.visits(root) { bytes[$0] })
    }
}

extension StreamFault {
    init(_ code: Code, _ at: String) {
        self.init(code: code, at: at)
    }
}

/// Puts a stream in, in pieces of the same size but for the last one, and checks after each that no
/// more is held than there may be.
func file(
    _ cid: CID, _ stream: some Collection<UInt8>, length: Int, pieces: Int = .max
) throws -> WholeFile {
    let stream = Array(stream)
    var reader = FileStream(
        cid: cid, size: UInt32(stream.count), length: length, boundTo: nil)
    var offset = 0
    while offset < stream.count {
        let end = offset + min(pieces, stream.count - offset)
        try reader.append(Array(stream[offset..<end]))
        #expect(reader.heldBytes <= FileStream.bound(length))
        #expect(reader.received == end)
        #expect(reader.isWhole == (end == stream.count))
        offset = end
    }
    return try #require(reader.finish())
}

/// The fault of a stream, found in one piece and byte by byte.
func fault(_ cid: CID, _ stream: some Collection<UInt8>, length: Int) -> StreamFault? {
    var faults: [StreamFault?] = []
    for pieces in [Int.max, 1] {
        do {
            _ = try file(cid, stream, length: length, pieces: pieces)
            faults.append(nil)
        } catch {
            faults.append(error as? StreamFault)
        }
    }
    #expect(faults[0] == faults[1])
    return faults[0]
}

/// What becomes of a CID when its blocks come as a stream.
enum Verdict {
    case whole(WholeFile)
    case missing([CID])
    /// The name of the reason, the same from the writer of streams and from their reader.
    case refused(String)

    init(_ cid: CID, _ blocks: [Bytes32: [UInt8]]) throws {
        self =
            cid.codec == CID.dagPBCodec
            ? try Verdict.ofDag(cid, blocks) : try Verdict.ofBlock(cid, blocks)
    }

    private static func ofBlock(_ cid: CID, _ blocks: [Bytes32: [UInt8]]) throws -> Verdict {
        guard cid.codec == CID.rawCodec else { return .refused("unsupportedCodec") }
        guard let block = cid.digest.flatMap({ blocks[$0] }) else { return .missing([cid]) }
        // Nothing is a file without a stream.
        guard !block.isEmpty else {
            return .whole(WholeFile(bytes: [], digest: SHA256.hash([]), boundDigest: nil))
        }
        return .whole(try file(cid, block, length: block.count))
    }

    private static func ofDag(_ cid: CID, _ blocks: [Bytes32: [UInt8]]) throws -> Verdict {
        do throws(DagError) {
            let stream = try CARStream.bytes(root: cid) { blocks[$0] }
            let root = try NodeReader.read(cid.digest.flatMap { blocks[$0] } ?? []).reader
            let expected = try? FileResolver.file(cid) { blocks[$0] }
            do {
                let whole = try file(cid, stream, length: Int(root.size), pieces: 1_000)
                #expect(whole.bytes == expected)
                #expect(whole.digest == SHA256.hash(whole.bytes))
                return .whole(whole)
            } catch {
                #expect(expected == nil)
                return .refused((error as? StreamFault)?.at ?? "")
            }
        } catch {
            if case .missing(let cids) = error { return .missing(cids) }
            // The reader comes to the same block.
            let car = CARWriter.encode(
                roots: [], blocks: (try? FileResolver.visits(cid) { blocks[$0] }) ?? [])
            let found = fault(cid, car, length: 1 << 20)
            #expect(found != nil)
            return .refused(error.code)
        }
    }
}
