import ABI
import Vouchers

/// What is chosen when the machine is built, and is part of its hash.
public struct Configuration: Equatable, Sendable {
    /// The portals of the chain that the application is deployed to.
    public var portals: PortalAddresses
    /// Only tests split scoring finer than the protocol does, to prove that it changes nothing.
    var scoringBudget = Limits.scoringBudget

    public init(portals: PortalAddresses = .v2_1) {
        self.portals = portals
    }
}

/// A variable of the environment has a value that makes no sense.
public struct ConfigurationError: Error, Equatable, Sendable {
    public let variable: String
    public let expected: String
}

extension Configuration {
    /// `v2.1` (the default, also right for 2.2) or `v2.0`: the release of the rollups contracts.
    public static var portalsVariable: String { "DEML_PORTALS" }

    /// Reads the portal book from the environment, once, before the first input.
    ///
    /// `DEML_PORTALS` names a release; `DEML_ETHER_PORTAL`, `DEML_ERC20_PORTAL`,
    /// `DEML_ERC721_PORTAL`, `DEML_ERC1155_SINGLE_PORTAL` and `DEML_ERC1155_BATCH_PORTAL` replace
    /// single addresses, for a chain with a deployment of its own.
    public init(environment: (String) -> String?) throws(ConfigurationError) {
        var portals = PortalAddresses.v2_1
        if let release = environment(Configuration.portalsVariable) {
            switch Path(Array(release.utf8)) {
            case "v2.1": portals = .v2_1
            case "v2.0": portals = .v2_0
            default:
                throw ConfigurationError(
                    variable: Configuration.portalsVariable, expected: "v2.1 or v2.0")
            }
        }
        try Configuration.replace(&portals.ether, by: "DEML_ETHER_PORTAL", environment)
        try Configuration.replace(&portals.erc20, by: "DEML_ERC20_PORTAL", environment)
        try Configuration.replace(&portals.erc721, by: "DEML_ERC721_PORTAL", environment)
        try Configuration.replace(
            &portals.erc1155Single, by: "DEML_ERC1155_SINGLE_PORTAL", environment)
        try Configuration.replace(
            &portals.erc1155Batch, by: "DEML_ERC1155_BATCH_PORTAL", environment)
        self.init(portals: portals)
    }

    private static func replace(
        _ address: inout Address, by variable: String, _ environment: (String) -> String?
    ) throws(ConfigurationError) {
        guard let text = environment(variable) else { return }
        guard let value = Address(hex: text) else {
            throw ConfigurationError(
                variable: variable, expected: "0x and 40 hexadecimal digits")
        }
        address = value
    }
}
