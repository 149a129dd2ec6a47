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
        _ = change(move.to) { AssetTotals.subtract(move.amount, from: &$0) }
        switch move.from {
        case .chain: _ = AssetTotals.subtract(move.amount, from: &deposited)
        case .account, .escrow: _ = put(move.amount, into: move.from)
        case .burned: break
        }
    }

    private mutating func take(_ amount: UInt256, from pocket: Pocket) -> Bool {
        switch pocket {
        case .chain: return deposit(amount)
        case .account, .escrow:
            return change(pocket) { AssetTotals.subtract(amount, from: &$0) }
        case .burned: return false
        }
    }

    private mutating func put(_ amount: UInt256, into pocket: Pocket) -> Bool {
        change(pocket) { AssetTotals.add(amount, to: &$0) }
    }

    /// Changes the total of what goes into `pocket`.
    private mutating func change(_ pocket: Pocket, _ body: (inout UInt256) -> Bool) -> Bool {
        switch pocket {
        case .chain: return body(&vouchered)
        case .account: return body(&inAccounts)
        case .escrow: return body(&inEscrow)
        case .burned: return body(&burned)
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
