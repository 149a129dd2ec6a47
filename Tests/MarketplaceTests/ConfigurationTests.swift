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
        try Configuration { environment[$0] }.portals
    }

    private func refused(_ environment: [String: String]) -> ConfigurationError? {
        #expect(throws: ConfigurationError.self) { try portals(environment) }
    }

    @Test func theDefaultIsTheNewestRelease() throws {
        #expect(try portals([:]) == .v2_1)
        #expect(Configuration().portals == .v2_1)
    }

    @Test func aReleaseIsNamed() throws {
        #expect(try portals(["DEML_PORTALS": "v2.0"]) == .v2_0)
        #expect(try portals(["DEML_PORTALS": "v2.1"]) == .v2_1)
        #expect(try portals(["DEML_PORTALS": "v2.2"]) == .v2_1)
    }

    @Test(arguments: ["", "v1.5", "v2", "V2.1", "v2.1 ", "v3.0", "=v2.1"])
    func otherNamesAreRefused(name: String) {
        let error = refused(["DEML_PORTALS": name])
        #expect(error?.variable == "DEML_PORTALS")
        #expect(error?.expected == "v2.0, v2.1, v2.2 or custom")
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
        var expected = PortalAddresses.v2_0
        expected.erc20 = try #require(Address(hex: address))
        #expect(
            try portals(["DEML_PORTALS": "v2.0", "DEML_ERC20_PORTAL": address]) == expected)
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
        #expect(try portals(["DEML_ERC721_PORTAL": good]) == .v2_1)
        #expect(try portals(["DEML_ERC721_PORTAL": good.lowercased()]) == .v2_1)
        let upper = "0x" + good.dropFirst(2).uppercased()
        #expect(try portals(["DEML_ERC721_PORTAL": upper]) == .v2_1)
        let wrong = "0x9e8851dadb2b77103928518846c4678d48b5E371"
        #expect(refused(["DEML_ERC721_PORTAL": wrong])?.variable == "DEML_ERC721_PORTAL")
    }

    /// A portal of another release is a stranger: what it says is no deposit.
    @Test func onlyTheChosenSetIsBelieved() throws {
        for (chosen, other) in [
            (PortalAddresses.v2_0, PortalAddresses.v2_1), (.v2_1, .v2_0),
        ] {
            for index in 0..<5 {
                let payload = try payload(index)
                var engine = Engine(configuration: Configuration(portals: chosen))
                for portals in [other, chosen] {
                    let metadata = Metadata(
                        chainID: 1, appContract: Market.application,
                        messageSender: portals.all[index], blockTimestamp: 1, inputIndex: 0)
                    let outcome = engine.advance(Input(metadata: metadata, payload: payload))
                    #expect(outcome.outputs.isEmpty == (portals == other))
                }
            }
        }
    }

    @Test func rentIsBurnedUnlessAReceiverIsNamed() throws {
        #expect(try Configuration { _ in nil }.rentReceiver == nil)
        let address = "0x00000000000000000000000000000000000000f1"
        let environment = ["DEML_RENT_RECEIVER": address]
        let configuration = try Configuration { environment[$0] }
        #expect(configuration.rentReceiver == Address(hex: address))
        // It has an account from the start, so that it can relay before it is paid.
        let engine = Engine(configuration: configuration)
        #expect(engine.state.accounts.contains(try #require(Address(hex: address))))
        #expect(Engine().state.accounts.count == 0)
    }

    /// Nobody could withdraw what these are credited.
    @Test(arguments: [
        "", "0x", "0x0000000000000000000000000000000000000000",
        "0xA632c5c05812c6a6149B7af5C56117d1D2603828", "0x9e8851dadb2b77103928518846c4678d48b5E371",
    ])
    func aReceiverThatIsNoAccountStopsTheStart(text: String) {
        #expect(refused(["DEML_RENT_RECEIVER": text])?.variable == "DEML_RENT_RECEIVER")
    }

    /// The portals that were chosen, not those of a release.
    @Test func theReceiverIsNoPortalOfTheChosenSet() throws {
        var environment = Self.custom
        environment["DEML_RENT_RECEIVER"] = "0x00000000000000000000000000000000000000e5"
        #expect(refused(environment)?.variable == "DEML_RENT_RECEIVER")
        environment["DEML_RENT_RECEIVER"] = "0xA632c5c05812c6a6149B7af5C56117d1D2603828"
        #expect(throws: Never.self) { try portals(environment) }
    }

    private func payload(_ portal: Int) throws -> [UInt8] {
        try PortalPayload.one(through: portal, of: Market.actor(9), from: Market.ada).payload
    }

    @Test func inspectTellsTheBook() throws {
        var environment = Self.custom
        environment["DEML_RENT_RECEIVER"] = "0x00000000000000000000000000000000000000f1"
        let engine = Engine(configuration: try Configuration { environment[$0] })
        let text = String(decoding: engine.inspect(Array("version".utf8))[0], as: UTF8.self)
        for (variable, value) in environment where variable != "DEML_PORTALS" {
            let address = try #require(Address(hex: value))
            #expect(text.contains(address.checksummed))
        }
    }
}
