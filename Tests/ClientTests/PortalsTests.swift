import ABI
import JSON
import Marketplace
import Testing
import Vouchers

@testable import deml

/// The table of releases says what a machine is built with, to people and to programs.
@Suite struct PortalsTests {
    private static let portals = ["ether", "erc20", "erc721", "erc1155Single", "erc1155Batch"]

    private static func releases() throws -> [JSONValue] {
        try #require(JSONValue(parsing: PortalsCommand.document)["releases"]?.elements)
    }

    @Test func everyNameIsTheBookThatAMachineGets() throws {
        var names: [String] = []
        for release in try Self.releases() {
            for name in try #require(release["names"]?.elements).compactMap(\.text) {
                names.append(name)
                let book = try Configuration { variable in
                    variable == "DEML_PORTALS" ? name : nil
                }.contracts
                #expect(release["release"]?.text == book.name)
                #expect(release["inputBox"]?.text == book.inputBox?.checksummed)
                #expect(
                    Self.portals.map { release["portals"]?[$0]?.text }
                        == book.portals.all.map(\.checksummed))
                #expect(release["safeErc20Transfer"]?.text == book.safeERC20Transfer?.checksummed)
            }
        }
        #expect(names == ["v2.0", "v2.1", "v2.2", "v3.0.0-alpha.10"])
    }

    /// Selectors as clients of the contracts have them.
    @Test func functionsAreThoseOfTheRelease() throws {
        let second = ["0x938c054f", "0x95854b81", "0x28911e83", "0xdec07dca", "0x24d15c67"]
        let third = ["0x938c054f", "0x766afa3a", "0xb1b387e2", "0xde84900a", "0x08c89e72"]
        for (release, selectors) in zip(try Self.releases(), [second, second, third]) {
            let functions = release["functions"]
            #expect(Self.portals.map { functions?[$0]?["selector"]?.text } == selectors)
            #expect(functions?["addInput"]?["selector"]?.text == "0x1789cd63")
            #expect(functions?["safeErc20Transfer"]?["selector"]?.text == "0xd1660f99")
        }
        #expect(
            try Self.releases()[2]["functions"]?["erc20"]?["signature"]?.text
                == "depositErc20Tokens(address,address,uint256,bytes)")
    }

    @Test func whatIsNotKnownIsSaidInWords() {
        let libraries = PortalsCommand.lines.filter { $0.hasPrefix("SafeERC20Transfer ") }
        #expect(libraries.map { $0.contains(" unknown ") } == [true, true, false])
        for book in ContractsRelease.allCases.map({ AddressBook($0) }) {
            for address in book.portals.all
                + [book.inputBox, book.safeERC20Transfer].compactMap(\.self)
            {
                #expect(PortalsCommand.lines.contains { $0.contains(address.checksummed) })
            }
        }
    }
}
