import ABI
import Archive
import Content
import Testing
import Verifier

@testable import Marketplace

/// The tiny job with 2,000 features of which one counts: its blobs are large enough to be cut.
enum WideJob {
    static let features = 2_000
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

    /// A DAG of a blob: its root, and the stream in which it is sent.
    static func dag(_ blob: [UInt8]) throws -> (root: CID, stream: [UInt8]) {
        let blocks = FileEncoder.blocks(of: blob, profile: try #require(cut))
        let root = try #require(blocks.last)
        // One level: depth first is the root, and then the leaves in their order.
        let stream = CARWriter.encode(roots: [root.cid], blocks: [root] + blocks.dropLast())
        return (root.cid, stream)
    }

    static func changes(base: CID? = nil, isSealed: Bool = false) throws -> TinyJob.Changes {
        var changes =
            isSealed
            ? TinyJob.Changes.sealed(payout: 1, slots: 2) : TinyJob.Changes(sponsorBond: 60)
        changes.arch = arch
        changes.base = try model(weight: 0)
        changes.baseCid = base
        changes.data = data
        return changes
    }
}

extension Market {
    /// Any stream in pieces of `size` bytes, from `offset` on. Gives the first code that is not nil.
    mutating func stream(
        _ bytes: [UInt8], cid: CID, pieces size: Int = 1_500, from offset: Int = 0, job: UInt64 = 0,
        by sender: Address
    ) throws -> String? {
        var next = offset
        while next < bytes.count {
            let end = min(next + size, bytes.count)
            let code = try upload(
                Array(bytes[next..<end]), cid: cid, size: bytes.count, offset: next, job: job,
                from: sender)
            if let code { return code }
            next = end
        }
        return nil
    }

    /// The wide job in OPEN, with clients in it.
    static func withOpenWideJob(
        clients: [Address] = [Market.ada, Market.bob],
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> Market {
        try withOpenJob(try WideJob.changes(), clients: clients, change)
    }
}
