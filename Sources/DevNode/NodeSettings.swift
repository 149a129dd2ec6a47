import ABI
import Vouchers

/// What the pretend chain consists of.
public struct NodeSettings: Equatable, Sendable {
    /// The application's name in paths and in JSON-RPC.
    public var name = "deml"
    public var application: Address
    /// The InputBox and the portals that it pretends to have.
    public var contracts: AddressBook
    public var chainID: UInt64 = 31337

    /// A chain with `contracts`; the application's address is made up, as no contract is deployed.
    public init(contracts: AddressBook) {
        self.contracts = contracts
        application = Self.literal("0xde31000000000000000000000000000000000001")
    }

    /// The InputBox; where the addresses are one's own and it was not said, that of the newest
    /// release.
    public var inputBox: Address {
        contracts.inputBox ?? AddressBook(.v3_0_0_alpha_10).inputBox ?? .zero
    }

    /// The contracts in lines for a log.
    public var contractLines: [String] {
        let portals = contracts.portals
        return [
            "contracts \(contracts.name), InputBox \(inputBox.checksummed)",
            "portals: Ether \(portals.ether.checksummed), ERC-20 \(portals.erc20.checksummed), "
                + "ERC-721 \(portals.erc721.checksummed), "
                + "ERC-1155 \(portals.erc1155Single.checksummed), "
                + "batch \(portals.erc1155Batch.checksummed)",
        ]
    }

    /// Accounts that the page offers where no wallet is at hand. They have no keys: the pretend
    /// chain believes whatever sender it is told.
    public static let developerAccounts: [Address] = (1...10).compactMap { number in
        let seed = Keccak256.hash(Array("DeML developer account \(number)".utf8))
        return Address(seed.bytes, at: 12)
    }

    private static func literal(_ text: String) -> Address {
        Address(hex: text) ?? .zero
    }
}
