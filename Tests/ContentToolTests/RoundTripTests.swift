import ABI
import Content
import ContentTool
import Foundation
import Marketplace
import Operations
import TestSupport
import Testing
import Vouchers

/// Random files through `deml upload` into a job: as its evaluation data, in blocks of several
/// inputs each.
@Suite struct RoundTripTests {
    enum Accident: CaseIterable, Sendable {
        case none, doubled, missing, corrupted
    }

    @Test(arguments: 0..<10, Accident.allCases)
    func aFileOfManyBlocksArrives(seed: UInt64, accident: Accident) throws {
        var random = SplitMix64(seed: seed)
        var chain = Chain(samples: 140 + Int(random.next() % 40), &random)
        let profile: ProfileName = seed % 2 == 0 ? .unixfsV0_2015 : .unixfsV1_2025
        // Through a CAR file, as it would come from a gateway.
        let blocks = profile.blocks(of: chain.data)
        #expect(blocks.count > 2)
        let root = try #require(blocks.last).cid
        let car = CARWriter.encode(roots: [root], blocks: blocks.shuffled(using: &random))
        let source = try BlockSource(car: car, root: nil)
        #expect(try source.file() == chain.data)
        try chain.post()
        let order = source.blocks.shuffled(using: &random)
        for (index, block) in order.enumerated() {
            var payloads = try UploadPlan([block], job: 0).payloads.shuffled(using: &random)
            for payload in payloads { #expect(payload.count <= UploadPlan.payloadLimit) }
            if index == 0 {
                switch accident {
                case .none: break
                case .doubled: payloads += payloads
                case .missing: continue
                case .corrupted: payloads[0][payloads[0].count - 40] ^= 1
                }
            }
            var reports: [String] = []
            for payload in payloads { reports += chain.send(payload) }
            let isCorrupted = index == 0 && accident == .corrupted
            #expect(reports.contains { $0.contains("wrongHash") } == isCorrupted, "seed \(seed)")
        }
        if accident == .missing || accident == .corrupted {
            #expect(try chain.phase() == "filling")
            let absent = order[0]
            // A root of the data is known only when it is there.
            #expect(
                try chain.missing() == (absent.cid == root ? [] : [absent.cid.text]),
                "seed \(seed)")
            for payload in try UploadPlan([absent], job: 0).payloads { _ = chain.send(payload) }
        }
        #expect(try chain.phase() == "open", "seed \(seed)")
        #expect(try chain.content(root) == chain.data, "seed \(seed)")
    }
}

/// An engine with one sponsor, seen only through inputs and queries.
private struct Chain {
    static let features = 8_000
    static let sponsor = Address([UInt8](repeating: 1, count: 20)) ?? .zero
    static let application = Address([UInt8](repeating: 2, count: 20)) ?? .zero

    let data: [UInt8]
    private let samples: Int
    private var engine = Engine()
    private var index: UInt64 = 0

    init(samples: Int, _ random: inout SplitMix64) {
        self.samples = samples
        var data = Array("DMLD".utf8) + [1, 1, 0, 0] + Chain.le32(samples)
        data += Chain.le32(Chain.features) + [1, 0] + [UInt8](repeating: 0, count: 14)
        // Eight values a draw, none of them -128; the count is a multiple of eight.
        for _ in 0..<(samples * Chain.features / 8) {
            withUnsafeBytes(of: random.next() & 0x7f7f_7f7f_7f7f_7f7f) {
                data.append(contentsOf: $0)
            }
        }
        for sample in 0..<samples { data += [UInt8(sample % 2), 0] }
        self.data = data
    }

    private var arch: [UInt8] {
        Array("DMLA".utf8) + [1, 1] + Chain.le32(Chain.features) + [1, 1] + Chain.le32(1) + [0, 2]
    }

    private var base: [UInt8] {
        Array("DMLW".utf8) + [1, 0, 4, 0] + Keccak256.hash(arch).bytes[..<16] + [1, 0]
            + [UInt8](repeating: 0, count: 10) + [UInt8](repeating: 0, count: 4 * Chain.features)
    }

    /// Funds the sponsor, posts the job and delivers the base model.
    mutating func post() throws {
        let amount = UInt256(1_000_000_000_000_000_000 as UInt64)
        let portal = Configuration().portals.ether
        _ = send(Chain.sponsor.bytes + amount.bytes32.bytes, from: portal)
        let terms = ABIValue.tuple([
            .uint(0), .bool(false), .address(.zero), .uint(1_000), .uint(1), .uint(1), .uint(50),
            .uint(0), .uint(10_000), .uint(0), .bytes(arch), .bytes(CID.raw(base).binary),
            .uint(UInt64(samples)), .uint(1), .uint(0), .uint(4), .bytes([]), .bytes([]),
            .array([.bytes32(SHA256.hash(data))]), .bytes32(.zero),
            .array([.uint(3_600), .uint(86_400), .uint(0), .uint(0), .uint(0)]), .bytes32(.zero),
        ])
        #expect(send(try MessageFunctions.postJob.encode([terms])) == [])
        for payload in try UploadPlan([FileEncoder.raw(base)], job: 0).payloads {
            #expect(send(payload) == [])
        }
    }

    /// Sends an input and gives its reports.
    mutating func send(_ payload: [UInt8], from sender: Address = sponsor) -> [String] {
        let metadata = Metadata(
            chainID: 1, appContract: Chain.application, messageSender: sender, blockNumber: index,
            blockTimestamp: 1_700_000_000, inputIndex: index)
        index += 1
        let outcome = engine.advance(Input(metadata: metadata, payload: payload))
        return outcome.reports.map { String(decoding: $0, as: UTF8.self) }
    }

    private func job() throws -> [String: Any] {
        try #require(try query("jobs/0")["job"] as? [String: Any])
    }

    func phase() throws -> String? { try job()["phase"] as? String }

    func missing() throws -> [String] {
        let content = try job()["content"] as? [String: Any]
        let files = content?["awaited"] as? [[String: Any]] ?? []
        return files.flatMap { $0["missing"] as? [String] ?? [] }
    }

    /// The file under a CID, page by page.
    func content(_ cid: CID) throws -> [UInt8] {
        var result: [UInt8] = []
        var offset: Int? = 0
        while let start = offset {
            let page = try query("content/\(cid.text)/bytes?offset=\(start)")
            let hex = try #require(page["data"] as? String)
            result += Hex.decode(Array(hex.utf8)) ?? []
            offset = page["next"] as? Int
        }
        return result
    }

    private func query(_ path: String) throws -> [String: Any] {
        let report = try #require(engine.inspect(Array(path.utf8)).first)
        return try #require(try JSONSerialization.jsonObject(with: Data(report)) as? [String: Any])
    }

    static func le32(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
