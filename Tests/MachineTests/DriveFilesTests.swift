import ABI
import Archive
import Content
import Foundation
import Testing

@testable import Machine
@testable import Rollup

@Suite struct DriveFilesTests {
    private let blocks = [FileEncoder.raw([1, 2, 3]), FileEncoder.raw([]), FileEncoder.raw([4])]

    /// A fresh folder with these files.
    private func folder(_ files: [(String, [UInt8])]) throws -> String {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("deml-drive-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, bytes) in files {
            try Data(bytes).write(to: url.appendingPathComponent(name))
        }
        return url.path
    }

    @Test func aDirectoryOfBlocksIsRead() throws {
        let path = try folder(blocks.map { ($0.cid.text, $0.bytes) } + [(".marker", [9])])
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(
            atPath: path + "/lost+found", withIntermediateDirectories: false)
        let drive = try DriveFiles.read(path)
        #expect(drive.count == 3)
        for block in blocks { #expect(drive.file(block.cid)?.bytes == block.bytes) }
    }

    @Test func aCARFileIsRead() throws {
        let car = CARWriter.encode(roots: [blocks[0].cid], blocks: blocks)
        let path = try folder([("a.car", car), ("b.car", car + [0])])
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try DriveFiles.read(path + "/a.car").count == 3)
        let error = #expect(throws: DriveFiles.Failure.self) {
            try DriveFiles.read(path + "/b.car")
        }
        #expect(error?.message.contains("padding is no section") == true)
    }

    @Test func aRootWithoutItsBlocksStopsTheStart() throws {
        let profile = try #require(FileProfile(version: .v1, chunkSize: 4, width: 2))
        let dag = FileEncoder.blocks(of: Array(0..<30), profile: profile)
        let root = try #require(dag.last).cid
        let car = CARWriter.encode(roots: [], blocks: dag.reversed())
        let path = try folder([
            ("whole.car", car), ("part.car", CARWriter.encode(roots: [], blocks: dag.suffix(3))),
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try DriveFiles.read(path + "/whole.car").file(root)?.bytes == Array(0..<30))
        let error = #expect(throws: DriveFiles.Failure.self) {
            try DriveFiles.read(path + "/part.car")
        }
        #expect(error?.message.contains("\(root.text): missing") == true)
    }

    @Test func whatIsNotWhatItSaysStopsTheStart() throws {
        for (name, bytes) in [
            (blocks[0].cid.text, [7]), ("readme.txt", [1]), ("Qm", []),
        ] as [(String, [UInt8])] {
            let path = try folder([(name, bytes)])
            defer { try? FileManager.default.removeItem(atPath: path) }
            #expect(throws: DriveFiles.Failure.self, "\(name)") { try DriveFiles.read(path) }
        }
        #expect(throws: DriveFiles.Failure.self) { try DriveFiles.read("/nowhere/at/all") }
    }
}
