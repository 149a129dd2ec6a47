import ABI
import Vouchers

/// Whose money it is.
enum Owner: Hashable {
    case account(Address)
    case escrow(Int)
}

/// A table of amounts: what there is to a ledger.
struct LedgerModel {
    private(set) var amounts: [Owner: [Asset: UInt256]] = [:]
    private(set) var deposited: [Asset: UInt256] = [:]
    private(set) var vouchered: [Asset: UInt256] = [:]
    /// In the order of the first deposit of more than nothing.
    private(set) var assets: [Asset] = []
    /// What should never have been asked of the model: a mistake of the test itself.
    private(set) var fault: String?

    func amount(of owner: Owner, in asset: Asset) -> UInt256 { amounts[owner]?[asset] ?? .zero }

    /// The sum over all accounts, and over all jobs.
    func sums(of asset: Asset) -> (accounts: UInt256?, escrow: UInt256?) {
        var sums: (accounts: UInt256?, escrow: UInt256?) = (.zero, .zero)
        for (owner, assets) in amounts {
            let amount = assets[asset] ?? .zero
            switch owner {
            case .account: sums.accounts = sums.accounts?.adding(amount)
            case .escrow: sums.escrow = sums.escrow?.adding(amount)
            }
        }
        return sums
    }

    /// What all hold together; nil when it takes more than 256 bits.
    func held(of asset: Asset) -> UInt256? {
        let sums = sums(of: asset)
        guard let escrow = sums.escrow else { return nil }
        return sums.accounts?.adding(escrow)
    }

    /// Whether all of `credits` fit: what is held of an asset stays below 2^256.
    func canDeposit(_ credits: [(Asset, UInt256)]) -> Bool {
        var sums: [Asset: UInt256] = [:]
        for (asset, amount) in credits {
            guard let sum = (sums[asset] ?? held(of: asset))?.adding(amount) else { return false }
            sums[asset] = sum
        }
        return true
    }

    /// Balances of ERC-721 and ERC-1155 tokens that there ever were.
    var collectibles: Int {
        amounts.values.map { $0.keys.filter { $0.kind >= 2 }.count }.reduce(0, +)
    }

    /// How many more a deposit would make; an id that is named twice counts twice.
    func newCollectibles(_ credits: [(Asset, UInt256)], of account: Address) -> Int {
        credits.filter { asset, amount in
            asset.kind >= 2 && !amount.isZero && amounts[.account(account)]?[asset] == nil
        }.count
    }

    mutating func deposit(_ amount: UInt256, of asset: Asset, to account: Address) {
        if amount.isZero { return }
        if !assets.contains(asset) { assets.append(asset) }
        if (deposited[asset] ?? .zero).adding(amount) == nil {
            // What came and went again says nothing about what is here.
            deposited[asset] = held(of: asset)
            vouchered[asset] = .zero
        }
        deposited[asset] = plus(deposited[asset], amount)
        add(amount, of: asset, to: .account(account))
    }

    mutating func voucher(_ amount: UInt256, of asset: Asset, from owner: Owner) {
        subtract(amount, of: asset, from: owner)
        vouchered[asset] = plus(vouchered[asset], amount)
    }

    mutating func move(_ amount: UInt256, of asset: Asset, from source: Owner, to target: Owner) {
        subtract(amount, of: asset, from: source)
        add(amount, of: asset, to: target)
    }

    private mutating func add(_ amount: UInt256, of asset: Asset, to owner: Owner) {
        amounts[owner, default: [:]][asset] = plus(amounts[owner]?[asset], amount)
    }

    private mutating func subtract(_ amount: UInt256, of asset: Asset, from owner: Owner) {
        guard let rest = self.amount(of: owner, in: asset).subtracting(amount) else {
            fault = "\(owner) has less than \(amount) of \(asset)"
            return
        }
        amounts[owner, default: [:]][asset] = rest
    }

    private mutating func plus(_ a: UInt256?, _ b: UInt256) -> UInt256 {
        guard let sum = (a ?? .zero).adding(b) else {
            fault = "a sum beyond 256 bits"
            return .max
        }
        return sum
    }
}
