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
    /// Rewards and bonds, for the invariants.
    var isRefused = false
}

/// The marketplace as `docs/protocol.md` has it, written without a look at how the engine does it:
/// plain tables, a copy of everything for each message, nothing remembered that can be computed.
struct MarketModel {
    static let chainID: UInt64 = 31_337
    static let application = Cast.account(0xaa)
    static let minCommitAge: UInt64 = 600

    /// Samples that an input may score, for jobs that are large; nil is no limit.
    var pace: Int?
    /// Balances of ERC-721 and ERC-1155 tokens that the ledger has room for.
    var room = 262_144
    var ledger = LedgerModel()
    var jobs: [JobModel] = []
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
    /// Samples that this input may still score.
    var budget = 0
    /// Content that was known before the message.
    var known: [Bytes32: [UInt8]] = [:]

    init(pace: Int? = nil) {
        self.pace = pace
    }

    mutating func advance(_ step: Step) throws -> Effects {
        effects = Effects()
        now = step.now
        switch step.sender {
        case .account(let account, let deed):
            try run(deed, as: account, step, mayRelay: true)
        case .portal(let gift):
            // Empty data is no message.
            if receive(gift), let deed = gift.deed, try !deed.payload().isEmpty {
                try run(deed, as: gift.depositor, step, mayRelay: false)
            }
        }
        inputs += 1
        return effects
    }

    /// Credits a deposit; false when there is nothing to credit.
    private mutating func receive(_ gift: Gift) -> Bool {
        var credits: [(Asset, UInt256)] = []
        switch gift.kind {
        case .ether(let amount): credits = [(.ether, amount)]
        case .erc20(let token, let amount): credits = [(.erc20(token), amount)]
        case .erc721(let token, let id): credits = [(.erc721(token, id: id), .one)]
        case .erc1155(let token, let id, let amount):
            credits = [(.erc1155(token, id: id), amount)]
        case .batch(let token, let ids, let amounts):
            guard ids.count == amounts.count else {
                effects.codes = ["malformedDeposit"]
                return false
            }
            credits = zip(ids, amounts).map { (.erc1155(token, id: $0), $1) }
        case .malformed:
            effects.codes = ["malformedDeposit"]
            return false
        }
        let new = ledger.newCollectibles(credits, of: gift.depositor)
        guard new == 0 || ledger.collectibles + new <= room else {
            giveBack(credits, to: gift.depositor)
            return false
        }
        guard ledger.canDeposit(credits) else {
            effects.codes = ["depositOverflow"]
            return false
        }
        for (asset, amount) in credits {
            ledger.deposit(amount, of: asset, to: gift.depositor)
            say(
                NoticeFunctions.deposited, .address(gift.depositor), .uint(UInt64(asset.kind)),
                .address(asset.token), .number(asset.id), .number(amount))
        }
        return true
    }

    /// A message is done as a whole or not at all; only the nonce of a relay is spent in any case.
    private mutating func run(
        _ deed: Deed, as account: Address, _ step: Step, mayRelay: Bool
    ) throws {
        var draft = self
        draft.sender = account
        do {
            if case .noise(_, let code) = deed { throw Refused(code) }
            if step.lacks != nil { throw Refused("missingMetadata") }
            if case .relay(let relay) = deed {
                guard mayRelay else { throw Refused("nestedRelay") }
                guard now < relay.deadline else { throw Refused("expired") }
                guard relay.nonce == UInt256(nonces[relay.signer] ?? 0) else {
                    throw Refused("wrongNonce")
                }
                guard relay.isGenuine else { throw Refused("invalidSignature") }
                nonces[relay.signer, default: 0] += 1
                try run(relay.deed, as: relay.signer, step, mayRelay: false)
                return
            }
            draft.budget = pace ?? .max
            draft.known = contentOfAll
            try draft.perform(deed)
            self = draft
        } catch let refused as Refused {
            effects.codes.append(refused.code)
            effects.isRefused = true
        }
    }

    private mutating func perform(_ deed: Deed) throws {
        switch deed {
        case .post(let offer): try post(offer)
        case .withdraw(let asset, let amount): try withdraw(asset, amount)
        case .withdrawBatch(let token, let ids, let amounts):
            try withdrawBatch(of: token, ids, amounts)
        case .cancel(let job): try at(job) { try $0.cancel($1) }
        case .accept(let job, let hash, let payout, let proof):
            try at(job) { try $0.accept($1, hash, payout: payout, proof: proof) }
        case .upload(let job, let cid, let size, let offset, let chunk):
            try at(job) { try $0.upload($1, cid, size: size, offset: offset, chunk) }
        case .commit(let job, let hash): try at(job) { try $0.commit($1, hash) }
        case .reveal(let job, let data, let salt):
            try at(job) { try $0.reveal($1, data, salt: salt) }
        case .claim(let job, let loss): try at(job) { try $0.claim($1, loss) }
        case .submit(let job, let model, let data, let salt):
            try at(job) { try $0.submit($1, model, data: data, salt: salt) }
        case .advance(let job): try at(job) { _, _ in }
        case .say(let job, let to, let body): try at(job) { try $0.talk($1, to: to, body) }
        case .relay, .noise: break
        }
    }

    /// Rolls the job forward, does the message's part, and what is due then.
    private mutating func at(
        _ number: UInt256, _ act: (inout MarketModel, Int) throws -> Void
    ) throws {
        guard let id = number.asUInt64, id < UInt64(jobs.count) else {
            throw Refused("unknownJob")
        }
        guard !jobs[Int(id)].hasEnded else { throw Refused("wrongPhase") }
        rollForward(Int(id))
        try act(&self, Int(id))
        rollForward(Int(id))
    }

    /// Everything that some live job or the memory of ended ones holds.
    var contentOfAll: [Bytes32: [UInt8]] {
        var all = kept
        for job in jobs where !job.hasEnded {
            for entry in job.content { all[entry.digest] = entry.bytes }
        }
        return all
    }

    mutating func say(_ function: ABIFunction, _ values: ABIValue...) {
        if let notice = try? function.encode(values) { effects.notices.append(notice) }
    }

    mutating func count(_ counter: WritableKeyPath<Counters, UInt64>, _ account: Address) {
        counters[account, default: Counters()][keyPath: counter] += 1
    }
}
