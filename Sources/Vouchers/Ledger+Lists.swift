import ABI

extension Ledger {
    /// What `pocket`, an account or an escrow, has: how many assets, and up to `limit` of them with
    /// their balances behind the first `offset`, by kind, contract and id.
    public func assets(
        of pocket: Pocket, offset: Int, limit: Int
    ) -> (total: Int, items: [(asset: Asset, amount: UInt256)]) {
        let start = balances.count { $0.pocket < pocket }
        let total = balances.count { !(pocket < $0.pocket) } - start
        var items: [(asset: Asset, amount: UInt256)] = []
        let skip = max(0, offset)
        guard skip < total else { return (total, items) }
        for entry in balances.page(offset: start + skip, limit: min(limit, total - skip)) {
            items.append((entry.key.asset, entry.value))
        }
        return (total, items)
    }

    /// How many assets were ever deposited; they are kept for good.
    public var assetCount: Int { totals.count }

    /// Up to `limit` of the assets that were ever deposited behind the first `offset`, by kind,
    /// contract and id.
    public func assets(offset: Int, limit: Int) -> [(asset: Asset, totals: AssetTotals)] {
        var items: [(asset: Asset, totals: AssetTotals)] = []
        for entry in totals.page(offset: offset, limit: limit) {
            items.append((entry.key, entry.value))
        }
        return items
    }

    /// Every asset that was ever deposited with its totals, by kind, contract and id.
    public func forEachAsset(_ body: (Asset, AssetTotals) -> Void) {
        totals.forEach(body)
    }

    /// Balances that are not zero.
    public var balanceCount: Int { balances.count }

    /// Every balance of accounts and escrows that is not zero, in the order of pockets and assets.
    public func forEachBalance(_ body: (Pocket, Asset, UInt256) -> Void) {
        balances.forEach { body($0.pocket, $0.asset, $1) }
    }

    /// The full check behind the running totals and counts: adds up every pocket. For tests and
    /// debug builds; the cost grows with the number of accounts.
    public func isConserved() -> Bool {
        var sums = SortedMap<Asset, AssetTotals>()
        var counts = Counts()
        var isSound = true
        balances.forEach { holding, amount in
            var sum = sums[holding.asset] ?? AssetTotals()
            let move = Move(amount, of: holding.asset, from: .chain, to: holding.pocket)
            if amount.isZero || !sum.count(move) { isSound = false }
            sums[holding.asset] = sum
            if case .account = holding.pocket { counts.add(1, holding.asset) }
        }
        var assetsSeen = 0
        totals.forEach { asset, totals in
            let sum = sums[asset]
            if sum != nil { assetsSeen += 1 }
            if !totals.isBalanced || sum?.inAccounts ?? .zero != totals.inAccounts
                || sum?.inEscrow ?? .zero != totals.inEscrow
            {
                isSound = false
            }
        }
        return isSound && assetsSeen == sums.count && counts == held
    }
}
