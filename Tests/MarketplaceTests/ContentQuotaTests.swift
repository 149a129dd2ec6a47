import ABI
import Content
import TestSupport
import Testing

@testable import Marketplace

/// Whatever is sent, a job holds no more than it has reserved.
@Suite struct ContentQuotaTests {
    @Test(arguments: 0..<4) func memoryStaysWithinTheReservation(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let base = try WideJob.model(weight: 0)
        var market = try Market.withWideJob(base: try WideJob.root(base))
        let reserved = Int(market.engine.state.reservedBytes)
        let senders = [Market.sponsor, Market.ada, Market.bob, Market.eve]
        var blocks = try WideJob.blocks(base).dropLast() + WideJob.blocks(WideJob.data).dropLast()
        var codes: [String: Int] = [:]
        var peak = 0
        for _ in 0..<1_500 {
            let block = random.below(3) == 0 ? blocks[random.below(blocks.count)] : junk(&random)
            if blocks.count < 200 { blocks.append(block) }
            let declared = random.below(8) == 0 ? Int(UInt32.max) : block.bytes.count
            let offset = random.below(4) == 0 ? random.below(block.bytes.count) : 0
            let rest = block.bytes.count - offset
            let count = random.below(3) == 0 ? 1 + random.below(rest) : rest
            let code = try market.send(
                MessageFunctions.upload, .uint(0), .bytes(block.cid.binary),
                .uint(UInt64(declared)), .uint(UInt64(offset)),
                .bytes(Array(block.bytes[offset..<(offset + count)])),
                from: senders[random.below(senders.count)])
            codes[code ?? "ok", default: 0] += 1
            let store = market.engine.state.content
            peak = max(peak, store.storedBytes + store.openBytes)
            #expect(peak <= reserved, "seed \(seed)")
        }
        #expect(
            codes["ok"] ?? 0 > 50 && codes["quota"] ?? 0 > 50 && codes["notSlotHolder"] ?? 0 > 50)
        // The attack came near to the limit, or it has shown nothing.
        #expect(2 * peak > reserved, "seed \(seed)")
        market.now += WideJob.window
        #expect(try market.advance() == nil)
        let store = market.engine.state.content
        #expect(store.storedBytes == 0 && store.openBytes == 0)
    }

    private func junk(_ random: inout SplitMix64) -> Block {
        let bytes = (0..<(1 + random.below(1_500))).map { _ in
            UInt8(truncatingIfNeeded: random.next())
        }
        let digest = SHA256.hash(bytes)
        // Some do not hash to what they say.
        let wrong = random.below(9) == 0 ? SHA256.hash([1]) : digest
        return Block(
            cid: random.below(2) == 0 ? .raw(digest: wrong) : .dagPB(digest: wrong), bytes: bytes)
    }

    @Test func piecesOfContentAreCounted() throws {
        let base = try WideJob.model(weight: 0)
        var market = try Market.withWideJob(base: CID.raw(base))
        let share = UInt64(base.count)
        var stored = 0
        for number in 0..<1_000 {
            let bytes = TinyJob.le32(UInt32(number))
            let code = try market.upload(Block(cid: .raw(bytes), bytes: bytes), from: Market.ada)
            if code == "quota" { break }
            #expect(code == nil)
            stored += 1
        }
        #expect(stored == Limits.contentEntries(share: share))
    }

    @Test func nodesTakeASixteenthBesideTheFile() throws {
        let base = try WideJob.model(weight: 0)
        var market = try Market.withWideJob(base: CID.raw(base))
        func block(_ count: Int, node: Bool) -> Block {
            let bytes = [UInt8](repeating: node ? 1 : 2, count: count)
            let digest = SHA256.hash(bytes)
            return Block(cid: node ? .dagPB(digest: digest) : .raw(digest: digest), bytes: bytes)
        }
        let share = base.count
        #expect(try market.upload(block(share + 1, node: false), from: Market.ada) == "quota")
        #expect(try market.upload(block(share, node: false), from: Market.ada) == nil)
        #expect(
            try market.upload(block(share / 16 + 1, node: true), from: Market.ada) == "quota")
        #expect(try market.upload(block(share / 16, node: true), from: Market.ada) == nil)
    }
}

extension SplitMix64 {
    /// A number from 0 to `bound` − 1.
    fileprivate mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
