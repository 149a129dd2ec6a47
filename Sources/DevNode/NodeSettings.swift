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

    /// The mnemonic that the tools of Ethereum developers begin with; its keys are known to everyone.
    public static let developerMnemonic =
        "test test test test test test test test test test test junk"

    /// The first accounts of `developerMnemonic`, at `m/44'/60'/0'/0/…`: the page offers them where
    /// no wallet is at hand, and they may send without a signature like every other account.
    public static let developerAccounts: [Address] = [
        literal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        literal("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        literal("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
        literal("0x90F79bf6EB2c4f870365E785982E1f101E93b906"),
        literal("0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"),
        literal("0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"),
        literal("0x976EA74026E726554dB657fA54763abd0C3a0aa9"),
        literal("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"),
        literal("0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"),
        literal("0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"),
    ]

    /// Who may be whom, in lines for a log.
    public static var developerLines: [String] {
        ["accounts of the mnemonic \"\(developerMnemonic)\", 10,000 Ether each:"]
            + developerAccounts.map { "  " + $0.checksummed }
    }

    private static func literal(_ text: String) -> Address {
        Address(hex: text) ?? .zero
    }
}
