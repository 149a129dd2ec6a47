import ABI
import Archive
import TestSupport
import Testing

@testable import Content

/// What is part of the machine is made into files before the first input.
@Suite struct DriveTests {
    private func dag(_ file: [UInt8], _ version: CID.Version = .v1) throws -> [Block] {
        FileEncoder.blocks(
            of: file,
            profile: try #require(FileProfile(version: version, chunkSize: 40, width: 3)))
    }

    @Test func filesAreFoundUnderEveryName() throws {
        let file: [UInt8] = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        for version in [CID.Version.v0, .v1] {
            let blocks = try dag(file, version)
            var drive = ContentDrive()
            #expect(drive.isEmpty)
            // In any order, and more than once.
            for block in blocks.reversed() + blocks {
                let added = drive.add(block.bytes, cid: block.cid)
                #expect(added)
            }
            try drive.seal()
            let root = try #require(blocks.last?.cid.digest)
            for name in [
                CID.dagPB(digest: root, version: .v0), .dagPB(digest: root), .raw(file),
            ] {
                let found = try #require(drive.file(name))
                #expect(found.bytes == file && found.digest == SHA256.hash(file))
            }
            // A leaf is a file when it is raw; a node below the root never.
            let leaves = Set(blocks.filter { $0.cid.codec == CID.rawCodec }.map(\.cid.text))
            #expect(drive.count == leaves.count + 1)
            for block in blocks.dropLast() {
                let isRaw = block.cid.codec == CID.rawCodec
                #expect((drive.file(block.cid) != nil) == isRaw)
            }
            #expect(drive.file(.raw(digest: root)) == nil)
        }
    }

    @Test func aCARMayHoldSeveralFiles() throws {
        let files: [[UInt8]] = [[1, 2, 3], Array(0..<200), []]
        var blocks = try files.flatMap { try dag($0, .v0) }
        blocks.append(FileEncoder.raw([9]))
        var drive = ContentDrive()
        try drive.add(car: CARWriter.encode(roots: [], blocks: blocks.reversed()))
        try drive.seal()
        #expect(drive.count == 4)
        for file in files { #expect(drive.file(.raw(file))?.bytes == file) }
        #expect(drive.file(.raw([9]))?.digest == SHA256.hash([9]))
        #expect(drive.file(.raw([8])) == nil)
    }

    @Test func whatDoesNotHashIsNotTaken() {
        var drive = ContentDrive()
        let good = FileEncoder.raw([1])
        let added = drive.add(good.bytes, cid: good.cid)
        let refused = drive.add([2], cid: good.cid)
        #expect(added && !refused)
    }

    @Test func aRootThatIsNoFileStopsTheStart() throws {
        let blocks = try dag(Array(0..<200))
        let root = try #require(blocks.last)
        let leaves = blocks.filter { $0.cid.codec == CID.rawCodec }
        // Without one leaf, and without nine.
        for left in [1, 9] {
            var drive = ContentDrive()
            if left == 1 { leaves[0..<4].forEach { _ = drive.add($0.bytes, cid: $0.cid) } }
            for block in blocks where block.cid.codec == CID.dagPBCodec {
                _ = drive.add(block.bytes, cid: block.cid)
            }
            let named = left == 1 ? [leaves[4].cid.text] : leaves.map(\.cid.text)
            let error = #expect(throws: ContentDrive.Fault.self) { try drive.seal() }
            #expect(error?.message.hasPrefix("\(root.cid.text): missing \(named[0])") == true)
        }
        var strange = Blocks()
        let leaf = strange.add([1, 2], raw: true)
        let cases: [(CID, String)] = [
            (strange.add(DagNode(links: [], data: [8, 1]).encoded()), "notAFile"),
            (strange.add([]), "malformedFile"),
            (strange.node([(leaf, 3)]), "sizeMismatch"),
            (strange.node([(leaf, 1 << 40)]), "tooLarge"),
        ]
        for (cid, reason) in cases {
            var drive = ContentDrive()
            _ = drive.add([1, 2], cid: leaf)
            let block = strange.bytes[cid.digest ?? .zero] ?? []
            let added = drive.add(block, cid: cid)
            #expect(added)
            let error = #expect(throws: ContentDrive.Fault.self) { try drive.seal() }
            #expect(error?.message.hasSuffix(reason) == true, "\(String(describing: error))")
        }
    }

    @Test func theWriterNamesTheFirstMissingBlocks() throws {
        let absent = (0..<20).map { CID.raw([UInt8($0)]) }
        let children = absent.map { ($0, UInt64(1)) }
        let root = Blocks.node(children + children)
        let cid = CID.dagPB(digest: SHA256.hash(root))
        let missing = Array(absent[..<CARStream.missingLimit])
        #expect(throws: DagError.missing(missing)) {
            try CARStream.bytes(root: cid) { $0 == cid.digest ? root : nil }
        }
        #expect(throws: DagError.missing([cid])) {
            try CARStream.bytes(root: cid) { _ in nil }
        }
        #expect(throws: DagError.unsupportedCodec(CID.rawCodec)) {
            try CARStream.bytes(root: absent[0]) { _ in [0] }
        }
    }
}
