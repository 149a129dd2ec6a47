import ABI
import Marketplace
import Vouchers

/// Compares what a machine was built for with what stands on a chain: whether the next deposit would
/// be credited, and if not, why.
package struct DeploymentCheck {
    private let chain: ChainReader
    private let application: Address
    private let configuration: Configuration
    private let template: Bytes32?
    private let chainID: UInt64?

    /// `template` is the hash of the machine, and `chainID` the chain that it has to be: each is
    /// printed and not compared when it is nil.
    package init(
        chain: ChainReader, application: Address, configuration: Configuration,
        template: Bytes32?, chainID: UInt64?
    ) {
        self.chain = chain
        self.application = application
        self.configuration = configuration
        self.template = template
        self.chainID = chainID
    }

    private var contracts: AddressBook { configuration.contracts }

    /// Asks everything; a node that falls silent is the last line.
    package func report() -> DeploymentReport {
        var report = DeploymentReport(application: application, contracts: contracts.name)
        do throws(ChainError) {
            try checkChain(&report)
            let version = try checkApplication(&report)
            try checkContracts(version, &report)
            if let version { try checkTerms(version, &report) }
        } catch {
            report.fail(
                "node", "the node", error.sentence, "see that it runs and is reached by --rpc")
        }
        tell(&report)
        return report
    }

    private func checkChain(_ report: inout DeploymentReport) throws(ChainError) {
        let name = ("chainId", "chain id")
        let remedy = "give the --rpc of the chain that you mean"
        guard
            let found = try report.asking(
                name, remedy, { () throws(ChainError) in try chain.chainID() })
        else { return }
        report.chainID = found
        guard let chainID else {
            report.tell(name, "\(found), compared with nothing: --chain-id N compares it")
            return
        }
        report.compare(name, "\(chainID)", "\(found)", remedy)
    }

    /// Which version's application contract stands there, and where it takes its inputs from.
    private struct Version {
        let isThird: Bool
        let inputBox: Address?
    }

    /// Nil when there is no application to ask.
    private func checkApplication(
        _ report: inout DeploymentReport
    ) throws(ChainError) -> Version? {
        guard
            try checkCode(
                ("applicationCode", "application"), application,
                "deploy it on this chain, or give its address on this chain", &report)
        else { return nil }
        let name = ("applicationInputBox", "its InputBox")
        let version: Version
        switch contracts.release {
        case .v2_0?, .v2_1?:
            version = Version(isThird: false, inputBox: try availability(name, &report))
        case .v3_0_0_alpha_10?:
            version = Version(isThird: true, inputBox: try inputBox(name, &report))
        case nil:
            let isThird = try isThird()
            version = Version(
                isThird: isThird,
                inputBox: isThird
                    ? try inputBox(name, &report) : try availability(name, &report))
        }
        if let found = version.inputBox {
            report.compare(
                name, (contracts.inputBox ?? found).checksummed, found.checksummed,
                "inputs go to another InputBox than the portals': build the machine for the release "
                    + "of the application, or deploy the application with this release")
        }
        return version
    }

    /// Whether the application names its InputBox, as those of version 3 do.
    private func isThird() throws(ChainError) -> Bool {
        do throws(ChainError) {
            _ = try chain.ask(ContractViews.inputBox, at: application)
        } catch .reverted {
            return false
        } catch .silent(let reason) {
            throw .silent(reason)
        } catch {
            // Asked once more, it gets a line.
        }
        return true
    }

    private static let otherRelease =
        "the application is of another release than the machine was built for: build the machine "
        + "for that release, or deploy the application with this one"

    /// What an application of version 3 says.
    private func inputBox(
        _ name: DeploymentReport.Name, _ report: inout DeploymentReport
    ) throws(ChainError) -> Address? {
        try report.asking(name, Self.otherRelease) { () throws(ChainError) in
            try chain.ask(ContractViews.inputBox, at: application)
        }
    }

    /// What an application of version 2 says.
    private func availability(
        _ name: DeploymentReport.Name, _ report: inout DeploymentReport
    ) throws(ChainError) -> Address? {
        let call = try report.asking(name, Self.otherRelease) { () throws(ChainError) in
            try chain.ask(ContractViews.dataAvailability, at: application)
        }
        guard let call else { return nil }
        let function = ContractViews.inputBoxOnly
        guard ABIFunction.selector(of: call) == function.selector,
            let values = try? function.decode(call), case .address(let found)? = values.first
        else {
            report.fail(
                name.check, name.subject,
                "cannot be told: its inputs come from \(Hex.string(call).prefix(10))…, which is not "
                    + function.signature,
                "deploy an application that takes the inputs of the InputBox alone")
            return nil
        }
        return found
    }

    private func checkContracts(
        _ version: Version?, _ report: inout DeploymentReport
    ) throws(ChainError) {
        let remedy = "the release is not deployed on this chain: build the machine for one that is"
        let inputBox = contracts.inputBox ?? version?.inputBox
        if let inputBox {
            _ = try checkCode(("inputBoxCode", "InputBox"), inputBox, remedy, &report)
        }
        let names = [
            ("etherPortal", "EtherPortal"), ("erc20Portal", "ERC20Portal"),
            ("erc721Portal", "ERC721Portal"), ("erc1155SinglePortal", "ERC1155SinglePortal"),
            ("erc1155BatchPortal", "ERC1155BatchPortal"),
        ]
        for (name, portal) in zip(names, contracts.portals.all) {
            let isThere = try checkCode((name.0 + "Code", name.1), portal, remedy, &report)
            // Portals of version 3 ask the application.
            guard isThere, contracts.release != .v3_0_0_alpha_10, let inputBox else { continue }
            try checkPortal((name.0 + "InputBox", "its InputBox"), portal, inputBox, &report)
        }
        let library = ("safeErc20Transfer", "SafeERC20Transfer")
        if let address = contracts.safeERC20Transfer {
            _ = try checkCode(
                library, address,
                "ERC-20 vouchers would revert: leave DEML_SAFE_ERC20_TRANSFER out, or name the "
                    + "library of this chain", &report)
        } else {
            report.tell(library, "none: ERC-20 tokens leave by their own transfer")
        }
    }

    private func checkPortal(
        _ name: DeploymentReport.Name, _ portal: Address, _ expected: Address,
        _ report: inout DeploymentReport
    ) throws(ChainError) {
        let found: Address?
        do throws(ChainError) {
            found = try chain.ask(ContractViews.inputBox, at: portal)
        } catch .reverted where contracts.release == nil {
            report.tell(name, "the portal has none of its own, as those of version 3")
            return
        } catch {
            found = try report.asking(
                name, "this is no portal of the release", { () throws(ChainError) in throw error })
        }
        guard let found else { return }
        report.compare(
            name, expected.checksummed, found.checksummed,
            "deposits go to an InputBox that the application does not listen to: take the portals "
                + "of its release")
    }

    /// What the application was deployed with.
    private func checkTerms(
        _ version: Version, _ report: inout DeploymentReport
    ) throws(ChainError) {
        let name = ("templateHash", "template hash")
        let hash = try report.asking(name, "this is no application contract") {
            () throws(ChainError) in
            Hex.string(try chain.ask(ContractViews.templateHash, at: application).bytes)
        }
        if let hash, let template {
            report.compare(
                name, Hex.string(template.bytes), hash,
                "the application runs another machine: deploy this one, or build as its operator did"
            )
        } else if let hash {
            report.tell(name, "\(hash), compared with nothing: --template compares it")
        }
        if version.isThird { try checkForeclosure(&report) }
    }

    private func checkForeclosure(_ report: inout DeploymentReport) throws(ChainError) {
        let name = ("foreclosure", "foreclosed")
        let isForeclosed = try report.asking(name, Self.otherRelease) { () throws(ChainError) in
            try chain.ask(ContractViews.isForeclosed, at: application)
        }
        if let isForeclosed {
            report.compare(
                name, "no", isForeclosed ? "yes" : "no",
                "deposits and inputs revert, for good: deploy a new application")
        }
        let guardian = ("guardian", "guardian")
        let config = try report.asking(guardian, Self.otherRelease) { () throws(ChainError) in
            try chain.ask(ContractViews.withdrawalConfig, at: application)
        }
        guard let config else { return }
        report.tell(
            guardian,
            config.guardian.isZero
                ? "none: nobody can foreclose the application"
                : "\(config.guardian.checksummed) can foreclose the application, once and for good. "
                    + "Inputs, deposits and claims then revert. This machine has no accounts drive: "
                    + "balances and escrow that no voucher of an accepted claim pays are lost")
        if !config.outputBuilder.isZero {
            report.tell(
                ("accountsDrive", "accounts drive"),
                "one is configured, for \(config.outputBuilder.checksummed), and this machine has none: "
                    + "nothing is withdrawn by it")
        }
    }

    /// What no chain says.
    private func tell(_ report: inout DeploymentReport) {
        report.tell(("contracts", "machine's contracts"), contracts.name)
        report.tell(
            ("rentReceiver", "rent receiver"),
            configuration.rentReceiver?.checksummed ?? "none: rent is burned")
    }

    private func checkCode(
        _ name: DeploymentReport.Name, _ address: Address, _ remedy: String,
        _ report: inout DeploymentReport
    ) throws(ChainError) -> Bool {
        let isThere = try report.asking(name, remedy) { () throws(ChainError) in
            try chain.hasCode(at: address)
        }
        guard let isThere else { return false }
        report.compare(
            name, "a contract at \(address.checksummed)",
            isThere ? "a contract at \(address.checksummed)" : "no code", remedy)
        return isThere
    }
}
