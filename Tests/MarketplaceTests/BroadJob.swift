import ABI
import Archive
import Content
import Foundation
import Testing
import Verifier

@testable import Marketplace

/// An unsealed job with large files and little else: a hundred thousand features, forty samples.
struct BroadJob {
    static let features = 100_000
    static let samples = 40
    static let baseSize = 36 + 4 * (features + 1)
    static let dataSize = 32 + samples * features + 2 * samples
    /// What an input may take for itself, and what the allocator rounds up.
    static let margin = 1 << 20

    let changes: TinyJob.Changes
    var market: Market
    private let parcels: [(cid: CID, stream: [UInt8])]

    /// Posted, and nothing sent.
    init() throws {
        let arch =
            Array("DMLA".utf8) + [1, 1] + TinyJob.le32(UInt32(Self.features))
            + [1, 0x01] + TinyJob.le32(1) + [1, 2]
        var changes = TinyJob.Changes(slots: 1)
        changes.arch = arch
        changes.samples = UInt64(Self.samples)
        var data = Array("DMLD".utf8) + [1, 1, 0, 15]
        data += TinyJob.le32(UInt32(Self.samples)) + TinyJob.le32(UInt32(Self.features))
        data += [1, 0] + [UInt8](repeating: 0, count: 14)
        for value in 0..<Self.samples * Self.features { data.append(UInt8(value % 127)) }
        for byte in 0..<2 * Self.samples { data.append(byte % 4 == 0 ? 1 : 0) }
        var base = Array("DMLW".utf8) + [1, 0, 4, 0]
        base += try Architecture(parsing: arch).id.bytes[..<16]
        base += [2, 0] + [UInt8](repeating: 0, count: 10)
        for byte in 0..<4 * (Self.features + 1) {
            base.append(byte % 4 == 0 ? UInt8(byte / 4 % 3) : 0)
        }
        changes.data = data
        changes.base = base
        let profile = try #require(
            FileProfile(version: .v1, chunkSize: 262_144, width: 174))
        var parcels: [(cid: CID, stream: [UInt8])] = []
        for blob in [base, data] {
            let blocks = FileEncoder.blocks(of: blob, profile: profile)
            let root = try #require(blocks.last)
            parcels.append(
                (
                    root.cid,
                    CARWriter.encode(roots: [root.cid], blocks: [root] + blocks.dropLast())
                ))
        }
        changes.baseCid = parcels[0].cid
        self.changes = changes
        self.parcels = parcels
        market = Market { $0.inputBudget = 1 }
        market.fund()
        #expect(try market.post(changes) == nil)
    }

    /// Sends both files; with the last piece both are whole and the job opens.
    mutating func fill() throws {
        for (cid, stream) in parcels {
            #expect(
                try market.stream(stream, cid: cid, pieces: 60_000, by: Market.sponsor) == nil)
        }
    }
}

/// The memory of this process, which a test must have for itself.
enum PeakMemory {
    nonisolated(unsafe) private static var start = 0

    /// Forgets the peak so far.
    static func begin() throws {
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        start = try bytes("VmRSS")
    }

    /// How far memory has risen since, at the most.
    static func rise() throws -> Int { try bytes("VmHWM") - start }

    private static func bytes(_ name: String) throws -> Int {
        let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
        let number = try #require(line.split(whereSeparator: { !$0.isNumber }).first)
        return try #require(Int(number)) * 1_024
    }
}
