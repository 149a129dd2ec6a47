import ABI
import Archive
import Foundation
import TestSupport
import Testing

@testable import Content

@Suite struct CARTests {
    private struct Summary {
        var roots: [[UInt8]] = []
        var blocks = 0
        var foreign = 0
    }

    private func read(_ file: [UInt8]) throws(CARError) -> Summary {
        var reader = try CARReader(file)
        var summary = Summary(roots: reader.roots)
        while let section = try reader.next() {
            summary.blocks += 1
            if section.cid == nil { summary.foreign += 1 }
        }
        return summary
    }

    @Test(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
    func publishedFilesGetTheirVerdict() throws {
        let vectors = try #require(try Places.vector("car/manifest.json") as? [String: Any])
        var counts = (read: 0, refused: 0, blocks: 0, unverifiable: 0, files: 0)
        for entry in try #require(vectors["cars"] as? [[String: Any]]) {
            let path = try #require(entry["file"] as? String)
            let bytes = try vectorFile(path.hasPrefix("car/") ? path : "car/\(path)")
            if entry["carv1"] as? String == "refused" {
                let error = #expect(throws: CARError.self, "\(path)") { try read(bytes) }
                if (entry["why"] as? String)?.hasPrefix("version") == true {
                    guard case .unsupportedVersion = error else {
                        Issue.record("\(path): \(String(describing: error))")
                        continue
                    }
                }
                counts.refused += 1
                continue
            }
            let summary = try read(bytes)
            #expect(summary.blocks == entry["blocks"] as? Int, "\(path)")
            let roots = try #require(entry["roots"] as? [String])
            #expect(summary.roots.count == roots.count, "\(path)")
            for (root, text) in zip(summary.roots, roots) {
                if let cid = try? CID(binary: root) { #expect(cid.text == text) }
            }
            counts.read += 1
            counts.blocks += summary.blocks
            counts.unverifiable += summary.foreign
            counts.files += try checkFiles(of: entry, in: bytes)
        }
        print("car/manifest.json: \(counts)")
        #expect(counts.read == 34 && counts.refused == 11)
        #expect(counts.files > 40)
    }

    /// The files that the manifest lists are found, with the same bytes; those with an error, not.
    private func checkFiles(of entry: [String: Any], in car: [UInt8]) throws -> Int {
        let blocks = try carBlocks(car)
        var count = 0
        for item in entry["unixfs"] as? [[String: Any]] ?? [] {
            guard let text = item["cid"] as? String, let type = item["type"] as? String,
                let cid = try? CID(text: Array(text.utf8)), cid.digest != nil
            else { continue }
            let name = "\(entry["file"] ?? "") \(text)"
            let found = try Verdict(cid, blocks)
            if let digest = item["sha256"] as? String {
                guard case .whole(let file) = found else {
                    Issue.record("\(name): not found")
                    continue
                }
                #expect(file.digest.bytes == bytes(hex: digest), "\(name)")
                count += 1
            } else if type == "file" || type == "raw" {
                guard case .missing = found else {
                    Issue.record("\(name): \(found)")
                    continue
                }
                count += 1
            } else if case .whole = found {
                // A directory that is not in the file may be a file for all we know.
                Issue.record("\(name): a \(type) was taken for a file")
            }
        }
        return count
    }

    @Test(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
    func fuzzingSeedsEndInAnErrorOrBlocks() throws {
        let entries = try #require(try Places.vector("car/fuzz.json") as? [[String: Any]])
        var refused = 0
        for entry in entries {
            let file = bytes(hex: try #require(entry["hex"] as? String))
            do { _ = try read(file) } catch { refused += 1 }
        }
        print("car/fuzz.json: \(entries.count) seeds, \(refused) refused")
        #expect(entries.count == 6 && refused == 6)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let blocks = FileEncoder.blocks(
            of: Array(0..<200),
            profile: try #require(FileProfile(version: .v1, chunkSize: 9, width: 3)))
        let root = try #require(blocks.last).cid
        for count in [0, 1, 3, 30] {
            let file = CARWriter.encode(
                roots: [CID](repeating: root, count: count), blocks: blocks)
            var reader = try CARReader(file)
            #expect(reader.roots == [[UInt8]](repeating: root.binary, count: count))
            for block in blocks {
                let section = try #require(try reader.next())
                #expect(section.cid == block.cid && section.bytes == block.bytes)
            }
            #expect(try reader.next() == nil)
        }
    }

    @Test func paddingIsNoSection() throws {
        let block = FileEncoder.raw([1, 2, 3])
        let file = CARWriter.encode(roots: [block.cid], blocks: [block])
        #expect(throws: CARError.invalidLength(offset: file.count)) {
            try read(file + [UInt8](repeating: 0, count: 40))
        }
    }

    @Test func aFlippedBitIsFoundInItsBlock() throws {
        let blocks = [FileEncoder.raw([1, 2, 3]), FileEncoder.raw([4, 5])]
        var file = CARWriter.encode(roots: [], blocks: blocks)
        let last = file.count - 1
        file[last] ^= 1
        var reader = try CARReader(file)
        _ = try reader.next()
        #expect(throws: CARError.hashMismatch(offset: last + 1 - 36 - 2 - 1)) {
            try reader.next()
        }
        // The file can be read on behind it.
        #expect(try reader.next() == nil)
    }
}
