import ABI
import Content
import Marketplace
import Vouchers

/// Why a message does nothing.
struct Refused: Error {
    let code: String

    init(_ code: String) { self.code = code }
}

/// What an input should bring.
struct Effects {
    /// The refusal, or what is said beside what was done.
    var codes: [String] = []
    var vouchers: [Output] = []
    /// On account of whom, for each voucher.
    var payees: [Address] = []
    var notices: [[UInt8]] = []
    var isRefused = false
    var isAccepted = false
    /// Files taken over from the drive.
    var fromDrive = 0
    /// Units of work that the message was charged.
    var units: UInt64 = 0
}

/// The marketplace as `docs/protocol.md` has it, written without a look at how the engine does it:
/// plain tables, a copy of everything for each message, nothing remembered that can be computed.
struct MarketModel {
    static let chainID: UInt64 = 31_337
    static let application = Cast.account(0xaa)
    static let minCommitAge: UInt64 = 600
    static let lateMargin: UInt64 = 600

    /// Units that an input may spend.
    var inputBudget: UInt64 = 350_000_000
    /// Who is paid rent and the price of scoring; nil burns them.
    var rentReceiver: Address?
    /// The library that ERC-20 tokens leave by; nil lets them leave by their own transfer.
    var library: Address?
    var limits = LedgerModel.Limits()
    /// Bytes that all live jobs together may take; half of them cost nothing.
    var capacity = RentModel.capacity
    /// Ended jobs that are remembered; vouchers, and slots of ended jobs, in the lists of accounts.
    var rememberedJobs = 65_536
    var rememberedEntries = 262_144
    /// Files that are part of the machine.
    var drive: [DriveModel] = []
    /// Jobs in the order of their ends.
    var ended: [Int] = []
    /// Who took a slot where, as long as it is listed.
    var slotLists: [(client: Address, job: Int)] = []
    var ledger = LedgerModel()
    var jobs: [JobModel] = []
    /// Accepted messages of each account that there is.
    var nonces: [Address: UInt64] = [:]
    /// Last global models of federated jobs that have ended.
    var kept: [Bytes32: [UInt8]] = [:]
    var counters: [Address: Counters] = [:]
    var inputs = 0

    struct Counters: Equatable {
        var accepted: UInt64 = 0
        var paid: UInt64 = 0
        var forfeited: UInt64 = 0
        var settled: UInt64 = 0
        var defaulted: UInt64 = 0
    }

    // Of the input under way.
    var effects = Effects()
    var now: UInt64 = 0
    var sender = Address.zero

    init(rentReceiver: Address? = nil) {
        self.rentReceiver = rentReceiver
        if let rentReceiver { nonces[rentReceiver] = 0 }
    }

    /// One input: what time does, the deposit, the message, the work.
    mutating func advance(_ step: Step) throws -> Effects {
        effects = Effects()
        now = step.now
        if step.lacks == nil { roll(naming: step.namedJob) }
        switch step.sender {
        case .account(let account, let deed):
            try run(deed, as: account, step)
        case .portal(let gift):
            // Empty data is no message.
            if receive(gift), let deed = gift.deed, try !deed.payload().isEmpty {
                try run(deed, as: gift.depositor, step)
            }
        }
        inputs += 1
        return effects
    }

    /// The job that is named, and the one other whose time has passed longest ago.
    private mutating func roll(naming named: UInt256?) {
        let live = jobs.filter { !$0.hasEnded }
        let first = live.first { UInt256(UInt64($0.id)) == named }
        let other = live.filter { $0.id != first?.id && $0.nextDeadline <= now }
            .min { ($0.nextDeadline, $0.id) < ($1.nextDeadline, $1.id) }
        if let first { rollForward(first.id) }
        if let other { rollForward(other.id) }
    }

    /// A message is done as a whole or not at all.
    private mutating func run(_ deed: Deed, as account: Address, _ step: Step) throws {
        var draft = self
        do {
            let author = try draft.author(of: deed, from: account, step)
            draft.sender = author.account
            let job = try draft.perform(author.deed)
            if nonces[author.account] != nil { draft.nonces[author.account, default: 0] += 1 }
            if let job { draft.work(job) }
            draft.effects.isAccepted = true
            self = draft
        } catch let refused as Refused {
            effects.codes.append(refused.code)
            effects.isRefused = true
        }
    }

    /// Whose message it is, and which one: the one inside of a relay.
    private func author(
        of deed: Deed, from account: Address, _ step: Step
    ) throws -> (account: Address, deed: Deed) {
        if case .account = step.sender, Cast.foreignPortals.contains(account) {
            throw Refused("portalOfAnotherRelease")
        }
        if case .noise(_, let code) = deed { throw Refused(code) }
        if step.lacks != nil { throw Refused("missingMetadata") }
        guard case .relay(let relay) = deed else { return (account, deed) }
        if case .portal = step.sender { throw Refused("nestedRelay") }
        guard now < relay.deadline else { throw Refused("expired") }
        guard let nonce = nonces[relay.signer] else { throw Refused("unknownAccount") }
        guard relay.nonce == UInt256(nonce) else { throw Refused("wrongNonce") }
        guard relay.isGenuine else { throw Refused("invalidSignature") }
        if case .noise(_, let code) = relay.deed { throw Refused(code) }
        if case .relay = relay.deed { throw Refused("nestedRelay") }
        return (relay.signer, relay.deed)
    }

    /// Does what a message says; the job that it is about.
    private mutating func perform(_ deed: Deed) throws -> Int? {
        switch deed {
        case .post(let offer, let maxRent): return try post(offer, maxRent: maxRent)
        case .withdraw(let asset, let amount, let to):
            try withdraw(asset, amount, to: recipient(to))
            return nil
        case .withdrawBatch(let token, let ids, let amounts, let to):
            try withdrawBatch(of: token, ids, amounts, to: recipient(to))
            return nil
        case .cancel(let job): return try at(job) { try $0.cancel($1) }
        case .accept(let job, let hash, let payout, let proof):
            return try at(job) { try $0.accept($1, hash, payout: payout, proof: proof) }
        case .upload(let job, let cid, let size, let offset, let chunk):
            return try at(job) { try $0.upload($1, cid, size: size, offset: offset, chunk) }
        case .commit(let job, let hash): return try at(job) { try $0.commit($1, hash) }
        case .reveal(let job, let data, let salt):
            return try at(job) { try $0.reveal($1, data, salt: salt) }
        case .claim(let job, let loss): return try at(job) { try $0.claim($1, loss) }
        case .submit(let job, let model, let data, let salt):
            return try at(job) { try $0.submit($1, model, data: data, salt: salt) }
        case .advance(let job): return try at(job) { _, _ in }
        case .say(let job, let to, let body):
            return try at(job) { try $0.talk($1, to: to, body) }
        case .relay, .noise: return nil
        }
    }

    private mutating func at(
        _ number: UInt256, _ act: (inout MarketModel, Int) throws -> Void
    ) throws -> Int {
        guard let id = number.asUInt64, id < UInt64(jobs.count) else {
            throw Refused("unknownJob")
        }
        guard !isForgotten(Int(id)) else { throw Refused("unknownJob") }
        guard !jobs[Int(id)].hasEnded else { throw Refused("wrongPhase") }
        try act(&self, Int(id))
        return Int(id)
    }

    mutating func say(_ function: ABIFunction, _ values: ABIValue...) {
        if let notice = try? function.encode(values) { effects.notices.append(notice) }
    }

    mutating func count(_ counter: WritableKeyPath<Counters, UInt64>, _ account: Address) {
        counters[account, default: Counters()][keyPath: counter] += 1
    }
}

extension Step {
    /// The job that the decoded message is about, looked for inside of one relay too.
    var namedJob: UInt256? {
        switch sender {
        case .account(let account, let deed):
            return Cast.foreignPortals.contains(account) ? nil : deed.namedJob
        case .portal(let gift): return gift.credits == nil ? nil : gift.deed?.namedJob
        }
    }
}

extension Deed {
    fileprivate var namedJob: UInt256? {
        if case .relay(let relay) = self { return relay.deed.ownJob }
        return ownJob
    }

    /// The job that the message itself names.
    var ownJob: UInt256? {
        switch self {
        case .cancel(let job), .advance(let job), .accept(let job, _, _, _),
            .upload(let job, _, _, _, _), .commit(let job, _), .reveal(let job, _, _),
            .claim(let job, _), .submit(let job, _, _, _), .say(let job, _, _):
            return job
        case .post, .withdraw, .withdrawBatch, .relay, .noise: return nil
        }
    }
}
