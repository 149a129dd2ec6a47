import ABI
import Archive
import Client
import Content
import CoreCommands
import Foundation
import TestSupport
import Testing

/// What becomes of folders and CAR files.
@Suite struct SourceTests {
    /// No two of its blocks are the same.
    private static let file = {
        var random = SplitMix64(seed: 600)
        return (0..<600_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }()

    private static func folder(_ files: [(name: String, bytes: [UInt8])]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("deml-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        for file in files {
            try Data(file.bytes).write(to: folder.appendingPathComponent(file.name))
        }
        return folder
    }

    private static let blocks = ProfileName.unixfsV1_2025.blocks(of: doubled)
    /// Two MiB of the same leaf: one block at two visits.
    private static let doubled = [UInt8](repeating: 7, count: 1 << 21)

    @Test func aFolderOfBlocksIsAFile() throws {
        let blocks = ProfileName.unixfsV0_2015.blocks(of: Self.file)
        let root = try #require(blocks.last).cid
        let folder = try Self.folder(
            blocks.map { ($0.cid.text, $0.bytes) } + [(".hidden", [1])])
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try FileSource(folder: folder.path, root: root.text)
        #expect(source.file == Self.file)
        let failure = #expect(throws: ToolFailure.self) {
            _ = try FileSource(folder: folder.path, root: nil)
        }
        #expect(failure?.code == "root")
    }

    @Test func aPlainFileInAFolderIsRefused() throws {
        let folder = try Self.folder([("model.dmlw", Self.file)])
        defer { try? FileManager.default.removeItem(at: folder) }
        let failure = #expect(throws: ToolFailure.self) {
            _ = try FileSource(folder: folder.path, root: nil)
        }
        #expect(failure?.code == "folder")
        #expect(failure?.message.contains("model.dmlw is no block") == true)
    }

    @Test func aBlockUnderAnotherNameIsRefused() throws {
        let folder = try Self.folder([(CID.raw([1]).text, [2])])
        defer { try? FileManager.default.removeItem(at: folder) }
        let failure = #expect(throws: ToolFailure.self) {
            _ = try FileSource(folder: folder.path, root: nil)
        }
        #expect(failure?.code == "hashMismatch")
    }

    /// A CAR without duplicates has the leaf once, the stream at each of its visits.
    @Test func blocksStandInTheStreamAtEveryVisit() throws {
        let once = Self.blocks.reduce(into: [Block]()) { blocks, block in
            if !blocks.contains(block) { blocks.append(block) }
        }
        #expect(once.count == 2 && Self.blocks.count == 3)
        let root = try #require(once.last).cid
        let car = CARWriter.encode(roots: [root], blocks: once)
        #expect(car.count < 1 << 21)
        let source = try FileSource(car: car, root: nil)
        #expect(source.file == Self.doubled)
        #expect(source.stream.count > 1 << 21)
        #expect(
            try FileSource(car: source.stream, root: root.text).stream == source.stream)
    }

    /// The file itself goes up under its raw CID.
    @Test func aRawFileIsItsOwnStream() throws {
        let source = try FileSource(file: Self.file, profile: .raw)
        #expect(source.stream == Self.file && source.root == .raw(Self.file))
    }

    /// Every kind of root that is no file: what it is, and what to do.
    @Test(arguments: [
        (UInt64(1), "is a directory, as ipfs add -w makes one"), (4, "is a symbolic link"),
        (5, "is a part of a large directory"), (9, "is a UnixFS node of type 9"),
    ])
    func aNodeThatIsNoFileIsCalledWhatItIs(type: UInt64, words: String) throws {
        let node = DagNode(links: [], data: [0x08, UInt8(type)]).encoded()
        try refuses(Block(cid: .dagPB(digest: SHA256.hash(node)), bytes: node), words)
    }

    @Test func rootsThatNoMessageCanNameAreCalledWhatTheyAre() throws {
        let inside = try CID(binary: [0x01, 0x55, 0x00, 0x02, 7, 8])
        try refuses(Block(cid: inside, bytes: [7, 8]), "holds its block itself (identity)")
        let digest = SHA256.hash([0xA0]).bytes
        let document = try CID(binary: [0x01, 0x71, 0x12, 0x20] + digest)
        try refuses(Block(cid: document, bytes: [0xA0]), "is dag-cbor, no file")
    }

    /// A root over SHA-512 is there, and named; it is just none that DeML takes.
    @Test func aRootOverAnotherHashFunctionIsCalledWhatItIs() throws {
        let name: [UInt8] = [0x01, 0x55, 0x13, 0x40] + [UInt8](repeating: 9, count: 64)
        var header = [0xA2, 0x65] + Array("roots".utf8)
        header += [0x81, 0xD8, 0x2A, 0x58, UInt8(name.count + 1), 0] + name
        header += [0x67] + Array("version".utf8) + [1]
        var car = [UInt8(header.count)] + header
        car += [UInt8(name.count + 1)] + name + [5]
        let failure = #expect(throws: ToolFailure.self) { _ = try FileSource(car: car, root: nil) }
        #expect(failure?.code == "root")
        #expect(failure?.message.contains("over a hash function that DeML does not take") == true)
    }

    /// Blocks are at most 2 MiB, also the only one of a file.
    @Test(arguments: [0, 1]) func aRawBlockIsAtMostTwoMiB(excess: Int) throws {
        let file = [UInt8](repeating: 1, count: (1 << 21) + excess)
        let car = CARWriter.encode(
            roots: [.raw(file)], blocks: [Block(cid: .raw(file), bytes: file)])
        #expect(((try? FileSource(car: car, root: nil)) != nil) == (excess == 0))
        #expect(((try? CARSummary(car)) != nil) == (excess == 0))
    }

    private func refuses(_ block: Block, _ words: String) throws {
        let car = CARWriter.encode(roots: [block.cid], blocks: [block])
        let failure = #expect(throws: ToolFailure.self) { _ = try FileSource(car: car, root: nil) }
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test func aBlockThatIsMissingIsNamed() throws {
        let blocks = ProfileName.unixfsV0_2015.blocks(of: Self.file)
        let root = try #require(blocks.last).cid
        let car = CARWriter.encode(roots: [root], blocks: Array(blocks.dropFirst()))
        let failure = #expect(throws: ToolFailure.self) { _ = try FileSource(car: car, root: nil) }
        #expect(failure?.code == "missing")
        #expect(failure?.message.contains(blocks[0].cid.text) == true)
    }
}
