import ABI
import Vouchers

/// What the pretend chain consists of.
public struct NodeSettings: Equatable, Sendable {
    /// The application's name in paths and in JSON-RPC.
    public var name = "deml"
    public var application: Address
    public var inputBox: Address
    public var portals: PortalAddresses
    public var chainID: UInt64 = 31337

    /// The addresses that go with `portals`; the application's is made up, as no contract is
    /// deployed.
    public init(portals: PortalAddresses) {
        self.portals = portals
        application = Self.literal("0xde31000000000000000000000000000000000001")
        inputBox =
            portals == .v2_0
            ? Self.literal("0xc70074BDD26d8cF983Ca6A5b89b8db52D5850051")
            : Self.literal("0x1b51e2992A2755Ba4D6F7094032DF91991a0Cfac")
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
