import ABI
import Client
import Content
import CoreCommands
import JSON
import Marketplace
import TestSupport
import Testing
import Vouchers

/// An engine with one sponsor, seen only through inputs and queries, as `deml upload` sees it.
final class Chain: UploadTarget {
    static let features = 8_000
    static let sponsor = Address([UInt8](repeating: 1, count: 20)) ?? .zero
    static let application = Address([UInt8](repeating: 2, count: 20)) ?? .zero

    /// The evaluation data of job 0.
    let data: [UInt8]
    private let samples: Int
    private var engine = Engine(configuration: Configuration(contracts: AddressBook(.v2_1)))
    private var index: UInt64 = 0
    private var reports: [UInt64: [UInt8]] = [:]
    /// Pieces until the connection breaks; nil when it holds.
    var piecesUntilBreak: Int?
    private(set) var pieces = 0

    struct Broken: Error {}

    /// Two classes; another `label` of the first sample makes the data invalid.
    init(samples: Int, _ random: inout SplitMix64, label: UInt8 = 0) {
        self.samples = samples
        var data = Array("DMLD".utf8) + [1, 1, 0, 0] + Chain.le32(samples)
        data += Chain.le32(Chain.features) + [1, 0] + [UInt8](repeating: 0, count: 14)
        // Eight values a draw, none of them -128; the count is a multiple of eight.
        for _ in 0..<(samples * Chain.features / 8) {
            withUnsafeBytes(of: random.next() & 0x7f7f_7f7f_7f7f_7f7f) {
                data.append(contentsOf: $0)
            }
        }
        for sample in 0..<samples { data += [sample == 0 ? label : UInt8(sample % 2), 0] }
        self.data = data
    }

    private var arch: [UInt8] {
        Array("DMLA".utf8) + [1, 1] + Chain.le32(Chain.features) + [1, 1] + Chain.le32(1) + [0, 2]
    }

    var base: [UInt8] {
        Array("DMLW".utf8) + [1, 0, 4, 0] + Keccak256.hash(arch).bytes[..<16] + [1, 0]
            + [UInt8](repeating: 0, count: 10) + [UInt8](repeating: 0, count: 4 * Chain.features)
    }

    /// Funds the sponsor, posts the job and delivers the base model.
    func post() throws {
        let amount = UInt256(1_000_000_000_000_000_000 as UInt64)
        let portal = AddressBook(.v2_1).portals.ether
        advance(Chain.sponsor.bytes + amount.bytes32.bytes, from: portal)
        let terms = ABIValue.tuple([
            .uint(0), .bool(false), .address(.zero), .uint(1_000), .uint(1), .uint(1), .uint(50),
            .uint(0), .uint(10_000), .uint(0), .bytes(arch), .bytes(CID.raw(base).binary),
            .uint(UInt64(samples)), .uint(1), .uint(0), .uint(4), .bytes([]), .bytes([]),
            .array([.bytes32(SHA256.hash(data))]), .bytes32(.zero),
            .array([.uint(3_600), .uint(86_400), .uint(0), .uint(0), .uint(0)]), .bytes32(.zero),
        ])
        advance(
            try MessageFunctions.postJob.encode([terms, .number(amount)]), from: Chain.sponsor)
        try upload(FileSource(file: base, profile: .raw))
        #expect(reports.isEmpty)
    }

    /// As the command does it.
    func upload(_ source: FileSource, restarting: Bool = false) throws {
        guard
            let start = try start(
                of: source, in: 0, from: Chain.sponsor, restarting: restarting)
        else { return }
        try Uploader(source, job: 0, from: Chain.sponsor, to: self).run(from: start) { _, _ in }
    }

    func send(_ payload: [UInt8]) throws -> (input: UInt64, line: String) {
        if let left = piecesUntilBreak {
            guard left > 0 else { throw Broken() }
            piecesUntilBreak = left - 1
        }
        #expect(payload.count <= UploadPlan.payloadLimit)
        pieces += 1
        return (advance(payload, from: Chain.sponsor), "")
    }

    func ask(_ path: String, after inputs: UInt64) throws -> JSONValue {
        #expect(index >= inputs)
        let answer = try query(path)
        if let refusal = Answer.refusal(in: answer) {
            throw ToolFailure(refusal.code, refusal.message)
        }
        return answer
    }

    func refusal(of input: UInt64) throws -> (code: String, message: String)? {
        try reports[input].map { try Answer.parse($0) }.flatMap { Answer.refusal(in: $0) }
    }

    @discardableResult
    func advance(_ payload: [UInt8], from sender: Address) -> UInt64 {
        let metadata = Metadata(
            chainID: 1, appContract: Chain.application, messageSender: sender, blockNumber: index,
            blockTimestamp: 1_700_000_000, inputIndex: index)
        defer { index += 1 }
        reports[index] = engine.advance(Input(metadata: metadata, payload: payload)).reports.first
        return index
    }

    func phase() throws -> String? {
        try query("jobs/0")["job"]?["phase"]?.text
    }

    /// The file under a CID, page by page.
    func content(_ cid: CID) throws -> [UInt8] {
        var result: [UInt8] = []
        var offset: Int? = 0
        while let start = offset {
            let page = try query("content/\(cid.text)/bytes?offset=\(start)")
            let hex = try #require(page["data"]?.text)
            result += Hex.decode(Array(hex.utf8)) ?? []
            offset = page["next"]?.uint64.map { Int($0) }
        }
        return result
    }

    private func query(_ path: String) throws -> JSONValue {
        try Answer.parse(try #require(engine.inspect(Array(path.utf8)).first))
    }

    static func le32(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
