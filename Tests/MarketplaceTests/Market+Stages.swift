import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

// The steps of a job, in their order.
extension Market {
    /// What everyone has at first: far more than most tests need.
    static let funded = UInt256(1_000_000_000_000_000_000 as UInt64)

    mutating func fund() {
        for account in [Market.sponsor, Market.ada, Market.bob, Market.eve] {
            #expect(deposit(ether: Market.funded, to: account) == nil)
        }
    }

    mutating func post(
        _ changes: TinyJob.Changes = .init(), maxRent: UInt256 = .max, from sponsor: Address? = nil
    ) throws -> String? {
        try send(
            MessageFunctions.postJob, try TinyJob.terms(changes), .number(maxRent),
            from: sponsor ?? changes.sponsor)
    }

    /// A raw file in one piece.
    mutating func upload(_ blob: [UInt8], job: UInt64 = 0, from sender: Address) throws -> String? {
        try upload(blob, of: blob, job: job, from: sender)
    }

    /// A piece of a raw file.
    mutating func upload(
        _ piece: [UInt8], of blob: [UInt8], offset: Int = 0, job: UInt64 = 0, from sender: Address
    ) throws -> String? {
        try upload(
            piece, cid: CID.raw(blob), size: blob.count, offset: offset, job: job, from: sender)
    }

    /// A piece of any stream.
    mutating func upload(
        _ piece: [UInt8], cid: CID, size: Int, offset: Int = 0, job: UInt64 = 0,
        from sender: Address
    ) throws -> String? {
        try send(
            MessageFunctions.upload, .uint(job), .bytes(cid.binary), .uint(UInt64(size)),
            .uint(UInt64(offset)), .bytes(piece), from: sender)
    }

    mutating func accept(
        _ client: Address, payout: Address? = nil, job: UInt64 = 0
    ) throws -> String? {
        try send(
            MessageFunctions.acceptJob, .uint(job), .bytes32(try self.job(job).termsHash),
            .address(payout ?? client), .array([]), from: client)
    }

    /// The commitment to a model in the present round.
    func commitment(
        to model: [UInt8], of client: Address, job: UInt64 = 0, salt: Bytes32 = Market.salt
    ) throws -> Bytes32 {
        Commitment.hash(
            chainID: Market.chainID, application: Market.application, job: job,
            round: try self.job(job).round, client: client,
            boundDigest: SHA256.hash(client.bytes + model), salt: salt)
    }

    mutating func commit(
        _ model: [UInt8], from client: Address, job: UInt64 = 0
    ) throws -> String? {
        try send(
            MessageFunctions.commit, .uint(job),
            .bytes32(try commitment(to: model, of: client, job: job)), from: client)
    }

    mutating func submit(
        _ model: [UInt8], from client: Address, job: UInt64 = 0, data: [UInt8] = TinyJob.data,
        salt: Bytes32 = Market.salt
    ) throws -> String? {
        try submit(CID.raw(model), from: client, job: job, data: CID.raw(data), salt: salt)
    }

    mutating func submit(
        _ model: CID, from client: Address, job: UInt64 = 0, data: CID = CID.raw(TinyJob.data),
        salt: Bytes32 = Market.salt
    ) throws -> String? {
        try send(
            MessageFunctions.submit, .uint(job), .bytes(model.binary), .bytes(data.binary),
            .bytes32(salt), from: client)
    }

    @discardableResult
    mutating func advance(_ job: UInt64 = 0, from sender: Address = Market.eve) throws -> String? {
        try send(MessageFunctions.advance, .uint(job), from: sender)
    }

    mutating func cancel(_ job: UInt64 = 0, from sender: Address = Market.sponsor) throws -> String?
    {
        try send(MessageFunctions.cancelJob, .uint(job), from: sender)
    }

    /// Sends `advance` until nothing is pending.
    mutating func finish(_ job: UInt64 = 0) throws {
        for _ in 0..<10_000 {
            guard case .live(let record)? = engine.state.jobs[job], record.pendingUnits > 0 else {
                return
            }
            #expect(try advance(job) == nil)
        }
        Issue.record("scoring does not end")
    }
}

// An unsealed job.
extension Market {
    /// A job that is open: posted, funded, filled.
    static func withOpenJob(
        _ changes: TinyJob.Changes = .init(), clients: [Address] = [],
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> Market {
        var market = Market(Configuration(contracts: AddressBook(.v2_1)), change)
        market.fund()
        try market.open(changes, clients: clients)
        return market
    }

    /// Posts and fills the next job.
    mutating func open(_ changes: TinyJob.Changes = .init(), clients: [Address] = []) throws {
        let job = engine.state.jobCount
        #expect(try post(changes) == nil)
        // What another job of the sponsor relies on is there already.
        if engine.state.files.file(.base, of: job) == nil {
            #expect(
                try upload(changes.base ?? TinyJob.base(), job: job, from: changes.sponsor) == nil)
        }
        if !changes.isSealed, engine.state.files.file(.data, of: job) == nil {
            #expect(try upload(changes.data, job: job, from: changes.sponsor) == nil)
        }
        for client in clients { #expect(try accept(client, payout: .zero, job: job) == nil) }
    }

    /// Commits, waits and uploads.
    mutating func prepare(_ model: [UInt8], from client: Address, job: UInt64 = 0) throws -> String?
    {
        if let code = try commit(model, from: client, job: job) { return code }
        now += Limits.minCommitAge
        return try upload(model, job: job, from: client)
    }

    /// Commits, waits, uploads and submits.
    mutating func offer(_ model: [UInt8], from client: Address, job: UInt64 = 0) throws -> String? {
        if let code = try prepare(model, from: client, job: job) { return code }
        return try submit(model, from: client, job: job)
    }
}

// A sealed job.
extension Market {
    static let clients = [ada, bob, eve]

    /// A sealed job in COMMIT, with three clients in it.
    static func withSealedJob(
        _ changes: TinyJob.Changes, clients: [Address] = Market.clients,
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> Market {
        try withOpenJob(changes, clients: clients, change)
    }

    /// Commits, waits for the end of COMMIT, and reveals the data.
    mutating func commitAndReveal(_ weights: [(Address, Int32)]) throws {
        for (client, weight) in weights {
            #expect(try commit(TinyJob.model(weight: weight), from: client) == nil)
        }
        try passWindow()
        #expect(try deliverData() == nil)
    }

    mutating func passWindow(_ job: UInt64 = 0) throws { now = try self.job(job).nextDeadline }

    mutating func revealData(
        _ cid: CID = CID.raw(TinyJob.data), salt: Bytes32 = Market.salt, job: UInt64 = 0,
        from sender: Address = Market.sponsor
    ) throws -> String? {
        try send(
            MessageFunctions.revealData, .uint(job), .bytes(cid.binary), .bytes32(salt),
            from: sender)
    }

    /// Uploads the data and reveals them.
    mutating func deliverData(
        _ data: [UInt8] = TinyJob.data, job: UInt64 = 0
    ) throws -> String? {
        if let code = try upload(data, job: job, from: Market.sponsor) { return code }
        return try revealData(CID.raw(data), job: job)
    }

    mutating func claim(_ loss: UInt64, from client: Address) throws -> String? {
        try send(MessageFunctions.claim, .uint(0), .uint(loss), from: client)
    }

    mutating func claim(weight: Int32, from client: Address) throws -> String? {
        try claim(try TinyJob.loss(weight), from: client)
    }

    /// Uploads a model and submits it.
    mutating func show(_ weight: Int32, from client: Address) throws -> String? {
        let model = try TinyJob.model(weight: weight)
        if let code = try upload(model, from: client) { return code }
        return try submit(model, from: client)
    }

    /// A sealed job in CLAIM, with these commitments.
    static func inClaim(
        payout: UInt64, _ weights: [(Address, Int32)], reward: UInt64 = 900
    ) throws -> Market {
        var market = try withSealedJob(.sealed(payout: payout, reward: reward))
        try market.commitAndReveal(weights)
        #expect(try market.phase() == "claim")
        return market
    }

    /// A sealed job in REVEAL, in which everyone has claimed what is true.
    static func inReveal(
        payout: UInt64, _ weights: [(Address, Int32)], reward: UInt64 = 900
    ) throws -> Market {
        var market = try inClaim(payout: payout, weights, reward: reward)
        for (client, weight) in weights {
            #expect(try market.claim(weight: weight, from: client) == nil)
        }
        try market.passWindow()
        #expect(try market.advance() == nil)
        #expect(try market.phase() == "reveal")
        return market
    }
}

extension Engine {
    /// The same engine with another budget for each input.
    func withInputBudget(_ budget: UInt64) -> Engine {
        var engine = self
        engine.configuration.inputBudget = budget
        return engine
    }
}

extension Market {
    /// The same market with another budget for each input.
    mutating func setInputBudget(_ budget: UInt64) { engine = engine.withInputBudget(budget) }
}
