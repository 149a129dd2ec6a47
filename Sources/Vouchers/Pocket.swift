import ABI

/// Where money can be.
public enum Pocket: Hashable, Comparable, Sendable {
    /// The balance of an account, which its owner may withdraw.
    case account(Address)
    /// What a job holds until it is decided whose it is.
    case escrow(job: UInt64)
    /// What nobody will ever have: money goes in and never comes out.
    case burned
    /// Outside: a deposit comes from the chain, a voucher goes to it.
    case chain

    /// Accounts by address, then jobs by number, then what is burned, then the chain.
    public static func < (a: Pocket, b: Pocket) -> Bool {
        switch (a, b) {
        case (.account(let a), .account(let b)): return a < b
        case (.escrow(let a), .escrow(let b)): return a < b
        default: return a.rank < b.rank
        }
    }

    private var rank: UInt8 {
        switch self {
        case .account: return 0
        case .escrow: return 1
        case .burned: return 2
        case .chain: return 3
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
