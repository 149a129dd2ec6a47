import ABI
import TestSupport
import Vouchers

/// Writes a history, one step after the other: mostly what somebody honest would do next, so that
/// jobs reach their ends, and often enough what nobody should do.
struct Generator {
    enum Profile: String {
        case market
        /// Deposits, withdrawals, and jobs now and then.
        case ledger
        /// More than half of the accounts are one adversary's; the others are honest.
        case adversary
    }

    /// What an account does in a round of a job.
    struct Plan {
        let job: Int
        let round: Int
        let client: Address
        let blob: [UInt8]
        let parcel: Parcel
        let salt: Bytes32
    }

    /// What a sponsor keeps back.
    struct Secret {
        let data: [UInt8]
        let parcel: Parcel
        let salt: Bytes32
    }

    let profile: Profile
    var random: SplitMix64
    var now: UInt64
    var plans: [Plan] = []
    /// The base model, and for each round the data, by the hash of the terms.
    var bases: [Bytes32: Parcel] = [:]
    var secrets: [Bytes32: [Secret]] = [:]
    /// What was sent last by whom, for those who repeat it.
    var last: (Address, Deed)?
    /// Relays that honest accounts have signed, and somebody else may send.
    var signed: [Deed] = []
    /// What honest accounts have signed and wait for.
    var pledges: [Pledge] = []
    /// What the drive holds.
    var drive: [DriveModel] = []

    init(seed: UInt64, profile: Profile, now: UInt64) {
        self.profile = profile
        random = SplitMix64(seed: seed)
        self.now = now
    }

    mutating func next(_ model: MarketModel) throws -> Step {
        if profile == .adversary { return try contest(model) }
        if chance(50) { now += UInt64(below(90)) }
        let isLedger = profile == .ledger
        let dice = below(100)
        if dice < (isLedger ? 40 : 5) {
            return step(.portal(try gift(model)), now)
        }
        let (account, deed): (Address, Deed)
        if dice < (isLedger ? 75 : 11) {
            (account, deed) = withdrawal(model)
        } else if dice < (isLedger ? 80 : 32), let hostile = try hostile(model) {
            (account, deed) = hostile
        } else {
            (account, deed) = try directed(model)
        }
        last = (account, deed)
        return try wrapped(deed, by: account, model)
    }

    /// Most deeds are sent by their author; some are relayed, or come with a deposit.
    private mutating func wrapped(
        _ deed: Deed, by account: Address, _ model: MarketModel
    ) throws -> Step {
        // What the ledger refuses is relayed too, so that more of it has to be.
        let dice = below(100) - (profile == .ledger ? 4 : 0)
        if dice < 6, Cast.accounts.contains(account) {
            let nonce = UInt256(model.nonces[account] ?? 0)
            let deadline = now + UInt64([1, 1, 100][below(3)])
            let relay = try Cast.relay(deed, by: account, nonce: nonce, deadline: deadline)
            return step(.account(Cast.accounts[below(Cast.count)], relay), now)
        }
        if dice < 10 {
            let gift = Gift(
                depositor: account, kind: try gift(model).kind, deed: deed)
            return step(.portal(gift), now)
        }
        var result = step(.account(account, deed), now)
        if dice < 11 { result.lacks = Step.Field.allCases[below(Step.Field.allCases.count)] }
        return result
    }

    func step(_ sender: Step.Sender, _ now: UInt64) -> Step {
        Step(sender: sender, now: now)
    }

    /// A number from 0 to `bound` − 1.
    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(1, bound))) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<T>(_ list: [T]) -> T? {
        list.isEmpty ? nil : list[below(list.count)]
    }

    mutating func salt() -> Bytes32 { Keccak256.hash([UInt8(below(256)), UInt8(below(256))]) }

    /// Beyond, at, or just before a point in time that matters.
    mutating func jump(to time: UInt64) {
        let target = [time - 1, time, time, time + 1, time + UInt64(below(5_000))][below(5)]
        now = max(now, target)
    }
}

// Money in and out.
extension Generator {
    /// Small numbers, to make sums collide; rarely the largest there is.
    private mutating func amount() -> UInt256 {
        let dice = below(20)
        if dice == 0 { return .max }
        if dice == 1 { return .zero }
        if dice == 2 { return UInt256.max.subtracting(UInt256(UInt64(below(3)))) ?? .max }
        return UInt256(UInt64(below(1_000)))
    }

    mutating func gift(_ model: MarketModel) throws -> Gift {
        let depositor = Cast.accounts[below(Cast.count - 1)]
        let token = Cast.tokens[below(Cast.tokens.count)]
        let kind: Gift.Kind
        switch below(12) {
        case 0, 1: kind = .ether(UInt256(UInt64(below(1_000_000))))
        case 2, 3: kind = .erc20(token, chance(85) ? UInt256(UInt64(below(9_999))) : amount())
        case 4: kind = .erc721(token, id: UInt256(UInt64(below(3))))
        case 5, 6: kind = .erc1155(token, id: UInt256(UInt64(below(3))), amount())
        case 7, 8, 9:
            let ids = (0..<below(4)).map { _ in UInt256(UInt64(below(3))) }
            let count = chance(85) ? ids.count : ids.count + 1
            kind = .batch(token, ids: ids, amounts: (0..<count).map { _ in amount() })
        case 10: kind = try malformed()
        default: kind = .ether(chance(80) ? UInt256(UInt64(below(9))) : .max)
        }
        return Gift(depositor: depositor, kind: kind)
    }

    /// A payload that no portal makes: cut where it hurts.
    private mutating func malformed() throws -> Gift.Kind {
        let account = Cast.accounts[0]
        let token = Cast.tokens[0]
        let kinds: [Gift.Kind] = [
            .ether(.one), .erc20(token, .one), .erc721(token, id: .one),
            .erc1155(token, id: .one, .one), .batch(token, ids: [.one], amounts: [.one]),
        ]
        let gift = Gift(depositor: account, kind: kinds[below(kinds.count)])
        let payload = try gift.payload()
        // Ether and ERC-20 are packed: what follows the amount is the message.
        let shortest =
            switch gift.kind {
            case .ether: 52
            case .erc20: 72
            default: payload.count
            }
        return .malformed(gift.portal, Array(payload[..<below(shortest)]))
    }

    mutating func withdrawal(
        _ model: MarketModel, by account: Address? = nil
    ) -> (Address, Deed) {
        let account = account ?? Cast.accounts[below(Cast.count)]
        let owned = model.ledger.assets.filter {
            !model.ledger.amount(of: .account(account), in: $0).isZero
        }
        if chance(25) { return (account, withdrawalOfMany(model, account)) }
        let asset =
            chance(85)
            ? pick(owned) ?? .ether : .erc721(Cast.tokens[below(3)], id: UInt256(UInt64(below(4))))
        let balance = model.ledger.amount(of: .account(account), in: asset)
        return (account, .withdraw(asset, part(of: balance), to: recipient(of: account)))
    }

    /// Mostly nobody, sometimes somebody, and rarely what is no recipient.
    private mutating func recipient(of account: Address) -> [UInt8] {
        switch below(20) {
        case 0: return account.bytes
        case 1, 2, 3: return Cast.accounts[below(Cast.count)].bytes
        case 4:
            let portals = Cast.portals + Cast.foreignPortals
            let bad = [
                MarketModel.application.bytes, Address.zero.bytes, [9], account.bytes + [0],
                Array(account.bytes.dropLast()), account.word.bytes,
                portals[below(portals.count)].bytes,
            ]
            return bad[below(bad.count)]
        default: return []
        }
    }

    /// All, some, nothing, or one more than there is.
    private mutating func part(of balance: UInt256) -> UInt256 {
        switch below(10) {
        case 0: return .zero
        case 1: return balance.adding(.one) ?? .max
        case 2: return balance
        default: return min(balance, UInt256(UInt64(1 + below(900))))
        }
    }

    private mutating func withdrawalOfMany(_ model: MarketModel, _ account: Address) -> Deed {
        let token = Cast.tokens[below(3)]
        var ids = (0..<below(4)).map { _ in UInt256(UInt64(below(3))) }
        var amounts: [UInt256] = []
        for id in ids {
            let asset = Asset.erc1155(token, id: id)
            amounts.append(part(of: model.ledger.amount(of: .account(account), in: asset)))
        }
        if chance(8) { amounts.append(.one) }
        if chance(3) {
            ids = (0...256).map { UInt256(UInt64($0)) }
            amounts = ids.map { _ in .one }
        }
        return .withdrawBatch(
            token: token, ids: ids, amounts: amounts, to: recipient(of: account))
    }
}
