import ABI
import Testing
import Vouchers

@testable import Marketplace

/// The address book is chosen when the machine is built, and a wrong one stops the build.
@Suite struct ConfigurationTests {
    private static let custom = [
        "DEML_PORTALS": "custom",
        "DEML_ETHER_PORTAL": "0x00000000000000000000000000000000000000e1",
        "DEML_ERC20_PORTAL": "0x00000000000000000000000000000000000000e2",
        "DEML_ERC721_PORTAL": "0x00000000000000000000000000000000000000e3",
        "DEML_ERC1155_SINGLE_PORTAL": "0x00000000000000000000000000000000000000e4",
        "DEML_ERC1155_BATCH_PORTAL": "0x00000000000000000000000000000000000000e5",
    ]

    private func portals(_ environment: [String: String]) throws -> PortalAddresses {
        try configuration(environment).contracts.portals
    }

    /// Of v2.1, where nothing else is said.
    private func configuration(_ environment: [String: String]) throws -> Configuration {
        try Configuration { environment[$0] ?? ($0 == "DEML_PORTALS" ? "v2.1" : nil) }
    }

    private func refused(_ environment: [String: String]) -> ConfigurationError? {
        #expect(throws: ConfigurationError.self) { try portals(environment) }
    }

    /// A guess would leave the first deposit in the contract for good.
    @Test func thereIsNoDefault() {
        #expect(throws: Self.noRelease) { try Configuration { _ in nil } }
        let one = ["DEML_ERC20_PORTAL": "0x00000000000000000000000000000000000000e2"]
        #expect(throws: Self.noRelease) { try Configuration { one[$0] } }
    }

    private static let noRelease = ConfigurationError(
        variable: "DEML_PORTALS",
        expected:
            "v2.0, v2.1, v2.2, v3.0.0-alpha.10 or custom: the release of the rollups contracts "
            + "that the application is deployed with")

    @Test func aReleaseIsNamed() throws {
        for release in ContractsRelease.allCases {
            let contracts = try configuration(["DEML_PORTALS": release.rawValue]).contracts
            #expect(contracts == AddressBook(release))
        }
        #expect(
            try configuration(["DEML_PORTALS": "v2.2"]).contracts == AddressBook(.v2_1))
    }

    @Test(arguments: ["", "v1.5", "v2", "V2.1", "v2.1 ", "v3.0", "v3.0.0-alpha.9", "=v2.1"])
    func otherNamesAreRefused(name: String) {
        #expect(refused(["DEML_PORTALS": name]) == Self.noRelease)
    }

    @Test func aSetOfOnesOwnNamesAllFive() throws {
        let portals = try portals(Self.custom)
        #expect(portals.all.map { $0.bytes[19] } == [0xe1, 0xe2, 0xe3, 0xe4, 0xe5])
        for variable in Self.custom.keys where variable != "DEML_PORTALS" {
            var environment = Self.custom
            environment[variable] = nil
            #expect(refused(environment)?.variable == variable)
        }
    }

    @Test func oneAddressOfAReleaseCanBeReplaced() throws {
        let address = "0x00000000000000000000000000000000000000e2"
        var expected = AddressBook(.v2_0).portals
        expected.erc20 = try #require(Address(hex: address))
        let environment = ["DEML_PORTALS": "v2.0", "DEML_ERC20_PORTAL": address]
        let contracts = try configuration(environment).contracts
        #expect(contracts.portals == expected)
        // It is nobody's release any more.
        #expect(contracts.name == "custom")
    }

    /// One set in which two portals are the same would read one's payloads as the other's.
    @Test(arguments: [
        "0xA632c5c05812c6a6149B7af5C56117d1D2603828", "0x0000000000000000000000000000000000000000",
    ])
    func theFiveAreDifferentAndNotZero(address: String) {
        #expect(
            refused(["DEML_ERC20_PORTAL": address])?.expected
                == "five different addresses, none zero")
    }

    @Test(arguments: [
        "", "0x", "e2", "0x00000000000000000000000000000000000000e",
        "0x00000000000000000000000000000000000000e2 ", "0X00000000000000000000000000000000000000e2",
        "0x00000000000000000000000000000000000000g2",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(refused(["DEML_ERC721_PORTAL": text])?.variable == "DEML_ERC721_PORTAL")
    }

    /// A letter that was mistyped in a checksummed address shows.
    @Test func theChecksumCountsWhereThereIsOne() throws {
        let good = "0x9E8851dadb2b77103928518846c4678d48b5e371"
        #expect(try portals(["DEML_ERC721_PORTAL": good]) == AddressBook(.v2_1).portals)
        #expect(
            try portals(["DEML_ERC721_PORTAL": good.lowercased()]) == AddressBook(.v2_1).portals)
        let upper = "0x" + good.dropFirst(2).uppercased()
        #expect(try portals(["DEML_ERC721_PORTAL": upper]) == AddressBook(.v2_1).portals)
        let wrong = "0x9e8851dadb2b77103928518846c4678d48b5E371"
        #expect(refused(["DEML_ERC721_PORTAL": wrong])?.variable == "DEML_ERC721_PORTAL")
    }

    /// A portal of another release makes no deposit, and the operator hears what is wrong: under each
    /// book, each portal of each other.
    @Test(arguments: ContractsRelease.allCases)
    func onlyTheChosenSetIsBelieved(chosen: ContractsRelease) throws {
        for other in ContractsRelease.allCases {
            for index in 0..<5 {
                var market = Market(Configuration(contracts: AddressBook(chosen)))
                let code = market.send(
                    try payload(index), from: AddressBook(other).portals.all[index])
                #expect(code == (other == chosen ? nil : "portalOfAnotherRelease"))
                #expect(
                    market.notices(NoticeFunctions.deposited).count == (other == chosen ? 1 : 0))
            }
        }
    }

    /// Whoever deposits chooses what the payload begins with, so that it may look like a message.
    @Test func whatAStrangePortalSaysIsNoMessage() throws {
        var market = Market()
        let portal = AddressBook(.v3_0_0_alpha_10).portals.ether
        let message = try MessageFunctions.withdrawEther.encode([.uint(1), .bytes([])])
        #expect(market.send(message, from: portal) == "portalOfAnotherRelease")
        #expect(market.engine.state.accounts.count == 0)
        // Not when it is one of the application's own.
        var book = AddressBook(.v2_1)
        book.release = nil
        book.portals.erc20 = AddressBook(.v2_0).portals.erc20
        var own = Market(Configuration(contracts: book))
        #expect(own.send(try payload(1), from: AddressBook(.v2_0).portals.erc20) == nil)
        #expect(
            own.send(try payload(1), from: AddressBook(.v2_1).portals.erc20)
                == "portalOfAnotherRelease")
    }

    @Test func theLibraryCanBeNamedAndReplaced() throws {
        let address = "0x00000000000000000000000000000000000000aa"
        var environment = Self.custom
        #expect(try configuration(environment).contracts.safeERC20Transfer == nil)
        environment["DEML_SAFE_ERC20_TRANSFER"] = address
        #expect(
            try configuration(environment).contracts.safeERC20Transfer == Address(hex: address))
        environment = ["DEML_PORTALS": "v3.0.0-alpha.10", "DEML_SAFE_ERC20_TRANSFER": address]
        let contracts = try configuration(environment).contracts
        #expect(contracts.safeERC20Transfer == Address(hex: address))
        #expect(contracts.name == "custom")
    }

    @Test(arguments: [
        "", "0x", "0x0000000000000000000000000000000000000000",
        "0xA632c5c05812c6a6149B7af5C56117d1D2603828", "0xbb7c5367B74544542F5cE553Ed0DF4B3efAfEEdD",
    ])
    func aLibraryThatIsNoneStopsTheStart(text: String) {
        #expect(
            refused(["DEML_SAFE_ERC20_TRANSFER": text])?.variable == "DEML_SAFE_ERC20_TRANSFER")
    }

    @Test func rentIsBurnedUnlessAReceiverIsNamed() throws {
        #expect(try configuration([:]).rentReceiver == nil)
        let address = "0x00000000000000000000000000000000000000f1"
        let configuration = try configuration(["DEML_RENT_RECEIVER": address])
        #expect(configuration.rentReceiver == Address(hex: address))
        // It has an account from the start, so that it can relay before it is paid.
        let engine = Engine(configuration: configuration)
        #expect(engine.state.accounts.contains(try #require(Address(hex: address))))
        #expect(Market().engine.state.accounts.count == 0)
    }

    /// Nobody could withdraw what these are credited.
    @Test(arguments: [
        "", "0x", "0x0000000000000000000000000000000000000000",
        "0xA632c5c05812c6a6149B7af5C56117d1D2603828", "0x9e8851dadb2b77103928518846c4678d48b5E371",
    ])
    func aReceiverThatIsNoAccountStopsTheStart(text: String) {
        #expect(refused(["DEML_RENT_RECEIVER": text])?.variable == "DEML_RENT_RECEIVER")
    }

    /// Neither one that was chosen nor one of a release.
    @Test func theReceiverIsNoPortalOfAnySet() throws {
        var environment = Self.custom
        for portal in [Self.custom["DEML_ETHER_PORTAL"] ?? ""]
            + ContractsRelease.allCases.map({ AddressBook($0).portals.erc721.checksummed })
        {
            environment["DEML_RENT_RECEIVER"] = portal
            #expect(refused(environment)?.variable == "DEML_RENT_RECEIVER")
        }
        environment["DEML_RENT_RECEIVER"] = "0x00000000000000000000000000000000000000e6"
        #expect(throws: Never.self) { try portals(environment) }
    }

    private func payload(_ portal: Int) throws -> [UInt8] {
        try PortalPayload.one(through: portal, of: Market.actor(9), from: Market.ada).payload
    }

    @Test func inspectTellsTheBook() throws {
        var environment = Self.custom
        environment["DEML_RENT_RECEIVER"] = "0x00000000000000000000000000000000000000f1"
        environment["DEML_SAFE_ERC20_TRANSFER"] = "0x00000000000000000000000000000000000000f2"
        let engine = Engine(configuration: try Configuration { environment[$0] })
        let text = String(decoding: engine.inspect(Array("version".utf8))[0], as: UTF8.self)
        for (variable, value) in environment where variable != "DEML_PORTALS" {
            let address = try #require(Address(hex: value))
            #expect(text.contains(address.checksummed))
        }
    }
}
