import ABI
import Archive
import Foundation
import TestSupport
import Testing

@testable import Content

/// What others published about dag-pb and UnixFS.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct DagVectorTests {
    @Test func theCompatibilityTableGetsItsVerdicts() throws {
        let vectors = try #require(try Places.vector("dag-pb/compat.json") as? [String: Any])
        let table = try #require(vectors["go_compat"] as? [[String: Any]])
        var counts = (decoded: 0, refused: 0, malformed: 0)
        for entry in table {
            let hex = try #require(entry["hex"] as? String)
            let name = entry["name"] as? String ?? ""
            let block = bytes(hex: hex)
            if entry["decode_error"] is String {
                refuse(block, name)
                counts.refused += 1
                continue
            }
            let node = try ParsedNode(block)
            let form = try #require(entry["form"] as? [String: Any])
            check(node, against: form, name)
            #expect(node.node.encoded() == block, "\(name)")
            counts.decoded += 1
        }
        for entry in try #require(vectors["js_malformed"] as? [[String: Any]]) {
            let hex = try #require(entry["hex"] as? String)
            refuse(bytes(hex: hex), "\(entry["name"] ?? "")")
            counts.malformed += 1
        }
        for entry in try #require(vectors["js_decode"] as? [[String: Any]]) {
            let block = bytes(hex: try #require(entry["hex"] as? String))
            let node = try ParsedNode(block)
            counts.decoded += 1
            guard let text = entry["cidv0"] as? String else {
                // Data before links decodes; the canonical form is another block.
                #expect(node.node.encoded() != block)
                continue
            }
            #expect(node.node.encoded() == block)
            #expect(CID.dagPB(digest: SHA256.hash(block), version: .v0).text == text)
        }
        print("dag-pb/compat.json: \(counts)")
        #expect(counts.decoded == 10 + 3 && counts.refused == 9 && counts.malformed == 95)
    }

    /// Both parsers refuse what is no strict node.
    private func refuse(_ block: [UInt8], _ name: String) {
        #expect(throws: ParsedNode.Fault.self, "\(name)") { try ParsedNode(block) }
        #expect(throws: DagError.self, "\(name)") { try NodeReader.read(block) }
    }

    private func check(_ node: ParsedNode, against form: [String: Any], _ name: String) {
        let data = form["Data"] as? String
        #expect(node.data == data.map { bytes(hex: $0) }, "\(name)")
        let links = form["Links"] as? [[String: Any]] ?? []
        #expect(node.links.count == links.count, "\(name)")
        for (link, expected) in zip(node.links, links) {
            if let hex = expected["Hash"] as? String {
                #expect(link.cid.binary == bytes(hex: hex), "\(name)")
            }
            let text = expected["Name"] as? String
            #expect(link.name == text.map { Array($0.utf8) }, "\(name)")
            #expect(link.size == (expected["Tsize"] as? NSNumber)?.uint64Value, "\(name)")
        }
    }

    @Test func theCodecFixturesEncodeToTheirBlocks() throws {
        let folder = Places.vectors.appendingPathComponent("dag-pb/codec-fixtures")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        var count = 0
        for name in names.sorted() where name.hasSuffix(".dag-pb") {
            let block = try vectorFile("dag-pb/codec-fixtures/\(name)")
            let parts = name.split(separator: ".")
            let cid = try CID(text: Array(parts[parts.count - 2].utf8))
            #expect(cid.matches(block), "\(name)")
            let node = try ParsedNode(block)
            #expect(node.node.encoded() == block, "\(name)")
            count += 1
        }
        let negatives = try #require(
            try Places.vector("dag-pb/codec-fixtures/negative-decode-edges.json")
                as? [[String: Any]])
        for entry in negatives {
            let hex = try #require(entry["hex"] as? String)
            refuse(bytes(hex: hex), "\(entry["name"] ?? "")")
        }
        print("dag-pb/codec-fixtures: \(count) blocks, \(negatives.count) refused")
        #expect(count == 17 && negatives.count == 9)
    }

    @Test func blocksThatAreNoFilesAreRefused() throws {
        let vectors = try #require(try Places.vector("unixfs/unixfs.json") as? [String: Any])
        let entries = try #require(vectors["not_unixfs"] as? [[String: Any]])
        var reasons: [String: Int] = [:]
        for entry in entries {
            let block = bytes(hex: try #require(entry["hex"] as? String))
            let cid = try CID(text: Array((try #require(entry["cid"] as? String)).utf8))
            #expect(cid.matches(block))
            guard case .refused(let reason) = try Verdict(cid, [SHA256.hash(block): block]) else {
                Issue.record("\(entry["name"] ?? "") was taken for a file")
                continue
            }
            reasons[reason, default: 0] += 1
        }
        print("unixfs.json: not_unixfs \(reasons)")
        #expect(entries.count == 15)
    }

    @Test func theExamplesOfTheSpecificationGetTheirVerdicts() throws {
        let vectors = try #require(try Places.vector("unixfs/unixfs.json") as? [String: Any])
        let entries = try #require(vectors["unixfs_spec"] as? [[String: Any]])
        var counts = (whole: 0, missing: 0, refused: 0)
        for entry in entries {
            let name = entry["name"] as? String ?? ""
            let cid = try CID(text: Array((try #require(entry["cid"] as? String)).utf8))
            var blocks: [Bytes32: [UInt8]] = [:]
            if let car = entry["car"] as? String {
                blocks = try carBlocks(try vectorFile("unixfs/\(car)"))
            }
            if let hex = entry["block_hex"] as? String {
                let block = bytes(hex: hex)
                #expect(cid.matches(block), "\(name)")
                blocks[SHA256.hash(block)] = block
            }
            let must = entry["must"] as? String ?? ""
            switch try Verdict(cid, blocks) {
            case .refused:
                #expect(must == "not a file", "\(name)")
                counts.refused += 1
            case .missing(let missing):
                #expect(must.hasPrefix("fail: missing"), "\(name)")
                #expect(missing.count == 1, "\(name)")
                counts.missing += 1
            case .whole(let file):
                #expect(must.isEmpty, "\(name)")
                if let text = entry["utf8"] as? String { #expect(file.bytes == Array(text.utf8)) }
                if let size = entry["size"] as? Int { #expect(file.bytes.count == size) }
                counts.whole += 1
            }
        }
        print("unixfs.json: unixfs_spec \(counts)")
        #expect(counts == (5, 1, 4))
    }
}
