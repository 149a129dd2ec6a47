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
            a.pocket == b.pocket ? a.asset < b.asset : a.pocket < b.pocket
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

    /// Makes all of `moves` in order, or none: false when one of them would take more than there
    /// is, take what is burned, or overflow.
    public mutating func apply(_ moves: [Move]) -> Bool {
        var renewed: [(place: Int, totals: AssetTotals)] = []
        for index in 0..<moves.count {
            var before: AssetTotals?
            if apply(moves[index], renewing: &before) {
                if let before { renewed.append((index, before)) }
                continue
            }
            for done in (0..<index).reversed() {
                revert(moves[done])
                guard let last = renewed.last, last.place == done else { continue }
                totals[moves[done].asset] = last.totals
                renewed.removeLast()
            }
            return false
        }
        return true
    }

    /// Makes one move, or nothing of it. `before`: the totals, when they begin anew by it.
    private mutating func apply(_ move: Move, renewing before: inout AssetTotals?) -> Bool {
        if move.amount.isZero { return true }
        guard take(move) else { return false }
        guard count(move, renewing: &before) else {
            put(move.amount, of: move.asset, into: move.from)
            return false
        }
        // The sum of all pockets is bounded by what was deposited, so the credit cannot overflow.
        put(move.amount, of: move.asset, into: move.to)
        return true
    }

    /// Counts a move in the totals of its asset.
    private mutating func count(_ move: Move, renewing before: inout AssetTotals?) -> Bool {
        var isCounted = false
        var replaced: AssetTotals?
        let change = { (totals: inout AssetTotals) in
            let old = totals
            isCounted = totals.count(move)
            if isCounted, move.from == .chain, old.deposited.adding(move.amount) == nil {
                replaced = old
            }
        }
        if move.from == .chain {
            var new = AssetTotals()
            isCounted = new.count(move)
            totals.insert(new, at: move.asset, orModify: change)
        } else {
            _ = totals.modify(move.asset, change)
        }
        before = replaced
        return isCounted
    }

    /// Undoes a move that was just made.
    private mutating func revert(_ move: Move) {
        if move.amount.isZero { return }
        let isNew = totals.modify(move.asset) { totals in
            totals.undo(move)
            return totals.deposited.isZero
        }
        if isNew == true { totals[move.asset] = nil }
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
        var isNew = true
        balances.insert(amount, at: target) { balance in
            balance = balance.adding(amount) ?? .max
            isNew = false
        }
        if isNew, case .account = pocket { held.add(1, asset) }
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
