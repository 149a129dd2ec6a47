import ABI
import Archive
import TestSupport
import Testing

@testable import Content

/// Files as streams: what is whole, and what is refused by which name.
@Suite struct FileStreamTests {
    @Test func aRawFileIsItsStream() throws {
        let bytes: [UInt8] = Array(0..<200)
        for cut in 1...200 {
            let whole = try file(.raw(bytes), bytes, length: 200, pieces: cut)
            #expect(whole.bytes == bytes)
            #expect(whole.digest == SHA256.hash(bytes) && whole.boundDigest == nil)
        }
        #expect(fault(.raw(bytes), bytes, length: 199)?.code == .wrongSize)
        #expect(fault(.raw([1]), bytes, length: 200)?.at == "\(CID.raw([1]).text): hashMismatch")
        #expect(fault(.raw([1]), bytes, length: 200)?.code == .wrongBlock)
    }

    @Test func aModelIsHashedBehindTheAddressOfItsClient() throws {
        let client = try #require(Address([UInt8](repeating: 7, count: 20)))
        let bytes: [UInt8] = [1, 2, 3]
        var stream = FileStream(cid: .raw(bytes), size: 3, length: 3, boundTo: client)
        try stream.append([1])
        try stream.append([2, 3])
        let bound = SHA256.hash([UInt8](repeating: 7, count: 20) + bytes)
        #expect(stream.finish()?.boundDigest == bound)
    }

    @Test func aFileOfAnyShapeIsTheSame() throws {
        var blocks = Blocks()
        let one = blocks.add([1], raw: true)
        let empty = blocks.add([], raw: true)
        let inline = try CID(binary: [1, 0x55, 0, 2, 6, 7])
        let leaf = blocks.node([], data: [2, 3])
        let deep = blocks.node([(one, 1), (leaf, 2), (empty, 0)], data: [9])
        let root = blocks.node([(deep, 4), (inline, 2), (leaf, 2)], data: [8])
        let expected: [UInt8] = [8, 9, 1, 2, 3, 6, 7, 2, 3]
        let stream = try blocks.stream(root)
        for cut in [1, 2, 3, 7, stream.count] {
            #expect(try file(root, stream, length: 9, pieces: cut).bytes == expected)
        }
        // Version 0 of the root names the same block, and so it may in the sections.
        let digest = try #require(root.digest)
        let old = CID.dagPB(digest: digest, version: .v0)
        #expect(try file(old, stream, length: 9).bytes == expected)
        let named = try blocks.stream(old)
        #expect(named.count == stream.count - 4)
        #expect(try file(root, named, length: 9).bytes == expected)
    }

    @Test func aRootThatIsTheFileIsOneSection() throws {
        var blocks = Blocks()
        let root = blocks.node([], data: [1, 2, 3])
        #expect(try file(root, try blocks.stream(root), length: 3).bytes == [1, 2, 3])
        let empty = blocks.node([])
        #expect(try file(empty, try blocks.stream(empty), length: 0).bytes == [])
    }

    @Test func bothOrdersOfANodeAreRead() throws {
        var blocks = Blocks()
        let leaf = blocks.add([4, 5], raw: true)
        let canonical = Blocks.node([(leaf, 2)], data: [3])
        let message = DagNode.fileMessage(data: [3], size: 3, blockSizes: [2])
        let data: [UInt8] = [0x0a, UInt8(message.count)] + message
        #expect(canonical.suffix(data.count) == data[...])
        let root = blocks.add(data + canonical.dropLast(data.count))
        #expect(try file(root, try blocks.stream(root), length: 3).bytes == [3, 4, 5])
    }

    @Test func depthCountsNodesWithRootAndLeaf() throws {
        for isInline in [false, true] {
            var blocks = Blocks()
            var child = isInline ? try CID(binary: [1, 0x55, 0, 1, 5]) : blocks.add([5], raw: true)
            for _ in 1..<FileStream.depthLimit { child = blocks.node([(child, 1)]) }
            #expect(try file(child, try blocks.stream(child), length: 1).bytes == [5])
            let tooDeep = blocks.node([(child, 1)])
            #expect(throws: DagError.tooDeep) { try blocks.stream(tooDeep) }
            let found = fault(tooDeep, try blocks.loose(tooDeep), length: 1)
            #expect(found?.code == .tooDeep)
        }
    }

    @Test func onlyTheBlockThatIsDueIsTaken() throws {
        var blocks = Blocks()
        let a = blocks.add([1, 1, 1], raw: true)
        let b = blocks.add([2, 2, 2], raw: true)
        let root = blocks.node([(a, 3), (b, 3), (a, 3)])
        let all = try FileResolver.visits(root) { blocks.bytes[$0] }
        #expect(all.map(\.cid) == [root, a, b, a])
        let cases: [([Int], StreamFault.Code, String)] = [
            ([0, 2, 1, 3], .wrongBlock, "\(a.text): notDue"),
            ([0, 1, 1, 3], .wrongBlock, "\(b.text): notDue"),
            ([1, 0, 2, 3], .wrongBlock, "\(root.text): notDue"),
            ([0, 0, 1, 2, 3], .wrongBlock, "\(a.text): notDue"),
            ([0, 1, 2], .malformedStream, "\(a.text): missing"),
            ([], .malformedStream, "\(root.text): missing"),
            ([0, 1, 2, 3, 3], .malformedStream, "\(root.text): trailingBytes"),
        ]
        for (order, code, at) in cases {
            let car = CARWriter.encode(roots: [root], blocks: order.map { all[$0] })
            #expect(fault(root, car, length: 9) == StreamFault(code, at), "\(order)")
        }
        let car = try blocks.stream(root)
        #expect(fault(root, car + [0], length: 9)?.at == "\(root.text): trailingBytes")
        #expect(fault(root, car.dropLast(), length: 9)?.at == "\(a.text): missing")
        // The codec counts, and both versions of a CID only for dag-pb.
        let node = CID.dagPB(digest: try #require(a.digest))
        let other = CARWriter.encode(
            roots: [], blocks: [all[0], Block(cid: node, bytes: [1, 1, 1])])
        #expect(fault(root, other, length: 9)?.code == .wrongBlock)
    }

    @Test func aFlippedBitIsAWrongBlock() throws {
        var blocks = Blocks()
        let leaf = blocks.add([4, 5], raw: true)
        let root = blocks.node([(leaf, 2), (leaf, 2)], data: [1, 2, 3])
        let car = try blocks.stream(root)
        let header = CARWriter.encode(roots: [root], blocks: []).count
        let node = Blocks.node([(leaf, 2), (leaf, 2)], data: [1, 2, 3]).count
        for index in (header + 38)..<(header + 38 + node) {
            for bit in 0..<8 {
                var changed = car
                changed[index] ^= 1 << UInt8(bit)
                #expect(fault(root, changed, length: 7)?.at == "\(root.text): hashMismatch")
            }
        }
    }

    @Test func declaredSizesMustBeTrue() throws {
        var blocks = Blocks()
        let leaf = blocks.add([1, 2], raw: true)
        let node = blocks.node([], data: [1, 2])
        let inline = try CID(binary: [1, 0x55, 0, 2, 6, 7])
        let cases: [(CID, Int, StreamFault.Code)] = [
            (blocks.node([(leaf, 1)]), 1, .wrongSize), (blocks.node([(leaf, 3)]), 3, .wrongSize),
            (blocks.node([(node, 1)]), 1, .wrongSize), (blocks.node([(node, 3)]), 3, .wrongSize),
            (blocks.node([(inline, 3)]), 3, .wrongSize),
            (blocks.node([(leaf, 2)]), 3, .wrongSize), (blocks.node([(leaf, 2)]), 1, .wrongSize),
            (blocks.node([], data: [1, 2]), 1, .wrongSize),
            (blocks.node([(leaf, 2)], size: 3), 3, .malformedBlock),
            (blocks.node([(leaf, 2)], size: 0), 2, .malformedBlock),
            (blocks.node([(leaf, 2), (leaf, .max)], size: 1), 1, .malformedBlock),
        ]
        for (index, (root, length, code)) in cases.enumerated() {
            let found = fault(root, try blocks.loose(root), length: length)
            #expect(found?.code == code, "\(index)")
            #expect(found?.at.hasSuffix(": sizeMismatch") == true, "\(index)")
        }
    }
}
