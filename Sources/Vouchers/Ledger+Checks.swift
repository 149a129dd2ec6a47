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

/// What is asked before money moves. The amounts are those of one input; an asset may be named more
/// than once.
extension Ledger {
    /// Whether the amounts of one deposit can all be credited: false when the application would then
    /// hold more of an asset than 256 bits can say, which a token that conserves its supply cannot
    /// cause.
    public func canDeposit(_ credits: [(asset: Asset, amount: UInt256)]) -> Bool {
        var asset: Asset?
        var sum = UInt256.zero
        for place in Ledger.order(of: credits) {
            let credit = credits[place]
            if credit.asset != asset {
                asset = credit.asset
                sum = totals(of: credit.asset).held
            }
            guard let total = sum.adding(credit.amount) else { return false }
            sum = total
        }
        return true
    }

    /// Whether `pocket` has all of `amounts`; where an asset is named more than once, their sum.
    /// Nil when it has, or else the place of the first amount that is too much.
    public func firstShortage(
        of amounts: [(asset: Asset, amount: UInt256)], in pocket: Pocket
    ) -> Int? {
        var first: Int?
        var asset: Asset?
        var left = UInt256.zero
        for place in Ledger.order(of: amounts) {
            let taken = amounts[place]
            if taken.asset != asset {
                asset = taken.asset
                left = balance(of: pocket, in: taken.asset)
            }
            if let rest = left.subtracting(taken.amount) {
                left = rest
            } else {
                first = min(first ?? place, place)
            }
        }
        return first
    }

    /// How many different assets `amounts` name.
    public static func distinct(_ amounts: [(asset: Asset, amount: UInt256)]) -> Int {
        var count = 0
        var last: Asset?
        for place in order(of: amounts) where amounts[place].asset != last {
            last = amounts[place].asset
            count += 1
        }
        return count
    }

    /// Whether a deposit of `credits` to `pocket` stays within `limits`; false when it would need a
    /// balance or an asset more than they allow. Only deposits are asked: what comes out of an escrow
    /// is always credited, and may pass the limits by as much as jobs hold.
    public func hasRoom(
        for credits: [(asset: Asset, amount: UInt256)], in pocket: Pocket, _ limits: LedgerLimits
    ) -> Bool {
        var needed = Counts()
        var newAssets = 0
        var last: Asset?
        for place in Ledger.order(of: credits) {
            let asset = credits[place].asset
            if asset == last || credits[place].amount.isZero { continue }
            last = asset
            if case .account = pocket, balances[Holding(pocket: pocket, asset: asset)] == nil {
                needed.add(1, asset)
            }
            if totals[asset] == nil { newAssets += 1 }
        }
        return (needed.ether == 0 || held.ether + needed.ether <= limits.ether)
            && (needed.erc20 == 0 || held.erc20 + needed.erc20 <= limits.erc20)
            && (needed.collectibles == 0
                || held.collectibles + needed.collectibles <= limits.collectibles)
            && (newAssets == 0 || totals.count + newAssets <= limits.assets)
    }

    /// The places of `amounts` by asset, those of the same asset as they come.
    private static func order(of amounts: [(asset: Asset, amount: UInt256)]) -> [Int] {
        var places = Array(0..<amounts.count)
        if places.count > 1 {
            places.sort { a, b in
                amounts[a].asset == amounts[b].asset ? a < b : amounts[a].asset < amounts[b].asset
            }
        }
        return places
    }
}
