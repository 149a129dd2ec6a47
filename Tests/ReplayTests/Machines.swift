import Marketplace
import RollupServer
import Vouchers

/// What the machines of tests are built with.
enum Machines {
    static func environment(_ variables: [String: String]) -> MachineEnvironment {
        MachineEnvironment(known: Configuration.variables) { variables[$0] }
    }

    /// For the contracts of release 2.1, which most recordings are made for.
    static let environment = environment(["DEML_PORTALS": "v2.1"])
    static let configuration = Configuration(contracts: AddressBook(.v2_1))
}
