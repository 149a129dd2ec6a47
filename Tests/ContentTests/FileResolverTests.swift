import ABI
import TestSupport
import Testing

@testable import Content

/// Blocks by digest, and ways to make strange DAGs of them.
private struct Blocks {
    var bytes: [Bytes32: [UInt8]] = [:]

    mutating func add(_ block: [UInt8], raw: Bool = false) -> CID {
        let digest = SHA256.hash(block)
        bytes[digest] = block
        return raw ? .raw(digest: digest) : .dagPB(digest: digest)
    }

    mutating func node(_ children: [(CID, UInt64)], data: [UInt8] = [], size: UInt64? = nil) -> CID
    {
        let sum = children.reduce(UInt64(data.count)) { $0 &+ $1.1 }
        let message = FileNode.message(
            data: data, size: size ?? sum, blockSizes: children.map(\.1))
        let links = children.map { DagNode.Link(cid: $0.0, name: [], size: 0) }
        return add(DagNode(links: links, data: message).encoded())
    }

    func resolve(
        _ root: CID, limit: UInt64 = 1 << 20
    ) throws(DagError) -> FileResolver.Resolution {
        try FileResolver.resolve(root, sizeLimit: limit) { bytes[$0] }
    }
}

@Suite struct FileResolverTests {
    @Test func aFileOfAnyShapeIsTheSame() throws {
        var blocks = Blocks()
        let one = blocks.add([1], raw: true)
        let inline = try CID(binary: [1, 0x55, 0, 2, 6, 7])
        let leaf = blocks.node([], data: [2, 3])
        let deep = blocks.node([(one, 1), (leaf, 2)], data: [9])
        let root = blocks.node([(deep, 4), (inline, 2), (leaf, 2)], data: [8])
        guard case .whole(let file, let used) = try blocks.resolve(root) else {
            Issue.record("blocks are missing")
            return
        }
        #expect(file == [8, 9, 1, 2, 3, 6, 7, 2, 3])
        #expect(used.count == 4)
    }

    @Test func aSmallBombEndsAtOnce() {
        // Ten levels of 90 links to the same child declare 90^10 bytes in under 40 KB.
        var blocks = Blocks()
        var child = blocks.add([0], raw: true)
        var size: UInt64 = 1
        for _ in 0..<9 {
            child = blocks.node([(CID, UInt64)](repeating: (child, size), count: 90))
            size *= 90
        }
        #expect(throws: DagError.tooLarge(declared: size, limit: 1 << 20)) {
            try blocks.resolve(child)
        }
        // The same with a limit that lets it in: the nodes are counted.
        #expect(throws: DagError.tooManyNodes) { try blocks.resolve(child, limit: .max) }
    }

    @Test func emptyChildrenDoNotUnfold() {
        // No bytes at all, and 90^10 nodes.
        var blocks = Blocks()
        var child = blocks.add([], raw: true)
        for _ in 0..<9 {
            child = blocks.node([(CID, UInt64)](repeating: (child, 0), count: 90))
        }
        #expect(throws: DagError.tooManyNodes) { try blocks.resolve(child) }
    }

    @Test func depthIsLimited() throws {
        var blocks = Blocks()
        var child = blocks.add([5], raw: true)
        for _ in 0..<FileResolver.depthLimit { child = blocks.node([(child, 1)]) }
        guard case .whole([5], let used) = try blocks.resolve(child) else {
            Issue.record("a file at the limit was not found")
            return
        }
        #expect(used.count == FileResolver.depthLimit + 1)
        let tooDeep = blocks.node([(child, 1)])
        #expect(throws: DagError.tooDeep) { try blocks.resolve(tooDeep) }
    }

    @Test func declaredSizesMustBeTrue() {
        var blocks = Blocks()
        let leaf = blocks.add([1, 2], raw: true)
        let node = blocks.node([], data: [1, 2])
        let cases: [CID] = [
            blocks.node([(leaf, 1)]), blocks.node([(leaf, 3)]), blocks.node([(node, 1)]),
            blocks.node([(leaf, 2)], size: 3), blocks.node([(leaf, 2)], size: 0),
            blocks.node([(leaf, 2), (leaf, .max)], size: 1),
        ]
        for root in cases {
            let error = #expect(throws: DagError.self) { try blocks.resolve(root) }
            guard case .sizeMismatch = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func aFileLargerThanItsPurposeIsRefusedBeforeItsChildren() {
        var blocks = Blocks()
        let absent = CID.raw([7])
        let root = blocks.node([(absent, 1_000)])
        #expect(throws: DagError.tooLarge(declared: 1_000, limit: 999)) {
            try blocks.resolve(root, limit: 999)
        }
    }

    @Test func theFirstMissingBlocksAreNamed() throws {
        var blocks = Blocks()
        let absent = (0..<20).map { CID.raw([UInt8($0)]) }
        let children = absent.map { ($0, UInt64(1)) }
        let root = blocks.node(children + children)
        guard case .missing(let missing, let found) = try blocks.resolve(root) else {
            Issue.record("nothing is missing")
            return
        }
        #expect(missing == Array(absent[..<FileResolver.missingLimit]))
        #expect(found == [root.digest])
        #expect(try blocks.resolve(absent[0]) == .missing([absent[0]], found: []))
    }

    @Test func namedLinksAndOtherTypesAreNoFiles() throws {
        var blocks = Blocks()
        let leaf = blocks.add([1], raw: true)
        let message = FileNode.message(data: [], size: 1, blockSizes: [1])
        let named = DagNode.Link(cid: leaf, name: Array("a".utf8), size: nil)
        let root = blocks.add(DagNode(links: [named], data: message).encoded())
        #expect(throws: DagError.namedLink) { try blocks.resolve(root) }
        for type in [1, 3, 4, 5, 77] as [UInt64] {
            let other = blocks.add(DagNode(links: [], data: [8, UInt8(type)]).encoded())
            #expect(throws: DagError.notAFile(type: type)) { try blocks.resolve(other) }
        }
        let unpaired = blocks.add(
            DagNode(
                links: [], data: FileNode.message(data: [], size: 1, blockSizes: [1])
            ).encoded())
        #expect(throws: DagError.linkCountMismatch(links: 0, sizes: 1)) {
            try blocks.resolve(unpaired)
        }
        let cbor = try CID(binary: [1, 0x71] + CID.raw([1]).binary[2...])
        #expect(throws: DagError.unsupportedCodec(0x71)) { try blocks.resolve(cbor) }
    }

    @Test func theMessageHasOneReading() {
        let valid: [[UInt8]] = [
            [8, 2], [8, 0, 24, 0], [8, 2, 18, 1, 7, 24, 1], [8, 2, 56, 0xa4, 3],
            [8, 2, 66, 2, 8, 5], [8, 2, 66, 7, 8, 5, 21, 1, 0, 0, 0],
        ]
        for message in valid {
            #expect(throws: Never.self, "\(message)") {
                try FileNode(DagNode(links: [], data: message))
            }
        }
        let invalid: [[UInt8]] = [
            [], [18, 0], [8], [8, 0x82, 0], [24, 0, 8, 2], [8, 2, 24, 0, 18, 0],
            [8, 2, 24, 0, 24, 0],
            [8, 2, 40, 0], [8, 2, 48, 0], [8, 2, 72, 0], [8, 2, 34, 1, 1], [8, 2, 18, 2, 1],
            [8, 2, 66, 0], [8, 2, 66, 7, 8, 5, 21, 0, 0, 0, 0],
            [8, 2, 66, 7, 8, 5, 21, 0, 0, 0, 0x40], [8, 2, 66, 4, 8, 5, 21, 0], [8, 2, 58, 1, 0],
        ]
        for message in invalid {
            #expect(throws: DagError.self, "\(message)") {
                try FileNode(DagNode(links: [], data: message))
            }
        }
    }
}
