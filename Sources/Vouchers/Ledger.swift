import ABI

/// Who has how much of what.
///
/// Money changes hands only by a `Move`, which takes from one pocket what it puts into another, so
/// conservation is a property of the type. Costs per move do not depend on the number of accounts.
/// A balance of zero takes no room: the escrow of an ended job vanishes by itself.
public struct Ledger: Sendable {
    struct Holding: Comparable, Sendable {
        let pocket: Pocket
        let asset: Asset

        static func < (a: Holding, b: Holding) -> Bool {
            if a.pocket < b.pocket { return true }
            if b.pocket < a.pocket { return false }
            return a.asset < b.asset
        }
    }

    /// Balances of accounts and escrows that are not zero.
    private(set) var balances = SortedMap<Holding, UInt256>()
    /// Every asset that was ever deposited.
    private(set) var totals = SortedMap<Asset, AssetTotals>()
    /// How many of the balances are those of accounts.
    private(set) var held = Counts()

    struct Counts: Equatable, Sendable {
        var ether = 0
        var erc20 = 0
        /// ERC-721 and ERC-1155 together.
        var collectibles = 0

        mutating func add(_ change: Int, _ asset: Asset) {
            switch asset {
            case .ether: ether += change
            case .erc20: erc20 += change
            case .erc721, .erc1155: collectibles += change
            }
        }
    }

    public init() {}

    /// The balance of `pocket` in `asset`; zero for the chain.
    public func balance(of pocket: Pocket, in asset: Asset) -> UInt256 {
        if pocket == .burned { return totals(of: asset).burned }
        return balances[Holding(pocket: pocket, asset: asset)] ?? .zero
    }

    /// The running totals of `asset`.
    public func totals(of asset: Asset) -> AssetTotals {
        totals[asset] ?? AssetTotals()
    }

    /// Whether the amounts of one deposit can all be credited: false when the application would then
    /// hold more of an asset than 256 bits can say, which a token that conserves its supply cannot
    /// cause.
    public func canDeposit(_ credits: [(asset: Asset, amount: UInt256)]) -> Bool {
        var sums = SortedMap<Asset, UInt256>()
        for credit in credits {
            let sum = sums[credit.asset] ?? totals(of: credit.asset).held
            guard let total = sum.adding(credit.amount) else { return false }
            sums[credit.asset] = total
        }
        return true
    }

    /// Whether `pocket` has all of `amounts`; where an asset is named more than once, their sum.
    /// Nil when it has, or else the place of the first amount that is too much.
    public func firstShortage(
        of amounts: [(asset: Asset, amount: UInt256)], in pocket: Pocket
    ) -> Int? {
        var left = SortedMap<Asset, UInt256>()
        for (place, taken) in amounts.enumerated() {
            let balance = left[taken.asset] ?? balance(of: pocket, in: taken.asset)
            guard let rest = balance.subtracting(taken.amount) else { return place }
            left[taken.asset] = rest
        }
        return nil
    }

    /// Makes all of `moves` in order, or none: false when one of them would take more than there
    /// is, take what is burned, or overflow.
    public mutating func apply(_ moves: [Move]) -> Bool {
        // What undoing a move does not bring back: assets that are new, sums that began anew.
        var renewed: [(place: Int, totals: AssetTotals?)] = []
        for index in 0..<moves.count where !apply(moves[index], at: index, &renewed) {
            for done in (0..<index).reversed() {
                revert(moves[done], at: done, &renewed)
            }
            return false
        }
        return true
    }

    private mutating func apply(
        _ move: Move, at place: Int, _ renewed: inout [(place: Int, totals: AssetTotals?)]
    ) -> Bool {
        if move.amount.isZero { return true }
        guard take(move) else { return false }
        guard count(move, at: place, &renewed) else {
            put(move.amount, of: move.asset, into: move.from)
            return false
        }
        // The sum of all pockets is bounded by what was deposited, so the credit cannot overflow.
        put(move.amount, of: move.asset, into: move.to)
        return true
    }

    /// Counts a move in the totals of its asset.
    private mutating func count(
        _ move: Move, at place: Int, _ renewed: inout [(place: Int, totals: AssetTotals?)]
    ) -> Bool {
        var before: AssetTotals?
        let isCounted = totals.modify(move.asset) { totals in
            if move.from == .chain, totals.deposited.adding(move.amount) == nil { before = totals }
            return totals.count(move)
        }
        if let isCounted {
            if isCounted, let before { renewed.append((place, before)) }
            return isCounted
        }
        var new = AssetTotals()
        guard new.count(move) else { return false }
        totals[move.asset] = new
        renewed.append((place, nil))
        return true
    }

    /// Undoes a move that was just made.
    private mutating func revert(
        _ move: Move, at place: Int, _ renewed: inout [(place: Int, totals: AssetTotals?)]
    ) {
        if move.amount.isZero { return }
        if let last = renewed.last, last.place == place {
            totals[move.asset] = last.totals
            renewed.removeLast()
        } else {
            _ = totals.modify(move.asset) { $0.undo(move) }
        }
        _ = take(Move(move.amount, of: move.asset, from: move.to, to: move.from))
        put(move.amount, of: move.asset, into: move.from)
    }

    /// Takes what is moved out of its pocket; false when there is less. The totals stay.
    private mutating func take(_ move: Move) -> Bool {
        guard move.from.isCounted else { return true }
        let source = Holding(pocket: move.from, asset: move.asset)
        let rest = balances.modify(source) { balance -> UInt256? in
            guard let rest = balance.subtracting(move.amount) else { return nil }
            balance = rest
            return rest
        }
        guard let rest = rest ?? nil else { return false }
        if rest.isZero {
            balances[source] = nil
            if case .account = move.from { held.add(-1, move.asset) }
        }
        return true
    }

    private mutating func put(_ amount: UInt256, of asset: Asset, into pocket: Pocket) {
        guard pocket.isCounted else { return }
        let target = Holding(pocket: pocket, asset: asset)
        let found: Void? = balances.modify(target) { $0 = $0.adding(amount) ?? .max }
        guard found == nil else { return }
        balances[target] = amount
        if case .account = pocket { held.add(1, asset) }
    }
}

extension Pocket {
    /// Whether each asset has a balance of its own there; of the others there are the totals.
    fileprivate var isCounted: Bool {
        switch self {
        case .account, .escrow: return true
        case .burned, .chain: return false
        }
    }
}
