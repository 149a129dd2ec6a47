import ABI
import Content
import Foundation
import Testing
import Vouchers

@testable import Marketplace

/// An engine with a clock and a few actors, so that a test reads like a ledger.
struct Market {
    static let sponsor = actor(1)
    static let ada = actor(2)
    static let bob = actor(3)
    static let eve = actor(4)
    static let application = actor(0xaa)
    static let chainID: UInt64 = 31_337
    static let salt = Keccak256.hash([7])

    var engine: Engine
    var now: UInt64 = 1_700_000_000
    var inputs: UInt64 = 0
    /// Every output so far.
    var outputs: [Output] = []
    /// The units of the input that did most.
    var mostUnits: UInt64 = 0
    /// Code and place of every error that the last input reported.
    var errors: [Problem] = []

    struct Problem: Equatable {
        let code: String
        let at: String?
    }

    /// `change` makes budgets and tables small.
    init(
        _ configuration: Configuration = Configuration(contracts: AddressBook(.v2_1)),
        drive: ContentDrive = ContentDrive(),
        _ change: (inout Configuration) -> Void = { _ in }
    ) {
        var configuration = configuration
        change(&configuration)
        engine = Engine(configuration: configuration, drive: drive)
    }

    /// How its vouchers pay, without a library for tokens.
    static let payout = Payout(from: application, safeERC20Transfer: nil)

    static func actor(_ number: UInt8) -> Address {
        Address([UInt8](repeating: number, count: 20)) ?? .zero
    }

    /// Sends a payload, and gives the code of the error report: nil when there is none.
    @discardableResult
    mutating func send(_ payload: [UInt8], from sender: Address) -> String? {
        let metadata = Metadata(
            chainID: Market.chainID, appContract: Market.application, messageSender: sender,
            blockNumber: inputs, blockTimestamp: now, inputIndex: inputs)
        return send(payload, metadata)
    }

    @discardableResult
    mutating func send(_ payload: [UInt8], _ metadata: Metadata) -> String? {
        inputs += 1
        let spent = engine.state.unitsSpent
        let outcome = engine.advance(Input(metadata: metadata, payload: payload))
        mostUnits = max(mostUnits, engine.state.unitsSpent - spent)
        outputs += outcome.outputs
        errors = outcome.reports.compactMap(Market.problem)
        return errors.first?.code
    }

    @discardableResult
    mutating func send(
        _ function: ABIFunction, _ values: ABIValue..., from sender: Address
    ) throws -> String? {
        send(try function.encode(values), from: sender)
    }

    @discardableResult
    mutating func deposit(
        ether amount: UInt256, to account: Address, then message: [UInt8] = []
    ) -> String? {
        send(
            PortalPayload.ether(amount, from: account, then: message),
            from: AddressBook(.v2_1).portals.ether)
    }

    /// An input that says nothing: only time passes.
    mutating func wait(until time: UInt64? = nil) {
        if let time { now = time }
        #expect(send([], from: Market.actor(0x99)) == "unknownMessage")
    }

    private static func problem(_ report: [UInt8]) -> Problem? {
        let value = try? JSONSerialization.jsonObject(with: Data(report))
        guard let error = (value as? [String: Any])?["error"] as? [String: Any],
            let code = error["code"] as? String
        else { return nil }
        return Problem(code: code, at: error["at"] as? String)
    }
}

// What can be seen.
extension Market {
    /// The answer to a query, as JSON.
    func inspect(_ path: String) throws -> [String: Any] {
        let reports = engine.inspect(Array(path.utf8))
        let report = try #require(reports.first)
        let value = try JSONSerialization.jsonObject(with: Data(report))
        return try #require(value as? [String: Any])
    }

    /// The digest of everything that the application remembers.
    func digest() throws -> String { try #require(try inspect("state")["state"] as? String) }

    func jobAnswer(_ id: UInt64 = 0) throws -> [String: Any] {
        try #require(try inspect("jobs/\(id)")["job"] as? [String: Any])
    }

    func phase(_ id: UInt64 = 0) throws -> String? { try jobAnswer(id)["phase"] as? String }

    func advancesLeft(_ id: UInt64 = 0) throws -> Int {
        try #require(try jobAnswer(id)["advancesLeft"] as? Int)
    }

    func files(_ id: UInt64 = 0) throws -> [[String: Any]] {
        try #require(try inspect("jobs/\(id)/files")["files"] as? [[String: Any]])
    }

    /// The file in the slot of a job, as inspect tells it.
    func file(_ kind: String, slot: Int? = nil, job id: UInt64 = 0) throws -> [String: Any]? {
        try files(id).first {
            $0["kind"] as? String == kind && $0["slot"] as? Int == slot
        }
    }

    func slots(_ id: UInt64 = 0) throws -> [[String: Any]] {
        try #require(try inspect("jobs/\(id)/submissions")["slots"] as? [[String: Any]])
    }

    /// Where the bond of each slot is.
    func bonds(_ id: UInt64 = 0) throws -> [String] {
        try slots(id).compactMap { $0["bond"] as? String }
    }

    /// Whether a whole file is found under a CID.
    func finds(_ cid: CID) throws -> Bool {
        try inspect("content/\(cid.text)")["size"] != nil
    }

    func job(_ id: UInt64 = 0) throws -> Job {
        guard case .live(let job)? = engine.state.jobs[id] else {
            throw Refusal(.unknownJob)
        }
        return job
    }

    func balance(_ account: Address, in asset: Asset = .ether) -> UInt256 {
        engine.state.ledger.balance(of: .account(account), in: asset)
    }

    func escrow(_ job: UInt64, in asset: Asset = .ether) -> UInt256 {
        engine.state.ledger.balance(of: .escrow(job: job), in: asset)
    }

    func burned(in asset: Asset = .ether) -> UInt256 {
        engine.state.ledger.balance(of: .burned, in: asset)
    }

    func nonce(_ account: Address) -> UInt64? { engine.state.accounts[account]?.nonce }

    /// The arguments of every notice of this kind.
    func notices(_ function: ABIFunction) -> [[ABIValue]] {
        outputs.compactMap { output in
            guard case .notice(let payload) = output,
                ABIFunction.selector(of: payload) == function.selector
            else { return nil }
            return try? function.decode(payload)
        }
    }

    /// The names of all notices, in order.
    var story: [String] {
        outputs.compactMap { output in
            guard case .notice(let payload) = output else { return nil }
            let selector = ABIFunction.selector(of: payload)
            return NoticeFunctions.all.first { $0.selector == selector }?.name
        }
    }

    var vouchers: [Output] {
        outputs.filter { $0.destination != nil }
    }

    /// What a job paid for good: rent, and the price of scoring.
    func paidForGood(_ job: UInt64 = 0) throws -> UInt256 {
        let notice = try #require(notices(NoticeFunctions.rentPaid).first { $0[0] == .uint(job) })
        guard case .number(let rent) = notice[1], case .number(let scoring) = notice[2] else {
            return .max
        }
        return try #require(rent.adding(scoring))
    }
}

extension UInt256 {
    /// Sums and differences of a test's own making, which stay in range.
    static func + (a: UInt256, b: UInt256) -> UInt256 { a.adding(b) ?? .max }
    static func - (a: UInt256, b: UInt256) -> UInt256 { a.subtracting(b) ?? .max }
}
