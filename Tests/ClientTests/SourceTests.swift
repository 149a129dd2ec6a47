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

    @Test func aBlockThatIsMissingIsNamed() throws {
        let blocks = ProfileName.unixfsV0_2015.blocks(of: Self.file)
        let root = try #require(blocks.last).cid
        let car = CARWriter.encode(roots: [root], blocks: Array(blocks.dropFirst()))
        let failure = #expect(throws: ToolFailure.self) { _ = try FileSource(car: car, root: nil) }
        #expect(failure?.code == "missing")
        #expect(failure?.message.contains(blocks[0].cid.text) == true)
    }
}
