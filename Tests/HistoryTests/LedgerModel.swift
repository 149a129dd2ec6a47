import ABI
import Vouchers

/// Whose money it is.
enum Owner: Hashable {
    case account(Address)
    case escrow(Int)
    /// Nobody's, for good.
    case burned
}

/// A table of amounts: what there is to a ledger.
struct LedgerModel {
    /// How much of each there may be, in all accounts together.
    struct Limits {
        var accounts = 524_288
        var etherBalances = 524_288
        var erc20Balances = 262_144
        /// ERC-721 and ERC-1155 together.
        var collectibleBalances = 262_144
        var assets = 262_144
    }

    private(set) var amounts: [Owner: [Asset: UInt256]] = [:]
    private(set) var deposited: [Asset: UInt256] = [:]
    private(set) var vouchered: [Asset: UInt256] = [:]
    /// In the order of the first deposit of more than nothing.
    private(set) var assets: [Asset] = []
    /// What should never have been asked of the model: a mistake of the test itself.
    private(set) var fault: String?

    func amount(of owner: Owner, in asset: Asset) -> UInt256 { amounts[owner]?[asset] ?? .zero }

    /// What all accounts and all jobs hold; nil when it takes more than 256 bits.
    func sums(of asset: Asset) -> (accounts: UInt256?, escrow: UInt256?) {
        var sums: (accounts: UInt256?, escrow: UInt256?) = (.zero, .zero)
        for (owner, assets) in amounts {
            let amount = assets[asset] ?? .zero
            switch owner {
            case .account: sums.accounts = sums.accounts?.adding(amount)
            case .escrow: sums.escrow = sums.escrow?.adding(amount)
            case .burned: break
            }
        }
        return sums
    }

    /// What was deposited and never left; nil when it takes more than 256 bits.
    func held(of asset: Asset) -> UInt256? {
        let sums = sums(of: asset)
        guard let escrow = sums.escrow else { return nil }
        return sums.accounts?.adding(escrow)?.adding(amount(of: .burned, in: asset))
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

    /// Balances of accounts that are not zero, of assets that `isCounted`.
    private func balances(where isCounted: (Asset) -> Bool) -> Int {
        amounts.map { owner, assets in
            guard case .account = owner else { return 0 }
            return assets.filter { isCounted($0.key) && !$0.value.isZero }.count
        }.reduce(0, +)
    }

    /// Whether there is room for what a deposit would make; an id that is named twice is one.
    func hasRoom(
        for credits: [(Asset, UInt256)], of account: Address, newAccounts: Int, accounts: Int,
        _ limits: Limits
    ) -> Bool {
        let gains = Set(credits.filter { !$0.1.isZero }.map { $0.0 })
        let new = gains.filter { amount(of: .account(account), in: $0).isZero }
        func fits(_ limit: Int, where isCounted: (Asset) -> Bool) -> Bool {
            let more = new.filter(isCounted).count
            return more == 0 || balances(where: isCounted) + more <= limit
        }
        let newAssets = gains.filter { !assets.contains($0) }.count
        return (newAccounts == 0 || accounts + newAccounts <= limits.accounts)
            && fits(limits.etherBalances) { $0 == .ether }
            && fits(limits.erc20Balances) { $0.kind == 1 }
            && fits(limits.collectibleBalances) { $0.kind >= 2 }
            && (newAssets == 0 || assets.count + newAssets <= limits.assets)
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
