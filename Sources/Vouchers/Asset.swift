import ABI

/// Something that the application contract can hold for someone.
public enum Asset: Hashable, Comparable, Sendable {
    case ether
    case erc20(Address)
    case erc721(Address, id: UInt256)
    case erc1155(Address, id: UInt256)

    /// Ether for the zero address, the ERC-20 token at any other: how jobs name their money.
    public init(token: Address) {
        self = token.isZero ? .ether : .erc20(token)
    }

    /// The contract, or the zero address for Ether.
    public var token: Address {
        switch self {
        case .ether: return .zero
        case .erc20(let token), .erc721(let token, _), .erc1155(let token, _): return token
        }
    }

    /// The token id, or zero where there is none.
    public var id: UInt256 {
        switch self {
        case .ether, .erc20: return .zero
        case .erc721(_, let id), .erc1155(_, let id): return id
        }
    }

    /// The kind as notices and inspect give it: 0 Ether, 1 ERC-20, 2 ERC-721, 3 ERC-1155.
    public var kind: UInt8 {
        switch self {
        case .ether: return 0
        case .erc20: return 1
        case .erc721: return 2
        case .erc1155: return 3
        }
    }

    /// By kind, then contract, then id.
    public static func < (a: Asset, b: Asset) -> Bool {
        switch (a, b) {
        case (.erc20(let a), .erc20(let b)): return a < b
        case (.erc721(let a, let i), .erc721(let b, let j)),
            (.erc1155(let a, let i), .erc1155(let b, let j)):
            return a == b ? i < j : a < b
        default: return a.kind < b.kind
        }
    }
}
