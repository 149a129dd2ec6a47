import ABI
import Content
import Testing
import Verifier

@testable import Marketplace

/// The tiny job with 2,000 features of which one counts: its blobs are large enough to be cut.
enum WideJob {
    static let features = 2_000
    static let window: UInt64 = 3_600
    static let cut = FileProfile(version: .v1, chunkSize: 1_100, width: 174)

    static let arch: [UInt8] =
        Array("DMLA".utf8) + [1, 1] + TinyJob.le32(UInt32(features))
        + [1, 0x01] + TinyJob.le32(1) + [1, 2]

    static var architecture: Architecture {
        get throws { try Architecture(parsing: arch) }
    }

    static let data: [UInt8] =
        Array("DMLD".utf8) + [1, 1, 0, 15] + TinyJob.le32(4) + TinyJob.le32(UInt32(features))
        + [1, 0] + [UInt8](repeating: 0, count: 14)
        + ([0xfc, 0xfe, 2, 4] as [UInt8]).enumerated().flatMap { sample, x in
            // What does not count differs, so that no two chunks are the same block.
            [x] + (1..<features).map { UInt8(truncatingIfNeeded: ($0 * 7 + sample) % 120) }
        }
        + [0, 0, 0, 0, 1, 0, 1, 0]

    static func model(weight: Int32) throws -> [UInt8] {
        var blob =
            Array("DMLW".utf8) + [1, 0, 4, 0] + (try architecture.id.bytes[..<16]) + [2, 0]
            + [UInt8](repeating: 0, count: 6) + [0, 0, 0, 0]
            + TinyJob.le32(UInt32(bitPattern: weight))
        // Weights of a few parts in 65,536 change little, and no two chunks are the same block.
        for index in 1..<features {
            blob += TinyJob.le32(UInt32(index % 100 == 0 ? index / 100 : index % 3))
        }
        return blob + TinyJob.le32(0)
    }

    /// The blocks of a blob, the root last.
    static func blocks(_ blob: [UInt8]) throws -> [Block] {
        FileEncoder.blocks(of: blob, profile: try #require(cut))
    }

    static func root(_ blob: [UInt8]) throws -> CID { try #require(try blocks(blob).last).cid }

    /// Unsealed POSTED, or sealed BEST.
    static func terms(base: CID, isSealed: Bool = false) -> ABIValue {
        let digest = SHA256.hash(data)
        let sealed = Commitment.dataHash(
            chainID: Market.chainID, application: Market.application, sponsor: Market.sponsor,
            jobSalt: .zero, round: 0, salt: Market.salt, dataDigest: digest)
        let windows: [ABIValue] = [
            .uint(window), .uint(isSealed ? window : TinyJob.openWindow),
            .uint(isSealed ? window : 0), .uint(isSealed ? window : 0),
            .uint(isSealed ? window : 0),
        ]
        return .tuple([
            .uint(isSealed ? 1 : 0), .bool(isSealed), .address(.zero), .uint(TinyJob.reward),
            .uint(2), .uint(1), .uint(TinyJob.bond), .uint(60), .uint(10_000), .uint(0),
            .bytes(arch), .bytes(base.binary), .uint(4), .uint(1), .uint(0), .uint(4),
            .bytes([]), .bytes([]), .array([.bytes32(isSealed ? sealed : digest)]),
            .bytes32(.zero), .array(windows), .bytes32(.zero),
        ])
    }
}

extension Market {
    /// A job with the base model under `base`, and Ada and Bob in it.
    static func withWideJob(
        base: CID, isSealed: Bool = false, drive: ContentDrive = ContentDrive()
    ) throws -> Market {
        var market = Market()
        market.engine = Engine(drive: drive)
        market.fund()
        let terms = WideJob.terms(base: base, isSealed: isSealed)
        #expect(try market.send(MessageFunctions.postJob, terms, from: Market.sponsor) == nil)
        let hash = Keccak256.hash(try ABIEncoder.encode([terms], as: [JobTerms.parameter]))
        for client in [Market.ada, Market.bob] {
            #expect(
                try market.send(
                    MessageFunctions.acceptJob, .uint(0), .bytes32(hash), .address(.zero),
                    .array([]), from: client) == nil)
        }
        return market
    }

    /// The wide job in OPEN.
    static func withOpenWideJob() throws -> Market {
        let base = try WideJob.model(weight: 0)
        var market = try withWideJob(base: CID.raw(base))
        #expect(try market.upload(base, from: Market.sponsor) == nil)
        #expect(try market.upload(WideJob.data, from: Market.sponsor) == nil)
        return market
    }

    mutating func upload(_ block: Block, from sender: Address) throws -> String? {
        try send(
            MessageFunctions.upload, .uint(0), .bytes(block.cid.binary),
            .uint(UInt64(block.bytes.count)), .uint(0), .bytes(block.bytes), from: sender)
    }

    mutating func upload(_ blocks: [Block], from sender: Address) throws {
        for block in blocks { #expect(try upload(block, from: sender) == nil) }
    }

    mutating func submit(
        _ model: CID, from client: Address, data: CID = CID.raw(WideJob.data)
    ) throws -> String? {
        try send(
            MessageFunctions.submit, .uint(0), .bytes(model.binary), .bytes(data.binary),
            .bytes32(Market.salt), from: client)
    }

    /// What `jobs/0` says about content.
    func content() throws -> [String: Any] {
        let job = try #require(try inspect("jobs/0")["job"] as? [String: Any])
        return try #require(job["content"] as? [String: Any])
    }

    /// Each awaited file: what for, and the CIDs that are missing.
    func awaited() throws -> [(String, [String])] {
        let files = try content()["awaited"] as? [[String: Any]] ?? []
        return files.map { ($0["for"] as? String ?? "", $0["missing"] as? [String] ?? []) }
    }

    func phase() throws -> String? {
        (try inspect("jobs/0")["job"] as? [String: Any])?["phase"] as? String
    }
}

extension Market {
    /// The loss that a client would claim.
    static func loss(
        of model: [UInt8], on data: [UInt8], _ architecture: Architecture
    ) throws -> UInt64 {
        var evaluation = Evaluation(
            architecture: architecture,
            model: try Model.base(parsing: model, architecture: architecture),
            data: try Dataset(parsing: data, architecture: architecture))
        while !evaluation.isFinished { _ = evaluation.step(budget: 1_000_000) }
        return evaluation.metrics.loss
    }
}
