import ABI

/// How much a ledger remembers: what bounds its memory for good.
public struct LedgerLimits: Equatable, Sendable {
    /// Balances of accounts that are not zero, of each kind. One input can make a thousand
    /// collectibles.
    public var ether = 1 << 19
    public var erc20 = 1 << 18
    /// ERC-721 and ERC-1155 together.
    public var collectibles = 1 << 18
    /// Assets that were ever deposited.
    public var assets = 1 << 18

    public init() {}
}

extension Ledger {
    /// Whether a deposit of `credits` to `pocket` stays within `limits`; false when it would need a
    /// balance or an asset more than they allow. Only deposits are asked: what comes out of an escrow
    /// is always credited, and may pass the limits by as much as jobs hold.
    public func hasRoom(
        for credits: [(asset: Asset, amount: UInt256)], in pocket: Pocket, _ limits: LedgerLimits
    ) -> Bool {
        var needed = Counts()
        var newAssets = 0
        func fits() -> Bool {
            (needed.ether == 0 || held.ether + needed.ether <= limits.ether)
                && (needed.erc20 == 0 || held.erc20 + needed.erc20 <= limits.erc20)
                && (needed.collectibles == 0
                    || held.collectibles + needed.collectibles <= limits.collectibles)
                && (newAssets == 0 || totals.count + newAssets <= limits.assets)
        }
        func count(_ asset: Asset) {
            if case .account = pocket, balances[Holding(pocket: pocket, asset: asset)] == nil {
                needed.add(1, asset)
            }
            if totals[asset] == nil { newAssets += 1 }
        }
        for (asset, amount) in credits where !amount.isZero { count(asset) }
        if fits() { return true }
        // Near the limit it matters that an asset which is named twice counts once.
        needed = Counts()
        newAssets = 0
        var seen = SortedMap<Asset, Bool>()
        for (asset, amount) in credits where !amount.isZero && seen[asset] == nil {
            seen[asset] = true
            count(asset)
        }
        return fits()
    }
}
