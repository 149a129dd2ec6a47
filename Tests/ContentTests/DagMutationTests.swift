import ABI
import TestSupport
import Testing

@testable import Content

/// Whatever the bytes are, reading ends in a value or an error.
@Suite struct DagMutationTests {
    @Test(arguments: 0..<8) func readersSurviveMutations(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let profile = try #require(FileProfile(version: .v1, chunkSize: 40, width: 4))
        let blocks = FileEncoder.blocks(of: random.bytes(600), profile: profile)
        let root = try #require(blocks.last)
        let car = CARWriter.encode(roots: [root.cid], blocks: blocks)
        var outcomes = (nodes: 0, files: 0, sections: 0, refused: 0)
        for _ in 0..<2_500 {
            let node = mutated(root.bytes, &random)
            do {
                let parsed = try DagNode(parsing: node)
                outcomes.nodes += 1
                // What decodes encodes to the same bytes, unless its data came first.
                if node.first == 0x12 { #expect(parsed.encoded() == node, "seed \(seed)") }
                _ = try FileResolver.resolve(
                    .dagPB(digest: SHA256.hash(node)), sizeLimit: 1 << 16
                ) { digest in
                    digest == SHA256.hash(node) ? node : nil
                }
                outcomes.files += 1
            } catch {
                outcomes.refused += 1
            }
            do {
                var reader = try CARReader(mutated(car, &random))
                while try reader.next() != nil { outcomes.sections += 1 }
            } catch {
                outcomes.refused += 1
            }
        }
        #expect(outcomes.nodes > 0 && outcomes.files > 0 && outcomes.sections > 0)
        #expect(outcomes.refused > 2_500)
    }

    private func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var result = bytes
        for _ in 0...random.below(3) {
            let index = random.below(result.count)
            switch random.below(6) {
            case 0: result[index] = UInt8(truncatingIfNeeded: random.next())
            case 1: result[index] ^= 1 << UInt8(random.below(8))
            case 2: result.remove(at: index)
            case 3: result.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
            case 4: result.removeLast(random.below(min(8, result.count)))
            default: result.replaceSubrange(index..<index, with: result[..<min(index, 9)])
            }
            if result.isEmpty { result = [0] }
        }
        return result
    }

    @Test func nodesOfOnlyLinksAreBounded() {
        // A node of two MiB in links of eight bytes: refused before they are all there.
        let link: [UInt8] = [0x12, 6, 10, 4, 1, 0x55, 0, 0]
        var block: [UInt8] = []
        for _ in 0..<(Block.sizeLimit / link.count) { block += link }
        #expect(throws: DagError.tooManyNodes) { try DagNode(parsing: block) }
        #expect(throws: DagError.blockTooLarge(bytes: block.count + 8)) {
            try DagNode(parsing: block + link)
        }
    }
}
