import ABI

/// Where money can be.
public enum Pocket: Hashable, Comparable, Sendable {
    /// The balance of an account, which its owner may withdraw.
    case account(Address)
    /// What a job holds until it is decided whose it is.
    case escrow(job: UInt64)
    /// Outside: a deposit comes from the chain, a voucher goes to it.
    case chain

    /// Accounts by address, then jobs by number, then the chain.
    public static func < (a: Pocket, b: Pocket) -> Bool {
        switch (a, b) {
        case (.account(let a), .account(let b)): return a < b
        case (.escrow(let a), .escrow(let b)): return a < b
        case (.account, .escrow), (.account, .chain), (.escrow, .chain): return true
        case (.escrow, .account), (.chain, .account), (.chain, .escrow), (.chain, .chain):
            return false
        }
    }
}

/// An amount of one asset that changes pockets.
public struct Move: Equatable, Sendable {
    public let asset: Asset
    public let amount: UInt256
    public let from: Pocket
    public let to: Pocket

    public init(_ amount: UInt256, of asset: Asset, from: Pocket, to: Pocket) {
        self.asset = asset
        self.amount = amount
        self.from = from
        self.to = to
    }
}

/// The running totals of one asset. `deposited − vouchered = inAccounts + inEscrow` at all times.
///
/// The two on the left begin anew, with what is held and with zero, when what was ever deposited
/// would take more than 256 bits: what came and went again says nothing about what is here.
public struct AssetTotals: Equatable, Sendable {
    public internal(set) var deposited = UInt256.zero
    public internal(set) var vouchered = UInt256.zero
    public internal(set) var inAccounts = UInt256.zero
    public internal(set) var inEscrow = UInt256.zero

    /// Whether the totals say that money is conserved.
    public var isBalanced: Bool {
        guard let held = deposited.subtracting(vouchered) else { return false }
        return held == inAccounts.adding(inEscrow)
    }

    /// What accounts and jobs have together, which `deposited` bounds.
    var held: UInt256 { inAccounts.adding(inEscrow) ?? .max }
}

/// Who has how much of what.
///
/// Money changes hands only by a `Move`, which takes from one pocket what it puts into another, so
/// conservation is a property of the type. Costs per move do not depend on the number of accounts.
public struct Ledger: Sendable {
    private struct Holding: Comparable, Sendable {
        let pocket: Pocket
        let asset: Asset

        static func < (a: Holding, b: Holding) -> Bool {
            if a.pocket != b.pocket { return a.pocket < b.pocket }
            return a.asset < b.asset
        }
    }

    private var balances = SortedMap<Holding, UInt256>()
    private var totals = SortedMap<Asset, AssetTotals>()
    // Looked up, never iterated: the order of a Dictionary is nobody's business.
    private var held: [Pocket: [Asset]] = [:]
    /// Every pocket that ever held something, in the order in which they came; some of them have
    /// been forgotten since.
    public private(set) var pockets: [Pocket] = []
    /// Every asset that was ever deposited, in the order of the first deposit.
    public private(set) var assets: [Asset] = []
    /// Balances of ERC-721 and ERC-1155 tokens that there ever were. One input can make a thousand.
    public private(set) var collectibles = 0

    public init() {}

    /// The balance of `pocket` in `asset`.
    public func balance(of pocket: Pocket, in asset: Asset) -> UInt256 {
        balances[Holding(pocket: pocket, asset: asset)] ?? .zero
    }

    /// The assets that `pocket` ever held, in the order in which they came.
    public func assets(of pocket: Pocket) -> [Asset] {
        held[pocket] ?? []
    }

    /// The running totals of `asset`.
    public func totals(of asset: Asset) -> AssetTotals {
        totals[asset] ?? AssetTotals()
    }

    /// Whether the amounts of one deposit can all be credited: false when the application would then
    /// hold more of an asset than 256 bits can say, which a token that conserves its supply cannot
    /// cause.
    public func canDeposit(_ credits: [(asset: Asset, amount: UInt256)]) -> Bool {
        var sums = SortedMap<Holding, UInt256>()
        for credit in credits {
            let all = Holding(pocket: .chain, asset: credit.asset)
            let sum = sums[all] ?? totals(of: credit.asset).held
            guard let total = sum.adding(credit.amount) else { return false }
            sums[all] = total
        }
        return true
    }

    /// How many balances of ERC-721 and ERC-1155 tokens a deposit to `pocket` would make; an id that
    /// is named twice counts twice.
    public func newCollectibles(
        _ credits: [(asset: Asset, amount: UInt256)], in pocket: Pocket
    ) -> Int {
        var count = 0
        for (asset, amount) in credits where asset.isCollectible && !amount.isZero {
            if balances[Holding(pocket: pocket, asset: asset)] == nil { count += 1 }
        }
        return count
    }

    /// Whether `pocket` has all of `amounts`; where an asset is named more than once, their sum.
    /// Nil when it has, or else the place of the first amount that is too much.
    public func firstShortage(
        of amounts: [(asset: Asset, amount: UInt256)], in pocket: Pocket
    ) -> Int? {
        var left = SortedMap<Holding, UInt256>()
        for (place, taken) in amounts.enumerated() {
            let holding = Holding(pocket: pocket, asset: taken.asset)
            let balance = left[holding] ?? balances[holding] ?? .zero
            guard let rest = balance.subtracting(taken.amount) else { return place }
            left[holding] = rest
        }
        return nil
    }

    /// Makes all of `moves` in order, or none: false when one of them would take more than there
    /// is, or overflow.
    public mutating func apply(_ moves: [Move]) -> Bool {
        for index in 0..<moves.count where !apply(moves[index]) {
            for done in (0..<index).reversed() {
                revert(moves[done])
            }
            return false
        }
        return true
    }

    private mutating func apply(_ move: Move) -> Bool {
        if move.amount.isZero { return true }
        var changed = totals(of: move.asset)
        let wasKnown = totals[move.asset] != nil
        guard
            changed.take(move.amount, from: move.from),
            changed.put(move.amount, into: move.to)
        else { return false }
        // The sum of all pockets is bounded by what was deposited, so the credit cannot overflow.
        if move.from != .chain {
            let source = Holding(pocket: move.from, asset: move.asset)
            guard let rest = balance(of: move.from, in: move.asset).subtracting(move.amount) else {
                return false
            }
            balances[source] = rest
        }
        if move.to != .chain {
            let target = Holding(pocket: move.to, asset: move.asset)
            let sum = balance(of: move.to, in: move.asset).adding(move.amount)
            remember(move.asset, in: move.to, isNew: balances[target] == nil)
            balances[target] = sum ?? .max
        }
        totals[move.asset] = changed
        if !wasKnown { assets.append(move.asset) }
        return true
    }

    private mutating func remember(_ asset: Asset, in pocket: Pocket, isNew: Bool) {
        guard isNew else { return }
        if asset.isCollectible { collectibles += 1 }
        if held[pocket] == nil { pockets.append(pocket) }
        held[pocket, default: []].append(asset)
    }

    /// Undoes a move that was just made. What it leaves behind is at most a balance of zero.
    private mutating func revert(_ move: Move) {
        if move.amount.isZero { return }
        var changed = totals(of: move.asset)
        changed.undo(move)
        totals[move.asset] = changed
        if move.to != .chain {
            let rest = balance(of: move.to, in: move.asset).subtracting(move.amount)
            balances[Holding(pocket: move.to, asset: move.asset)] = rest ?? .zero
        }
        if move.from != .chain {
            let sum = balance(of: move.from, in: move.asset).adding(move.amount)
            balances[Holding(pocket: move.from, asset: move.asset)] = sum ?? .max
        }
    }

    /// Forgets a pocket whose balances are all zero, such as the escrow of an ended job.
    public mutating func forget(_ pocket: Pocket) {
        guard let list = held[pocket] else { return }
        for asset in list where !balance(of: pocket, in: asset).isZero { return }
        for asset in list {
            balances[Holding(pocket: pocket, asset: asset)] = nil
        }
        held[pocket] = nil
        if pockets.last == pocket { pockets.removeLast() }
    }

    /// The full check behind the running totals: adds up every pocket. For tests and debug builds;
    /// the cost grows with the number of accounts.
    public func isConserved() -> Bool {
        var sums: [Asset: (accounts: UInt256, escrow: UInt256)] = [:]
        var seen: Set<Pocket> = []
        for pocket in pockets where seen.insert(pocket).inserted {
            for asset in assets(of: pocket) {
                var sum = sums[asset] ?? (.zero, .zero)
                let amount = balance(of: pocket, in: asset)
                if case .account = pocket {
                    guard let total = sum.accounts.adding(amount) else { return false }
                    sum.accounts = total
                } else {
                    guard let total = sum.escrow.adding(amount) else { return false }
                    sum.escrow = total
                }
                sums[asset] = sum
            }
        }
        for asset in assets {
            let totals = totals(of: asset)
            let sum = sums[asset] ?? (.zero, .zero)
            guard totals.isBalanced, sum.accounts == totals.inAccounts,
                sum.escrow == totals.inEscrow
            else { return false }
        }
        return true
    }
}

extension AssetTotals {
    /// Takes `amount` out of the total that `pocket` belongs to; false when that is not there.
    fileprivate mutating func take(_ amount: UInt256, from pocket: Pocket) -> Bool {
        switch pocket {
        case .chain: return deposit(amount)
        case .account: return AssetTotals.subtract(amount, from: &inAccounts)
        case .escrow: return AssetTotals.subtract(amount, from: &inEscrow)
        }
    }

    private mutating func deposit(_ amount: UInt256) -> Bool {
        if AssetTotals.add(amount, to: &deposited) { return true }
        guard let sum = held.adding(amount) else { return false }
        deposited = sum
        vouchered = .zero
        return true
    }

    fileprivate mutating func put(_ amount: UInt256, into pocket: Pocket) -> Bool {
        switch pocket {
        case .chain: return AssetTotals.add(amount, to: &vouchered)
        case .account: return AssetTotals.add(amount, to: &inAccounts)
        case .escrow: return AssetTotals.add(amount, to: &inEscrow)
        }
    }

    fileprivate mutating func undo(_ move: Move) {
        _ =
            switch move.to {
            case .chain: AssetTotals.subtract(move.amount, from: &vouchered)
            case .account: AssetTotals.subtract(move.amount, from: &inAccounts)
            case .escrow: AssetTotals.subtract(move.amount, from: &inEscrow)
            }
        _ =
            switch move.from {
            case .chain: AssetTotals.subtract(move.amount, from: &deposited)
            case .account: AssetTotals.add(move.amount, to: &inAccounts)
            case .escrow: AssetTotals.add(move.amount, to: &inEscrow)
            }
    }

    private static func add(_ amount: UInt256, to total: inout UInt256) -> Bool {
        guard let sum = total.adding(amount) else { return false }
        total = sum
        return true
    }

    private static func subtract(_ amount: UInt256, from total: inout UInt256) -> Bool {
        guard let rest = total.subtracting(amount) else { return false }
        total = rest
        return true
    }
}
