import ABI
import Archive
import Foundation
import TestSupport
import Testing

@testable import Content

/// One reading of a node, or none, with a name for the reason.
@Suite struct NodeReaderTests {
    /// The size of the file, or the name of the reason; the same from the other parser.
    private func read(_ block: [UInt8]) -> (size: UInt64?, reason: String) {
        let expected = try? FileNode(try ParsedNode(block)).size
        do throws(DagError) {
            let size = try NodeReader.read(block).reader.size
            #expect(size == expected)
            return (size, "")
        } catch {
            #expect(expected == nil)
            return (nil, error.code)
        }
    }

    @Test func theMessageHasOneReading() {
        let valid: [[UInt8]] = [
            [8, 2], [8, 0, 24, 0], [8, 2, 18, 1, 7, 24, 1], [8, 2, 56, 0xa4, 3],
            [8, 2, 66, 2, 8, 5], [8, 2, 66, 7, 8, 5, 21, 1, 0, 0, 0], [8, 2, 18, 0, 24, 0],
        ]
        for message in valid {
            let node = DagNode(links: [], data: message).encoded()
            #expect(read(node).size == (message.suffix(2) == [24, 1] ? 1 : 0), "\(message)")
        }
        let invalid: [[UInt8]] = [
            [], [18, 0], [8], [8, 0x82, 0], [24, 0, 8, 2], [8, 2, 24, 0, 18, 0],
            [8, 2, 24, 0, 24, 0],
            [8, 2, 40, 0], [8, 2, 48, 0], [8, 2, 72, 0], [8, 2, 18, 2, 1],
            [8, 2, 66, 0], [8, 2, 66, 7, 8, 5, 21, 0, 0, 0, 0], [8, 2, 8, 2],
            [8, 2, 66, 7, 8, 5, 21, 0, 0, 0, 0x40], [8, 2, 66, 4, 8, 5, 21, 0], [8, 2, 58, 1, 0],
        ]
        for message in invalid {
            let node = DagNode(links: [], data: message).encoded()
            #expect(read(node).reason == "malformedFile", "\(message)")
        }
    }

    @Test func linksAreUnnamedAndPairUpWithSizes() throws {
        let leaf = CID.raw([1])
        let message = DagNode.fileMessage(data: [], size: 1, blockSizes: [1])
        func node(_ link: DagNode.Link, _ message: [UInt8]) -> [UInt8] {
            DagNode(links: [link], data: message).encoded()
        }
        let plain = DagNode.Link(cid: leaf, name: nil, size: nil)
        #expect(read(node(plain, message)).size == 1)
        let named = DagNode.Link(cid: leaf, name: Array("a".utf8), size: nil)
        #expect(read(node(named, message)).reason == "namedLink")
        for type in [1, 3, 4, 5, 77] as [UInt8] {
            #expect(read(node(named, [8, type])).reason == "notAFile")
        }
        #expect(read(node(plain, [8, 2])).reason == "linkCountMismatch")
        #expect(read(DagNode(links: [], data: message).encoded()).reason == "linkCountMismatch")
        let cbor = try CID(binary: [1, 0x71] + leaf.binary[2...])
        let other = DagNode.Link(cid: cbor, name: nil, size: nil)
        #expect(read(node(other, message)).reason == "unsupportedCodec")
        // A link to a hash function that is not taken, and one whose digest is cut.
        for hash in [[1, 0x55, 0x13, 1, 0], [1, 0x55, 0x12, 1, 0], [1, 0x55, 0]] as [[UInt8]] {
            let body = [0x0a, UInt8(hash.count)] + hash
            let block = [0x12, UInt8(body.count)] + body
            #expect(read(block + [0x0a, UInt8(message.count)] + message).reason == "invalidLink")
        }
    }

    /// As protobuf asks of its readers, but not both forms in one message.
    @Test func blockSizesAreFieldsOrPackedInOne() throws {
        let links = [UInt64(3), 300, 70_000].map { size in
            (Blocks.node([], data: [UInt8](repeating: 7, count: Int(size))), size)
        }
        var blocks = Blocks()
        let children = links.map { (blocks.add($0.0), $0.1) }
        for own in [[], [1, 2]] as [[UInt8]] {
            let packed = blocks.node(children, data: own, isPacked: true)
            let plain = blocks.node(children, data: own)
            #expect(
                read(blocks.bytes[try #require(packed.digest)] ?? []).size == 70_303
                    + UInt64(own.count))
            for pieces in [Int.max, 1_000, 1] {
                let length = 70_303 + own.count
                let bytes = try file(
                    packed, try blocks.stream(packed), length: length, pieces: pieces
                ).bytes
                let same = try file(plain, try blocks.stream(plain), length: length)
                #expect(bytes == same.bytes)
            }
        }
        let two = [CID.raw([1]), .raw([2])].map { DagNode.Link(cid: $0, name: nil, size: nil) }
        func reason(_ sizes: [UInt8]) -> String {
            read(DagNode(links: two, data: [8, 2, 24, 2] + sizes).encoded()).reason
        }
        #expect(reason([34, 2, 1, 1]).isEmpty)
        #expect(reason([34, 1, 1]) == "linkCountMismatch")
        #expect(reason([34, 2, 1, 2]) == "sizeMismatch")
        for sizes in [
            [34, 1, 1, 32, 1], [32, 1, 34, 1, 1], [34, 1, 1, 34, 1, 1], [34, 0], [34, 2, 1, 0x81],
            [34, 3, 1, 0x81, 0], [34, 3, 1, 1],
        ] as [[UInt8]] {
            #expect(reason(sizes) == "malformedFile", "\(sizes)")
        }
    }

    @Test func fieldsOfANodeStandInOrder() throws {
        let leaf = DagNode.Link(cid: .raw([1]), name: [], size: 5)
        let link = DagNode(links: [leaf], data: nil).encoded()
        let message = DagNode.fileMessage(data: [], size: 2, blockSizes: [1, 1])
        let data: [UInt8] = [0x0a, UInt8(message.count)] + message
        #expect(read(link + link + data).size == 2)
        #expect(read(data + link + link).size == 2)
        let body = Array(link[2...])
        let hash = Array(body[..<38])
        let cases: [[UInt8]] = [
            // Data between the links, twice, and none at all.
            link + data + link, data + data, link + link + data + data, link,
            // Size before name, name before hash, hash twice, another field, no hash.
            [0x12, 43] + hash + [0x18, 5, 0x12, 1, 0] + link + data,
            [0x12, 42, 0x12, 0] + hash + [0x18, 5] + link + data,
            [0x12, 76] + hash + hash + link + data,
            [0x12, 40] + hash + [0x20, 1] + link + data, [0x12, 2, 0x18, 5] + link + data,
            // A length that is not minimal, and one beyond the end.
            [0x12, 0xaa, 0] + body + link + data, [0x12, 0x7f] + body,
            // Another member, another wire type.
            link + link + data + [0x1a, 0], [0x10, 1] + data,
        ]
        for (index, block) in cases.enumerated() {
            let reason = read(block).reason
            #expect(reason == (index == 3 ? "malformedFile" : "malformedNode"), "\(index)")
        }
    }
}

private enum Reports {
    static var folder: URL {
        Places.vectors.deletingLastPathComponent().appendingPathComponent("reports")
    }

    static var areThere: Bool { FileManager.default.fileExists(atPath: folder.path) }
}

/// Files of public reports, with the answer that is right.
@Suite(.enabled(if: Reports.areThere, "no reports beside the checkout"))
struct StreamReportTests {
    private func car(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: Reports.folder.appendingPathComponent(name)))
    }

    /// The root in the header, and what becomes of it.
    private func verdict(_ name: String) throws -> Verdict {
        let bytes = try car(name)
        let root = try CID(binary: try #require(try CARReader(bytes).roots.first))
        return try Verdict(root, try carBlocks(bytes))
    }

    @Test func whatIsNoFileIsRefusedByItsName() throws {
        let cases = [
            ("wrapped-dir.car", "notAFile"), ("hamt.car", "notAFile"),
            ("symlink.car", "notAFile"), ("dag-cbor-root.car", "unsupportedCodec"),
        ]
        for (name, expected) in cases {
            guard case .refused(let reason) = try verdict(name) else {
                Issue.record("\(name) was taken for a file")
                continue
            }
            #expect(reason == expected, "\(name)")
        }
    }

    @Test func headersAndHashes() throws {
        guard case .whole = try verdict("plain.car") else {
            Issue.record("a plain file is not read")
            return
        }
        // A root that is no CID, and one whose hash function is not taken.
        #expect(throws: CARError.self) { try CARReader(try car("car-garbage_root.car")) }
        let sha512 = try CARReader(try car("sha512.car"))
        #expect(throws: CIDError.unknownHash) {
            try CID(binary: try #require(sha512.roots.first))
        }
        // One whose block is in the CID: no message can name it, and no stream carries it.
        let identity = try CARReader(try car("identity-root.car"))
        #expect(try CID(binary: try #require(identity.roots.first)).digest == nil)
    }
}
