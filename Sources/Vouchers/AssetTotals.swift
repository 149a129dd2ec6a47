import ABI

/// The running totals of one asset. `deposited − vouchered = inAccounts + inEscrow + burned` at all
/// times, and `burned` never falls.
///
/// The two on the left begin anew, with what is held and with zero, when what was ever deposited
/// would take more than 256 bits: what came and went again says nothing about what is here.
public struct AssetTotals: Equatable, Sendable {
    public internal(set) var deposited = UInt256.zero
    public internal(set) var vouchered = UInt256.zero
    public internal(set) var inAccounts = UInt256.zero
    public internal(set) var inEscrow = UInt256.zero
    public internal(set) var burned = UInt256.zero

    /// Whether the totals say that money is conserved.
    public var isBalanced: Bool {
        guard let held = deposited.subtracting(vouchered) else { return false }
        return held == inAccounts.adding(inEscrow)?.adding(burned)
    }

    /// All that did not leave again, which `deposited` bounds.
    var held: UInt256 { inAccounts.adding(inEscrow)?.adding(burned) ?? .max }

    /// Counts `move`; false, and nothing is changed, when one of the totals has less than it takes,
    /// when it takes what is burned, or when the application would hold more than 256 bits can say.
    mutating func count(_ move: Move) -> Bool {
        var changed = self
        guard changed.take(move.amount, from: move.from), changed.put(move.amount, into: move.to)
        else { return false }
        self = changed
        return true
    }

    /// Takes back a move that was counted and began nothing anew.
    mutating func undo(_ move: Move) {
        switch move.to {
        case .chain: _ = AssetTotals.subtract(move.amount, from: &vouchered)
        case .account: _ = AssetTotals.subtract(move.amount, from: &inAccounts)
        case .escrow: _ = AssetTotals.subtract(move.amount, from: &inEscrow)
        case .burned: _ = AssetTotals.subtract(move.amount, from: &burned)
        }
        switch move.from {
        case .chain: _ = AssetTotals.subtract(move.amount, from: &deposited)
        case .account: _ = AssetTotals.add(move.amount, to: &inAccounts)
        case .escrow: _ = AssetTotals.add(move.amount, to: &inEscrow)
        case .burned: break
        }
    }

    private mutating func take(_ amount: UInt256, from pocket: Pocket) -> Bool {
        switch pocket {
        case .chain: return deposit(amount)
        case .account: return AssetTotals.subtract(amount, from: &inAccounts)
        case .escrow: return AssetTotals.subtract(amount, from: &inEscrow)
        case .burned: return false
        }
    }

    private mutating func put(_ amount: UInt256, into pocket: Pocket) -> Bool {
        switch pocket {
        case .chain: return AssetTotals.add(amount, to: &vouchered)
        case .account: return AssetTotals.add(amount, to: &inAccounts)
        case .escrow: return AssetTotals.add(amount, to: &inEscrow)
        case .burned: return AssetTotals.add(amount, to: &burned)
        }
    }

    private mutating func deposit(_ amount: UInt256) -> Bool {
        if AssetTotals.add(amount, to: &deposited) { return true }
        guard let sum = held.adding(amount) else { return false }
        deposited = sum
        vouchered = .zero
        return true
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
