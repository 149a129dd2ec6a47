import ABI
import JSON
import Vouchers

/// A variable of the environment is missing, or has a value that makes no sense.
public struct ConfigurationError: Error, Equatable, Sendable {
    public let variable: String
    public let expected: String
}

extension Configuration {
    /// The release of the rollups contracts, or `custom`. It has no default: a wrong guess would
    /// leave the first deposit in the contract for good.
    public static var contractsVariable: String { "DEML_PORTALS" }
    /// The account that rent goes to; unset, it is burned.
    public static var rentReceiverVariable: String { "DEML_RENT_RECEIVER" }
    /// The library that ERC-20 tokens leave by.
    public static var safeERC20TransferVariable: String { "DEML_SAFE_ERC20_TRANSFER" }

    /// All that the environment may say, in the order in which it is read.
    public static var variables: [String] {
        [contractsVariable]
            + [
                "DEML_ETHER_PORTAL", "DEML_ERC20_PORTAL", "DEML_ERC721_PORTAL",
                "DEML_ERC1155_SINGLE_PORTAL", "DEML_ERC1155_BATCH_PORTAL",
            ] + [safeERC20TransferVariable, rentReceiverVariable]
    }

    /// Reads the address book from the environment, once, before the first input.
    ///
    /// `DEML_PORTALS` names a release. `DEML_ETHER_PORTAL`, `DEML_ERC20_PORTAL`,
    /// `DEML_ERC721_PORTAL`, `DEML_ERC1155_SINGLE_PORTAL` and `DEML_ERC1155_BATCH_PORTAL` replace
    /// single addresses of it; with `custom` all five have to be there, so that none is left of a
    /// release by mistake. Exactly one set comes out: five different contracts.
    /// `DEML_SAFE_ERC20_TRANSFER` replaces, or with `custom` names, the library of that name.
    public init(environment: (String) -> String?) throws(ConfigurationError) {
        var book = try Configuration.release(environment)
        let isCustom = book.release == nil
        func read(_ address: inout Address, _ variable: String) throws(ConfigurationError) {
            if let value = try Configuration.address(variable, environment) {
                address = value
            } else if isCustom {
                throw Configuration.noAddress(variable)
            }
        }
        try read(&book.portals.ether, "DEML_ETHER_PORTAL")
        try read(&book.portals.erc20, "DEML_ERC20_PORTAL")
        try read(&book.portals.erc721, "DEML_ERC721_PORTAL")
        try read(&book.portals.erc1155Single, "DEML_ERC1155_SINGLE_PORTAL")
        try read(&book.portals.erc1155Batch, "DEML_ERC1155_BATCH_PORTAL")
        guard book.portals.areDifferent else {
            throw ConfigurationError(
                variable: Configuration.contractsVariable,
                expected: "five different addresses, none zero")
        }
        if let library = try Configuration.address(
            Configuration.safeERC20TransferVariable, environment)
        {
            guard !library.isZero, !book.portals.contains(library) else {
                throw ConfigurationError(
                    variable: Configuration.safeERC20TransferVariable,
                    expected: "a contract, neither zero nor a portal")
            }
            book.safeERC20Transfer = library
        }
        // With an address replaced it is nobody's release any more.
        if let release = book.release, book != AddressBook(release) {
            book.release = nil
        }
        let receiver = try Configuration.address(Configuration.rentReceiverVariable, environment)
        self.init(contracts: book, rentReceiver: receiver)
        // What a portal is credited nobody could withdraw.
        if let receiver, !canPay(receiver, from: .zero) {
            throw ConfigurationError(
                variable: Configuration.rentReceiverVariable,
                expected: "an account, neither zero nor a portal")
        }
    }

    /// The book of the release that is named; of `custom`, one without addresses.
    private static func release(
        _ environment: (String) -> String?
    ) throws(ConfigurationError) -> AddressBook {
        let name = Array((environment(contractsVariable) ?? "").utf8)
        for release in ContractsRelease.allCases where Array(release.rawValue.utf8) == name {
            return AddressBook(release)
        }
        switch name {
        case "v2.2": return AddressBook(.v2_1)
        case "custom":
            return AddressBook(
                portals: PortalAddresses(
                    ether: .zero, erc20: .zero, erc721: .zero, erc1155Single: .zero,
                    erc1155Batch: .zero))
        default:
            throw ConfigurationError(
                variable: contractsVariable,
                expected: "v2.0, v2.1, v2.2, v3.0.0-alpha.10 or custom: the release of the "
                    + "rollups contracts that the application is deployed with")
        }
    }

    private static func address(
        _ variable: String, _ environment: (String) -> String?
    ) throws(ConfigurationError) -> Address? {
        guard let text = environment(variable) else { return nil }
        guard let value = Address(checkedHex: Array(text.utf8)) else { throw noAddress(variable) }
        return value
    }

    private static func noAddress(_ variable: String) -> ConfigurationError {
        ConfigurationError(
            variable: variable, expected: "0x and 40 hexadecimal digits, checksum included")
    }
}
