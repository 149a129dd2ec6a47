import ABI

/// The contracts of one release of Cartesi Rollups Contracts that the application knows of: exactly
/// one set per build. A release has the same addresses on every chain that it is deployed to.
public struct AddressBook: Equatable, Sendable {
    /// The release, or nil when the addresses are those of a deployment of one's own.
    public var release: ContractsRelease?
    /// Where inputs are added; nil when it was not said. The application never calls it.
    public var inputBox: Address?
    public var portals: PortalAddresses
    /// The library by whose `safeTransfer` ERC-20 tokens leave; nil when they leave by their own
    /// `transfer`. See `Payout`.
    public var safeERC20Transfer: Address?

    public init(
        release: ContractsRelease? = nil, inputBox: Address? = nil, portals: PortalAddresses,
        safeERC20Transfer: Address? = nil
    ) {
        self.release = release
        self.inputBox = inputBox
        self.portals = portals
        self.safeERC20Transfer = safeERC20Transfer
    }

    /// `release`, with nothing replaced.
    public init(_ release: ContractsRelease) {
        switch release {
        case .v2_0: self = .v2_0
        case .v2_1: self = .v2_1
        case .v3_0_0_alpha_10: self = .v3_0_0_alpha_10
        }
    }

    /// The name that `DEML_PORTALS` gives it.
    public var name: String { release?.rawValue ?? "custom" }
}

/// The releases whose addresses are in the table below, oldest first.
public enum ContractsRelease: String, CaseIterable, Sendable {
    case v2_0 = "v2.0"
    /// Also 2.2, whose contracts are the same.
    case v2_1 = "v2.1"
    case v3_0_0_alpha_10 = "v3.0.0-alpha.10"
}

// Sources: the deployments that the releases of cartesi/rollups-contracts publish. A test proves
// that each literal is an address and carries its ERC-55 checksum.
extension AddressBook {
    static let v2_0 = AddressBook(
        release: .v2_0,
        inputBox: literal("0xc70074BDD26d8cF983Ca6A5b89b8db52D5850051"),
        portals: PortalAddresses(
            ether: literal("0xc70076a466789B595b50959cdc261227F0D70051"),
            erc20: literal("0xc700D6aDd016eECd59d989C028214Eaa0fCC0051"),
            erc721: literal("0xc700d52F5290e978e9CAe7D1E092935263b60051"),
            erc1155Single: literal("0xc700A261279aFC6F755A3a67D86ae43E2eBD0051"),
            erc1155Batch: literal("0xc700A2e5531E720a2434433b6ccf4c0eA2400051")))

    static let v2_1 = AddressBook(
        release: .v2_1,
        inputBox: literal("0x1b51e2992A2755Ba4D6F7094032DF91991a0Cfac"),
        portals: PortalAddresses(
            ether: literal("0xA632c5c05812c6a6149B7af5C56117d1D2603828"),
            erc20: literal("0xACA6586A0Cf05bD831f2501E7B4aea550dA6562D"),
            erc721: literal("0x9E8851dadb2b77103928518846c4678d48b5e371"),
            erc1155Single: literal("0x18558398Dd1a8cE20956287a4Da7B76aE7A96662"),
            erc1155Batch: literal("0xe246Abb974B307490d9C6932F48EbE79de72338A")))

    static let v3_0_0_alpha_10 = AddressBook(
        release: .v3_0_0_alpha_10,
        inputBox: literal("0xEbE9f4Dfc04ae10bBeE663859c3dc5A23f94eA3C"),
        portals: PortalAddresses(
            ether: literal("0x035b11Be55656c6cfC822D1CaE568C1Af2e497b0"),
            erc20: literal("0x3332DE61a8BB9aC84893b2f552Fe81C9a6dC5419"),
            erc721: literal("0x397c352d18DFf47CC8a6143403142cf7afd5Ff7E"),
            erc1155Single: literal("0x585F56351A66f131E176a345662215C772f80451"),
            erc1155Batch: literal("0xee33550a22e3Cf6Cc265524dC9bcfD99D2307EBe")),
        safeERC20Transfer: literal("0xBB7c5367B74544542F5cE553Ed0DF4B3efAfEEdD"))

    /// The portals of all releases. Every message asks for these, so they are listed once.
    public static let portals: [(portal: Address, release: ContractsRelease)] = {
        var list: [(portal: Address, release: ContractsRelease)] = []
        for release in ContractsRelease.allCases {
            for portal in AddressBook(release).portals.all { list.append((portal, release)) }
        }
        return list
    }()

    private static func literal(_ text: String) -> Address {
        Address(hex: text) ?? .zero
    }
}
