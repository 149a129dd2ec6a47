import Vouchers

/// What is chosen when the machine is built, and is part of its hash.
public struct Configuration: Equatable, Sendable {
    /// The portals of the chain that the application is deployed to.
    public var portals: PortalAddresses

    public init(portals: PortalAddresses = .v2_1) {
        self.portals = portals
    }
}
