import ABI
import Archive
import Content
import Testing

@testable import Marketplace

// Submissions, and the files that come before them.
extension RefusalTableTests {
    /// A stream under a root that the slot of Ada gets in a wide job.
    private static func stream(_ root: CID, _ blocks: [Block]) throws -> String? {
        var market = try Market.withOpenWideJob()
        #expect(try market.commit([1], from: Market.ada) == nil)
        let stream = CARWriter.encode(roots: [root], blocks: blocks)
        return try market.stream(stream, cid: root, pieces: 65_000, by: Market.ada)
    }

    private static func node(_ bytes: [UInt8]) -> Block {
        Block(cid: CID.dagPB(digest: SHA256.hash(bytes)), bytes: bytes)
    }

    /// A chain of nodes with one link each, the root first.
    private static func chain(_ count: Int, length: UInt64) -> [Block] {
        var blocks = [Block(cid: CID.raw([5]), bytes: [5])]
        for _ in 0..<count {
            let link = DagNode.Link(cid: blocks[0].cid, name: [], size: 0)
            let message = DagNode.fileMessage(data: [], size: length, blockSizes: [length])
            blocks.insert(node(DagNode(links: [link], data: message).encoded()), at: 0)
        }
        return blocks
    }

    static var ofSubmissions: [(String, Case)] {
        /// Ada has prepared a model, for the data of the job, in a market with so much budget.
        func prepared(
            _ model: [UInt8]? = nil, budget: UInt64 = Limits.inputBudget,
            _ act: (inout Market, [UInt8]) throws -> String?
        ) throws -> String? {
            var market = try Market.withOpenJob(clients: [Market.ada]) { $0.inputBudget = budget }
            let blob = try model ?? TinyJob.model(weight: 65_536)
            #expect(try market.prepare(blob, from: Market.ada) == nil)
            return try act(&market, blob)
        }
        return [
            (
                "notCommitted",
                {
                    var market = try open()
                    return try market.submit([], from: Market.ada)
                }
            ),
            (
                "tooEarly",
                {
                    var market = try open()
                    #expect(try market.commit([], from: Market.ada) == nil)
                    return try market.submit([], from: Market.ada)
                }
            ),
            (
                "wrongCommitment",
                { try prepared { try $0.submit($1, from: Market.ada, salt: .zero) } }
            ),
            ("wrongData", { try prepared { try $0.submit($1, from: Market.ada, data: []) } }),
            ("notWhole", { try prepared { market, _ in try market.submit([], from: Market.ada) } }),
            (
                "invalidCid",
                {
                    try prepared { market, _ in
                        try market.send(
                            MessageFunctions.submit, .uint(0), .bytes([]), .bytes([]),
                            .bytes32(.zero),
                            from: Market.ada)
                    }
                }
            ),
            (
                "invalidModel",
                { try prepared(try TinyJob.noModel()) { try $0.submit($1, from: Market.ada) } }
            ),
            (
                "alreadyPaid",
                {
                    try prepared {
                        #expect(try $0.submit($1, from: Market.ada) == nil)
                        return try $0.submit($1, from: Market.ada)
                    }
                }
            ),
            (
                "awaitingScore",
                {
                    try prepared(budget: 1) {
                        #expect(try $0.submit($1, from: Market.ada) == nil)
                        return try $0.submit($1, from: Market.ada)
                    }
                }
            ),
            (
                "attemptsExhausted",
                {
                    var market = try open()
                    for weight in [-1, -2, -3] as [Int32] {
                        #expect(
                            try market.offer(TinyJob.model(weight: weight), from: Market.ada) == nil
                        )
                    }
                    return try market.commit([], from: Market.ada)
                }
            ),
            (
                "notDue",
                {
                    var market = try Market.inReveal(
                        payout: 1, [(Market.ada, 5), (Market.bob, 90_000)])
                    return try market.show(5, from: Market.ada)
                }
            ),
            (
                "invalidData",
                {
                    var market = Market()
                    market.fund()
                    #expect(try market.post(TinyJob.Changes(data: TinyJob.invalidData)) == nil)
                    #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == nil)
                    return try market.upload(TinyJob.invalidData, from: Market.sponsor)
                }
            ),
            (
                "inUse",
                {
                    try prepared(budget: 1) {
                        #expect(try $0.submit($1, from: Market.ada) == nil)
                        return try $0.upload($1, from: Market.ada)
                    }
                }
            ),
            ("chunkOutOfRange", { try prepared { try $0.upload([], of: $1, from: Market.ada) } }),
            (
                "outOfOrder",
                { try prepared { try $0.upload([1], of: $1, offset: 9, from: Market.ada) } }
            ),
        ]
    }

    static var ofStreams: [(String, Case)] {
        [
            ("wrongBlock", { try stream(node([1]).cid, [node([2])]) }),
            ("malformedBlock", { try stream(node([1]).cid, [node([1])]) }),
            (
                "wrongSize",
                {
                    let blocks = chain(1, length: 1)
                    return try stream(blocks[0].cid, blocks)
                }
            ),
            (
                "tooLarge",
                {
                    let block = node([UInt8](repeating: 9, count: 60_000))
                    return try stream(block.cid, [block])
                }
            ),
            (
                "tooDeep",
                {
                    let length = UInt64(try WideJob.model(weight: 0).count)
                    let blocks = chain(17, length: length)
                    return try stream(blocks[0].cid, blocks)
                }
            ),
            (
                "malformedStream",
                {
                    var market = try Market.withOpenWideJob()
                    #expect(try market.commit([1], from: Market.ada) == nil)
                    return try market.upload([1, 0], cid: node([1]).cid, size: 2, from: Market.ada)
                }
            ),
        ]
    }
}
