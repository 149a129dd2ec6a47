import ABI
import Vouchers

/// What is chosen when the machine is built, and is part of its hash.
public struct Configuration: Equatable, Sendable {
    /// The portals of the chain that the application is deployed to.
    public var portals: PortalAddresses
    /// Whose balance rent and the price of scoring go to; nobody's when it is nil.
    public var rentReceiver: Address?
    // Only tests and measurements make these smaller: to cut scoring finer, and to fill the machine
    // sooner.
    package var inputBudget = Limits.inputBudget
    var contentCapacity = Limits.contentCapacity
    var ledgerLimits = LedgerLimits()
    var accounts = Limits.accounts
    var rememberedJobs = Limits.rememberedJobs

    public init(portals: PortalAddresses = .v2_1, rentReceiver: Address? = nil) {
        self.portals = portals
        self.rentReceiver = rentReceiver
    }
}

/// A variable of the environment has a value that makes no sense.
public struct ConfigurationError: Error, Equatable, Sendable {
    public let variable: String
    public let expected: String
}

extension Configuration {
    /// `v2.1` (the default) or `v2.2`, `v2.0`: the release of the rollups contracts; or `custom`.
    public static var portalsVariable: String { "DEML_PORTALS" }
    /// The account that rent goes to; unset, it is burned.
    public static var rentReceiverVariable: String { "DEML_RENT_RECEIVER" }

    /// Reads the address book from the environment, once, before the first input.
    ///
    /// `DEML_PORTALS` names a release. `DEML_ETHER_PORTAL`, `DEML_ERC20_PORTAL`,
    /// `DEML_ERC721_PORTAL`, `DEML_ERC1155_SINGLE_PORTAL` and `DEML_ERC1155_BATCH_PORTAL` replace
    /// single addresses of it; with `custom` all five have to be there, so that none is left of a
    /// release by mistake. Exactly one set comes out: five different contracts.
    public init(environment: (String) -> String?) throws(ConfigurationError) {
        var portals = PortalAddresses.v2_1
        var isCustom = false
        if let release = environment(Configuration.portalsVariable) {
            switch Path(Array(release.utf8)) {
            case "v2.1", "v2.2": portals = .v2_1
            case "v2.0": portals = .v2_0
            case "custom": isCustom = true
            default:
                throw ConfigurationError(
                    variable: Configuration.portalsVariable,
                    expected: "v2.0, v2.1, v2.2 or custom")
            }
        }
        try Configuration.read(&portals.ether, "DEML_ETHER_PORTAL", isCustom, environment)
        try Configuration.read(&portals.erc20, "DEML_ERC20_PORTAL", isCustom, environment)
        try Configuration.read(&portals.erc721, "DEML_ERC721_PORTAL", isCustom, environment)
        try Configuration.read(
            &portals.erc1155Single, "DEML_ERC1155_SINGLE_PORTAL", isCustom, environment)
        try Configuration.read(
            &portals.erc1155Batch, "DEML_ERC1155_BATCH_PORTAL", isCustom, environment)
        guard portals.areDifferent else {
            throw ConfigurationError(
                variable: Configuration.portalsVariable,
                expected: "five different addresses, none zero")
        }
        var receiver: Address?
        if environment(Configuration.rentReceiverVariable) != nil {
            var address = Address.zero
            try Configuration.read(&address, Configuration.rentReceiverVariable, true, environment)
            // What a portal is credited nobody could withdraw.
            guard !address.isZero, !portals.contains(address) else {
                throw ConfigurationError(
                    variable: Configuration.rentReceiverVariable,
                    expected: "an account, neither zero nor a portal")
            }
            receiver = address
        }
        self.init(portals: portals, rentReceiver: receiver)
    }

    private static func read(
        _ address: inout Address, _ variable: String, _ isRequired: Bool,
        _ environment: (String) -> String?
    ) throws(ConfigurationError) {
        let text = environment(variable)
        if text == nil, !isRequired { return }
        guard let text, let value = Address(checkedHex: Array(text.utf8)) else {
            throw ConfigurationError(
                variable: variable, expected: "0x and 40 hexadecimal digits, checksum included")
        }
        address = value
    }
}
