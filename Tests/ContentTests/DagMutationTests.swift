import ABI
import Archive
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
            let parsed = Result { try ParsedNode(node) }
            let found = Result { try NodeReader.read(node).reader.size }
            if let parsed = try? parsed.get() {
                outcomes.nodes += 1
                // What decodes encodes to the same bytes, unless its data came first.
                if node.first == 0x12 { #expect(parsed.node.encoded() == node, "seed \(seed)") }
            }
            // Two parsers that share nothing agree.
            let expected = Result { try FileNode(try parsed.get()).size }
            #expect((try? found.get()) == (try? expected.get()), "seed \(seed): \(node)")
            if case .success = found { outcomes.files += 1 } else { outcomes.refused += 1 }
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
}
