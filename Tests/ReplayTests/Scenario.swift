import ABI
import Content
import Foundation
import JSON
import Marketplace
import Replay
import Rollup
import Vouchers

/// A small run of one job, from the deposit to the withdrawal, as a fixture in a temporary folder.
struct Scenario {
    static let sponsor = account(1)
    static let alice = account(2)
    static let mallory = account(3)
    static let application = account(0xAA)
    static let payout = account(0x22)

    private(set) var lines: [[UInt8]] = []
    private var now: UInt64 = 1_700_000_000
    private var inputIndex: UInt64 = 0

    static func account(_ byte: UInt8) -> Address {
        Address([UInt8](repeating: byte, count: 20)) ?? .zero
    }

    /// Line numbers, from 1, of what the tests look at.
    struct Places {
        var accepted = 0
        var notBetter = 0
        var garbage = 0
        var settlement = 0
        var withdrawal = 0
        var badQuery = 0
    }

    private(set) var places = Places()

    init() throws {
        try postJob()
        try join(Self.alice, payout: Self.payout)
        places.accepted = try submit(TinyBlobs.model(weight: 65_536), by: Self.alice)
        try join(Self.mallory, payout: .zero)
        places.notBetter = try submit(TinyBlobs.model(weight: 65_537), by: Self.mallory)
        places.garbage = advance([0xDE, 0xAD, 0xBE, 0xEF], by: Self.mallory)
        inspect("jobs/0")
        now += 30_000
        places.settlement = try send("advance", #"{"jobId":"0"}"#, by: Self.mallory)
        places.withdrawal = try send(
            "WithdrawEther", #"{"value":"1000000000000000","execLayerData":"0x"}"#, by: Self.alice)
        inspect("audit")
        places.badQuery = inspect("nonsense")
    }

    private mutating func postJob() throws {
        deposit("10000000000000000000", by: Self.sponsor)
        let base = TinyBlobs.model(weight: 0)
        let zero = Hex.string(Bytes32.zero.bytes)
        let terms = """
            {"payout":0,"sealed":false,"token":"0x0000000000000000000000000000000000000000",
            "reward":"100000000000000000","slots":2,"rounds":1,"clientBond":"5000000000000000",
            "sponsorBond":0,"minImprovementPpm":10000,"normBound":0,
            "arch":"\(Hex.string(TinyBlobs.architecture))","baseModelCid":"\(CID.raw(base).text)",
            "samples":4,"xDtype":4,"yKind":0,"modelDtype":4,"trainerCid":"0x","metadataCid":"0x",
            "evaluation":["\(Hex.string(SHA256.hash(TinyBlobs.data).bytes))"],"jobSalt":"\(zero)",
            "windows":[3600,20000,0,0,0],"allowListRoot":"\(zero)"}
            """
        try send(
            "postJob", #"{"terms":\#(terms),"maxRent":"100000000000000000"}"#, by: Self.sponsor)
        termsHash = Self.termsHash(lastMessage)
        try upload(base, by: Self.sponsor)
        try upload(TinyBlobs.data, pieces: 2, by: Self.sponsor)
    }

    /// The hash of the terms alone: of an offset of one word and the tuple, which in the message
    /// stands behind two words.
    private static func termsHash(_ posting: [UInt8]) -> Bytes32 {
        Keccak256.hash(UInt256(32 as UInt64).bytes32.bytes + posting.dropFirst(4 + 64))
    }

    private var termsHash = Bytes32.zero
    private var lastMessage: [UInt8] = []

    private mutating func join(_ client: Address, payout: Address) throws {
        deposit("5000000000000000", by: client)
        try send(
            "acceptJob",
            """
            {"jobId":0,"termsHash":"\(Hex.string(termsHash.bytes))",
            "payout":"\(payout.checksummed)","proof":[]}
            """, by: client)
    }

    private mutating func submit(_ model: [UInt8], by client: Address) throws -> Int {
        let salt = Keccak256.hash(client.bytes)
        let commitment = Commitment.hash(
            chainID: 31_337, application: Self.application, job: 0, round: 0, client: client,
            boundDigest: SHA256.hash(client.bytes + model), salt: salt)
        try send(
            "commit", #"{"jobId":0,"commitment":"\#(Hex.string(commitment.bytes))"}"#, by: client)
        now += 600
        try upload(model, by: client)
        return try send(
            "submit",
            """
            {"jobId":0,"modelCid":"\(CID.raw(model).text)",
            "dataCid":"\(CID.raw(TinyBlobs.data).text)","salt":"\(Hex.string(salt.bytes))"}
            """, by: client)
    }

    private mutating func upload(_ blob: [UInt8], pieces: Int = 1, by sender: Address) throws {
        let size = (blob.count + pieces - 1) / pieces
        for start in stride(from: 0, to: blob.count, by: size) {
            let chunk = Array(blob[start..<min(blob.count, start + size)])
            try send(
                "upload",
                """
                {"jobId":0,"cid":"\(CID.raw(blob).text)","size":\(blob.count),
                "offset":\(start),"chunk":"\(Hex.string(chunk))"}
                """, by: sender)
        }
    }

    private mutating func deposit(_ wei: String, by sender: Address) {
        let amount = UInt256(decimal: wei) ?? .zero
        advance(
            sender.bytes + amount.bytes32.bytes, by: AddressBook(.v2_1).portals.ether)
    }

    @discardableResult
    private mutating func send(
        _ message: String, _ json: String, by sender: Address
    ) throws -> Int {
        let hex = try Translation.encode(message, json: Array(json.utf8))
        lastMessage = Hex.decode(Array(hex.utf8)) ?? []
        return advance(lastMessage, by: sender)
    }

    @discardableResult
    private mutating func advance(_ payload: [UInt8], by sender: Address) -> Int {
        now += 12
        let metadata = Metadata(
            chainID: 31_337, appContract: Self.application, messageSender: sender,
            blockNumber: inputIndex + 1, blockTimestamp: now, prevRandao: .zero,
            inputIndex: inputIndex)
        inputIndex += 1
        return add(.advance(Input(metadata: metadata, payload: payload)))
    }

    @discardableResult
    private mutating func inspect(_ path: String) -> Int {
        add(.inspect(Array(path.utf8)))
    }

    private mutating func add(_ request: RollupRequest) -> Int {
        var json = JSONWriter()
        request.write(to: &json)
        lines.append(json.bytes)
        return lines.count
    }
}

/// A folder for one test.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("deml-replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    var path: String { url.path }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: url.appendingPathComponent(name))
    }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    func write(lines: [[UInt8]], to name: String) throws {
        try write(lines.flatMap { $0 + [UInt8(ascii: "\n")] }, to: name)
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appendingPathComponent(name)))
    }
}
