import ABI
import Archive
import TestSupport
import Testing

@testable import Content

/// Where streams end that are too large, too deep or too wide.
@Suite struct StreamLimitTests {
    /// Streams of many links are built by hand: making a block anew for each would take long.
    private func car(_ root: [UInt8], _ section: [UInt8], _ count: Int) -> [UInt8] {
        var stream = CARWriter.encode(
            roots: [], blocks: [Block(cid: .dagPB(digest: SHA256.hash(root)), bytes: root)])
        stream.reserveCapacity(stream.count + count * section.count)
        for _ in 0..<count { stream += section }
        return stream
    }

    private func section(_ block: [UInt8]) -> [UInt8] {
        let empty = CARWriter.encode(roots: [], blocks: []).count
        return Array(
            CARWriter.encode(roots: [], blocks: [Block(cid: .raw(block), bytes: block)])[empty...])
    }

    /// More links than any importer makes in a node, and the block of each.
    @Test func aWideNodeIsReadInTimeInProportion() throws {
        let leaf = [UInt8](repeating: 3, count: 840)
        let count = 12_000
        let root = Blocks.node([(CID, UInt64)](repeating: (.raw(leaf), 840), count: count))
        let stream = car(root, section(leaf), count)
        let cid = CID.dagPB(digest: SHA256.hash(root))
        let length = 840 * count
        let whole = try file(cid, stream, length: length, pieces: 65_000)
        #expect(whole.bytes == [UInt8](repeating: 3, count: length))
        #expect(whole.digest == SHA256.hash(whole.bytes))
    }

    @Test func aHundredThousandLinksInTwoLevels() throws {
        let leaf = [UInt8](repeating: 7, count: 800)
        var blocks = Blocks()
        let child = blocks.add(leaf, raw: true)
        let node = blocks.node([(CID, UInt64)](repeating: (child, 800), count: 1_000))
        let root = blocks.node([(CID, UInt64)](repeating: (node, 800_000), count: 100))
        let length = 80_000_000
        let size = try CARStream.size(root: root) { blocks.bytes[$0] }
        var reader = FileStream(cid: root, size: UInt32(size), length: length, boundTo: nil)
        var stream = CARStream(root: root)
        while let part = try stream.next({ blocks.bytes[$0] }) { try reader.append(part) }
        let whole = try #require(reader.finish())
        #expect(whole.bytes.count == length)
        #expect(whole.digest == SHA256.hash([UInt8](repeating: 7, count: length)))
    }

    @Test func aBombIsRefusedByItsSize() throws {
        // Ten levels of 90 links to the same child declare 90^9 bytes in under 40 KB, or none.
        for size in [1, 0] as [UInt64] {
            var blocks = Blocks()
            var child = blocks.add([UInt8](repeating: 0, count: Int(size)), raw: true)
            var sum = size
            for _ in 0..<9 {
                child = blocks.node([(CID, UInt64)](repeating: (child, sum), count: 90))
                sum *= 90
            }
            let block = blocks.bytes[child.digest ?? .zero] ?? []
            let car = CARWriter.encode(roots: [], blocks: [Block(cid: child, bytes: block)])
            #expect(fault(child, car, length: 1 << 20)?.code == .wrongSize)
        }
    }

    @Test func nodesAreHeldWithinTheBound() throws {
        // One link of 49 bytes for each byte of file.
        var blocks = Blocks()
        let leaf = blocks.add([1], raw: true)
        for (count, fits) in [(20, true), (23, false)] {
            let root = blocks.node([(CID, UInt64)](repeating: (leaf, 1), count: count))
            let block = blocks.bytes[root.digest ?? .zero] ?? []
            #expect((block.count <= FileStream.bound(count)) == fits)
            let found = fault(root, try blocks.stream(root), length: count)
            // The file grows beside a node that has links due.
            #expect(found == nil || found == StreamFault(.tooLarge, "\(root.text): heldBytes"))
            #expect((found == nil) == fits, "\(count)")
        }
    }

    @Test func theFileGrowsBesideItsOpenNodes() throws {
        // The root alone fits, and its last leaf does not fit beside it.
        var blocks = Blocks()
        let leaf = blocks.add([UInt8](repeating: 1, count: 100), raw: true)
        let root = blocks.node([(CID, UInt64)](repeating: (leaf, 100), count: 30))
        let block = blocks.bytes[root.digest ?? .zero] ?? []
        let bound = FileStream.bound(3_000)
        #expect(block.count < bound && block.count + 3_000 > bound)
        let found = fault(root, try blocks.stream(root), length: 3_000)
        #expect(found == StreamFault(.tooLarge, "\(leaf.text): heldBytes"))
    }

    @Test func blocksHaveAtMostTwoMiB() throws {
        let limit = Block.sizeLimit
        // A root of exactly two MiB, most of it its own bytes.
        let frame = Blocks.node([], data: [UInt8](repeating: 1, count: 2_000_000)).count - 2_000_000
        for (size, fits) in [(limit - frame, true), (limit - frame + 1, false)] {
            let root = Blocks.node([], data: [UInt8](repeating: 1, count: size))
            let cid = CID.dagPB(digest: SHA256.hash(root))
            let car = CARWriter.encode(roots: [], blocks: [Block(cid: cid, bytes: root)])
            if fits {
                #expect(try file(cid, car, length: size, pieces: 65_000).bytes.count == size)
            } else {
                #expect(throws: StreamFault(.tooLarge, "\(cid.text): blockTooLarge")) {
                    try file(cid, car, length: size, pieces: 65_000)
                }
            }
        }
        let leaf = [UInt8](repeating: 2, count: limit + 1)
        let root = Blocks.node([(.raw(leaf), UInt64(limit + 1))])
        #expect(throws: StreamFault(.tooLarge, "\(CID.raw(leaf).text): blockTooLarge")) {
            try file(
                .dagPB(digest: SHA256.hash(root)), car(root, section(leaf), 1),
                length: limit + 1, pieces: 65_000)
        }
    }

    @Test func inlineBytesAreLimited() throws {
        // Links of 13 bytes with a byte of file each, in three nodes with a leaf behind each: the
        // limit is that of the stream, as one short piece may bring all leaves.
        for (count, fits) in [(420, true), (421, false)] {
            let inline = try CID(binary: [1, 0x55, 0, 1, 5])
            let children =
                [(CID, UInt64)](repeating: (inline, 1), count: count) + [(.raw([1]), 1)]
            let node = Blocks.node(children)
            let cid = CID.dagPB(digest: SHA256.hash(node))
            // Room for the nodes beside the file.
            let filler = [UInt8](repeating: 9, count: 1 << 20)
            let outer = Blocks.node(
                [(CID, UInt64)](repeating: (cid, UInt64(count + 1)), count: 3)
                    + [(.raw(filler), 1 << 20)])
            let outerCID = CID.dagPB(digest: SHA256.hash(outer))
            let part = [Block(cid: cid, bytes: node), Block(cid: .raw([1]), bytes: [1])]
            let stream = CARWriter.encode(
                roots: [],
                blocks: [Block(cid: outerCID, bytes: outer)] + part + part + part
                    + [Block(cid: .raw(filler), bytes: filler)])
            let length = 3 * (count + 1) + 1 << 20
            if fits {
                let whole = try file(outerCID, stream, length: length, pieces: 65_000)
                #expect(whole.bytes.prefix(count) == [UInt8](repeating: 5, count: count)[...])
            } else {
                #expect(throws: StreamFault(.tooLarge, "\(cid.text): inlineBytes")) {
                    try file(outerCID, stream, length: length, pieces: 65_000)
                }
            }
        }
    }

    @Test func theHeaderIsCanonicalAndShort() throws {
        var blocks = Blocks()
        let root = blocks.node([], data: [1])
        let node = Block(cid: root, bytes: Blocks.node([], data: [1]))
        // Roots are ignored, also those of other files, as long as there is room for them.
        for count in [0, 1, 2, 12] {
            let car = CARWriter.encode(
                roots: [CID](repeating: .raw([7]), count: count), blocks: [node])
            #expect(try file(root, car, length: 1).bytes == [1])
        }
        let long = CARWriter.encode(roots: [CID](repeating: root, count: 13), blocks: [node])
        #expect(fault(root, long, length: 1)?.at == "\(root.text): header")
        let car = CARWriter.encode(roots: [], blocks: [node])
        for index in 0..<18 {
            var changed = car
            changed[index] ^= 0x10
            #expect(fault(root, changed, length: 1)?.code == .malformedStream, "\(index)")
        }
        #expect(fault(root, [0] + car, length: 1)?.at == "\(root.text): header")
        #expect(fault(root, [0x91, 0] + car.dropFirst(), length: 1)?.code == .malformedStream)
    }

    @Test func sectionsAreStrict() throws {
        var blocks = Blocks()
        let root = blocks.node([], data: [1])
        let node = Blocks.node([], data: [1])
        let header = CARWriter.encode(roots: [], blocks: [])
        let name = root.binary
        let length = UInt8(name.count + node.count)
        let cases: [([UInt8], StreamFault.Code, String)] = [
            ([0], .malformedStream, "sectionLength"),
            ([length | 0x80, 0] + name + node, .malformedStream, "number"),
            ([10] + name + node, .malformedStream, "sectionLength"),
            ([length, 2] + name.dropFirst() + node, .malformedStream, "cid"),
            ([length, 0x12, 0x14] + name.dropFirst() + node, .malformedStream, "cid"),
            ([length, 1, 0xf0, 0] + name.dropFirst(2) + node, .malformedStream, "number"),
            ([length, 1, 0x71] + name.dropFirst(2) + node, .wrongBlock, "notDue"),
            ([length, 1, 0x70, 0x1e, 32] + name.dropFirst(4) + node, .wrongBlock, "notDue"),
            ([length, 1, 0x70, 0, 1, 7] + node, .wrongBlock, "notDue"),
            ([UInt8](repeating: 0xff, count: 9) + name, .malformedStream, "number"),
        ]
        for (index, (bytes, code, reason)) in cases.enumerated() {
            let found = fault(root, header + bytes, length: 1)
            #expect(found == StreamFault(code, "\(root.text): \(reason)"), "\(index)")
        }
        // A node without a byte is a block, and no file.
        let empty = CID.dagPB(digest: SHA256.hash([]))
        let car = CARWriter.encode(roots: [], blocks: [Block(cid: empty, bytes: [])])
        #expect(fault(empty, car, length: 0)?.at == "\(empty.text): malformedFile")
    }

    @Test func piecesOutsideOfTheSizeAreRefused() throws {
        var stream = FileStream(cid: .raw([1, 2]), size: 2, length: 2, boundTo: nil)
        #expect(throws: StreamFault.self) { try stream.append([]) }
        // After a fault nothing more is taken.
        #expect(throws: StreamFault.self) { try stream.append([1, 2]) }
        stream = FileStream(cid: .raw([1, 2]), size: 2, length: 2, boundTo: nil)
        #expect(throws: StreamFault.self) { try stream.append([1, 2, 3]) }
        #expect(stream.heldBytes == 0 && !stream.isWhole)
    }
}
