import ABI
import TestSupport
import Testing

@testable import Content

/// What holds for every stream, on DAGs of random shape.
@Suite struct StreamPropertyTests {
    /// A DAG of random shape: raw leaves, leaves that are nodes, leaves inside of their CIDs, nodes
    /// inside of CIDs, own bytes beside links, shared subtrees, block sizes packed or not.
    private struct Shape {
        var blocks = Blocks()
        private var made: [(CID, UInt64)] = []

        mutating func grow(_ random: inout SplitMix64, depth: Int) throws -> (CID, UInt64) {
            if !made.isEmpty, random.below(5) == 0 { return made[random.below(made.count)] }
            let part = try fresh(&random, depth)
            // A subtree that stands elsewhere too may stand no deeper than it fits.
            if depth >= 4 { made.append(part) }
            return part
        }

        private mutating func fresh(
            _ random: inout SplitMix64, _ depth: Int
        ) throws -> (CID, UInt64) {
            let data = random.bytes(random.below(3) == 0 ? 0 : random.below(60))
            let size = UInt64(data.count)
            switch depth == 6 ? random.below(4) : random.below(9) {
            case 0: return (blocks.add(data, raw: true), size)
            case 1: return (blocks.node([], data: data), size)
            case 2: return (try inline(0x55, data), size)
            case 3:
                let leaf = blocks.add([1, 2], raw: true)
                let node = Blocks.node(random.below(2) == 0 ? [(leaf, 2 as UInt64)] : [], data: [9])
                return (try inline(0x70, node), UInt64(node.count > 20 ? 3 : 1))
            default:
                var children: [(CID, UInt64)] = []
                for _ in 0..<random.below(6) {
                    children.append(try grow(&random, depth: depth + 1))
                }
                let own = random.below(2) == 0 ? [] : data
                let sum = children.reduce(UInt64(own.count)) { $0 + $1.1 }
                let isPacked = random.below(2) == 0
                return (blocks.node(children, data: own, isPacked: isPacked), sum)
            }
        }

        private func inline(_ codec: UInt8, _ block: [UInt8]) throws -> CID {
            try CID(binary: [1, codec, 0, UInt8(block.count)] + block)
        }

        /// A root over a few subtrees.
        mutating func root(_ random: inout SplitMix64) throws -> (CID, Int) {
            var children: [(CID, UInt64)] = []
            for _ in 0..<(1 + random.below(4)) {
                children.append(try grow(&random, depth: 2))
            }
            return (blocks.node(children), Int(children.reduce(0) { $0 + $1.1 }))
        }
    }

    @Test(arguments: 0..<150) func theResolverFindsTheSameFile(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var shape = Shape()
        let (root, length) = try shape.root(&random)
        let blocks = shape.blocks.bytes
        let expected = try FileResolver.file(root) { blocks[$0] }
        #expect(expected.count == length)
        let stream = try shape.blocks.stream(root)
        #expect(stream == (try shape.blocks.loose(root)), "seed \(seed)")
        guard stream.count < FileStream.bound(length) + 4_000 else { return }
        do {
            let whole = try file(root, stream, length: length)
            #expect(whole.bytes == expected, "seed \(seed)")
            #expect(whole.digest == SHA256.hash(expected))
        } catch let fault as StreamFault {
            // Nodes of next to nothing hold more than their file has.
            #expect(fault.code == .tooLarge, "seed \(seed): \(fault)")
        }
    }

    /// After every byte the state, and what is held, are those of the same bytes in one piece.
    @Test(arguments: 0..<40) func anyCutGivesTheSameState(seed: UInt64) throws {
        var random = SplitMix64(seed: seed &+ 1_000)
        var shape = Shape()
        let (root, length) = try shape.root(&random)
        var stream = Array(try shape.blocks.stream(root).prefix(2_000))
        // Half of the streams have something wrong with them.
        if seed % 2 == 1 { stream[random.below(stream.count)] ^= 1 << UInt8(random.below(8)) }
        let size = UInt32(stream.count + random.below(2))
        let start = FileStream(cid: root, size: size, length: length, boundTo: nil)
        var bytewise = start
        for end in 1...stream.count {
            let alone = outcome(of: &bytewise, stream[(end - 1)..<end])
            var whole = start
            #expect(outcome(of: &whole, stream[..<end]) == alone, "seed \(seed), \(end)")
            var cut = start
            var offset = 0
            var last: String?
            while offset < end, last == nil {
                let next = offset + 1 + random.below(end - offset)
                last = outcome(of: &cut, stream[offset..<next])
                offset = next
            }
            #expect(last == alone, "seed \(seed), \(end)")
            guard alone == nil else { break }
            let state = canonical(bytewise)
            #expect(canonical(whole) == state && canonical(cut) == state, "seed \(seed), \(end)")
            #expect(bytewise.heldBytes == whole.heldBytes)
            #expect(bytewise.heldBytes <= FileStream.bound(length))
        }
    }

    private func outcome(of stream: inout FileStream, _ piece: ArraySlice<UInt8>) -> String? {
        do throws(StreamFault) {
            try stream.append(Array(piece))
            return nil
        } catch {
            #expect(stream.heldBytes == 0 && stream.finish() == nil)
            return "\(error.code) \(error.at)"
        }
    }

    private func canonical(_ stream: FileStream) -> [[UInt8]] {
        var state: [[UInt8]] = []
        stream.addCanonical { state.append($0) }
        return state
    }

    /// Two streams of the same length that differ in one byte have different states.
    @Test func theStateTellsStreamsApart() throws {
        var blocks = Blocks()
        let leaf = blocks.add([4, 5], raw: true)
        let root = blocks.node([(leaf, 2), (leaf, 2)], data: [1, 2, 3])
        let stream = try blocks.stream(root)
        var compared = 0
        for end in 1...stream.count {
            var changed = Array(stream[..<end])
            changed[end - 1] ^= 1
            let states = [Array(stream[..<end]), changed].map { bytes -> [[UInt8]]? in
                var reader = FileStream(
                    cid: root, size: UInt32(stream.count), length: 7, boundTo: nil)
                return (try? reader.append(bytes)).map { canonical(reader) }
            }
            guard let one = states[0], let other = states[1] else { continue }
            #expect(one != other, "\(end)")
            compared += 1
        }
        #expect(compared > 100)
    }
}
