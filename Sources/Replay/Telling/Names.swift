import ABI
import Terminal
import Vouchers

/// What people call addresses and amounts: by the story where it says so.
struct Names: Sendable {
    let story: Story?
    let portals: PortalAddresses

    func name(of address: Address) -> String {
        if let name = story?.actors[address] { return name }
        if address == portals.ether { return "Ether portal" }
        if address == portals.erc20 { return "ERC-20 portal" }
        if address == portals.erc721 { return "ERC-721 portal" }
        if address == portals.erc1155Single || address == portals.erc1155Batch {
            return "ERC-1155 portal"
        }
        return Figures.short(address.checksummed)
    }

    /// An amount of Ether, for the zero address, or of a token.
    func amount(_ amount: UInt256, token: Address) -> String {
        if token.isZero { return Figures.ether(amount) }
        if let token = story?.tokens[token] {
            // Crumbs of a coin are easier to read as what they are.
            if token.decimals > 9, !amount.isZero, amount < UInt256(1_000_000_000 as UInt64) {
                return "\(Figures.grouped(amount.description)) units of \(token.symbol)"
            }
            return "\(Figures.decimal(amount, decimals: token.decimals)) \(token.symbol)"
        }
        return "\(Figures.scaled(amount)) of \(name(of: token))"
    }

    func amount(_ amount: UInt256, of asset: Asset) -> String {
        switch asset {
        case .ether, .erc20: return self.amount(amount, token: asset.token)
        case .erc721(let token, let id): return "\(name(of: token)) #\(id)"
        case .erc1155(let token, let id):
            return "\(Figures.scaled(amount)) of \(name(of: token)) #\(id)"
        }
    }

    /// The asset in a `Deposited` or `Withdrawn` notice.
    func amount(in notice: DecodedCall) -> String {
        let token = notice.address("token")
        let id = notice.number("id")
        let asset: Asset
        switch notice.number("kind").asUInt64 {
        case 0: asset = .ether
        case 1: asset = .erc20(token)
        case 2: asset = .erc721(token, id: id)
        default: asset = .erc1155(token, id: id)
        }
        return amount(notice.number("amount"), of: asset)
    }
}
