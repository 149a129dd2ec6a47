import ABI
import Vouchers

/// What is chosen when the machine is built, and is part of its hash.
public struct Configuration: Equatable, Sendable {
    /// The contracts of the chain that the application is deployed to.
    public var contracts: AddressBook
    /// Whose balance rent and the price of scoring go to; nobody's when it is nil.
    public var rentReceiver: Address?
    // Only tests and measurements make these smaller: to cut scoring finer, and to fill the machine
    // sooner.
    package var inputBudget = Limits.inputBudget
    var contentCapacity = Limits.contentCapacity
    var ledgerLimits = LedgerLimits()
    var accounts = Limits.accounts
    var rememberedJobs = Limits.rememberedJobs

    public init(contracts: AddressBook, rentReceiver: Address? = nil) {
        self.contracts = contracts
        self.rentReceiver = rentReceiver
    }
}

extension Configuration {
    /// Where `address` is a portal of another release than the one that deposits are believed of:
    /// that release. What it sends is a deposit into the wrong application.
    func foreignRelease(of address: Address) -> ContractsRelease? {
        for (portal, release) in AddressBook.portals
        where portal == address && !contracts.portals.contains(address) {
            return release
        }
        return nil
    }

    /// How `application` pays out.
    func payout(from application: Address) -> Payout {
        Payout(from: application, safeERC20Transfer: contracts.safeERC20Transfer)
    }

    /// Whether an account can be paid: what reaches a portal, of any release, or `application`
    /// itself, nobody gets out again.
    func canPay(_ address: Address, from application: Address) -> Bool {
        address != application && !contracts.portals.contains(address)
            && foreignRelease(of: address) == nil
    }
}
