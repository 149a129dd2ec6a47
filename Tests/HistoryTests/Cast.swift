import ABI
import Marketplace
import TestSupport
import Vouchers

/// Who plays: accounts with keys, so that each can sign a relay.
enum Cast {
    static let signer = TestSigner()
    /// Private keys 1, 2, …: sponsors first, then clients, last one who owns nothing.
    static let accounts: [Address] = (0..<count).map { index in
        signer?.address(ofKey: key(index)) ?? .zero
    }

    static let count = 7
    static var sponsors: [Address] { Array(accounts[..<2]) }
    static var clients: [Address] { Array(accounts[2..<6]) }
    static var pauper: Address { accounts[6] }

    /// Sofia, Ada and Bob follow the guide and are never late; the other four are one adversary.
    static var honest: [Address] { [accounts[0], accounts[2], accounts[3]] }
    static var adversaries: [Address] { [accounts[1], accounts[4], accounts[5], accounts[6]] }
    /// Who is paid rent, where somebody is.
    static let landlord = account(0x99)

    static let tokens = [account(0x51), account(0x52), .zero]
    static let portals = AddressBook(.v2_1).portals.all
    /// Those of the other releases, which deposit for some other application.
    static let foreignPortals = [ContractsRelease.v2_0, .v3_0_0_alpha_10]
        .flatMap { AddressBook($0).portals.all }
    /// By which ERC-20 tokens leave, where the release has it.
    static let library = account(0x98)

    static func account(_ byte: UInt8) -> Address {
        Address([UInt8](repeating: byte, count: 20)) ?? .zero
    }

    static func name(_ account: Address) -> String {
        let names = ["Sofia", "Sam", "Ada", "Bob", "Cy", "Eve", "Pauper"]
        if let index = accounts.firstIndex(of: account) { return names[index] }
        return account.checksummed
    }

    /// A relay signed by its signer; `forged` signs with the key of somebody else.
    static func relay(
        _ deed: Deed, by signer: Address, nonce: UInt256, deadline: UInt64, forged: Bool = false
    ) throws -> Deed {
        let message = RelayMessage(
            signer: signer, nonce: nonce, deadline: deadline, message: try deed.payload())
        let domain = RelayMessage.domain(
            chainID: MarketModel.chainID, application: MarketModel.application)
        let index = accounts.firstIndex(of: signer) ?? 0
        let key = key(forged ? (index + 1) % count : index)
        let digest = message.digest(separator: domain.separator)
        let signature = Cast.signer?.sign(digest, key: key) ?? []
        return .relay(
            Deed.Relay(
                signer: signer, nonce: nonce, deadline: deadline, deed: deed,
                signature: signature, isGenuine: !forged))
    }

    private static func key(_ index: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: 31) + [UInt8(index + 1)]
    }
}
