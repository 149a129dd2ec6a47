import ABI
import ArgumentParser
import JSON
import Terminal
import Vouchers

/// `deml portals`
struct PortalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portals",
        abstract: "The contracts that a machine can be built for, by release.",
        discussion: """
            Addresses are the same on every chain that a release is deployed to. DEML_PORTALS names \
            the release when the machine is built; deml deploy check compares it with a chain.
            """)

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        if json {
            try StandardOutput.writeLine(Self.document)
        } else {
            try StandardOutput.writeLines(Self.lines)
        }
    }

    /// What `DEML_PORTALS` may say for `release`.
    static func names(of release: ContractsRelease) -> [String] {
        release == .v2_1 ? [release.rawValue, "v2.2"] : [release.rawValue]
    }

    static var lines: [String] {
        var lines: [String] = []
        for release in ContractsRelease.allCases {
            var table = TextTable()
            for title in ["contract", "address", "function", "selector"] { table.addColumn(title) }
            for row in rows(of: release) {
                table.addRow([
                    row.contract, row.address?.checksummed ?? "unknown", row.function.name,
                    Hex.string(row.function.selectorBytes),
                ])
            }
            lines += [names(of: release).joined(separator: ", "), ""] + table.lines + [""]
        }
        return lines + [
            "Where SafeERC20Transfer is unknown, ERC-20 tokens leave by their own transfer, unless",
            "DEML_SAFE_ERC20_TRANSFER names the library. Another deployment is DEML_PORTALS=custom.",
        ]
    }

    private struct Row {
        let contract: String
        let address: Address?
        let function: ABIFunction
    }

    private static func rows(of release: ContractsRelease) -> [Row] {
        let book = AddressBook(release)
        let portals = zip(
            [
                "EtherPortal", "ERC20Portal", "ERC721Portal", "ERC1155SinglePortal",
                "ERC1155BatchPortal",
            ],
            zip(book.portals.all, functions(of: release).all))
        return [
            Row(contract: "InputBox", address: book.inputBox, function: PortalFunctions.addInput)
        ]
            + portals.map { Row(contract: $0, address: $1.0, function: $1.1) }
            + [
                Row(
                    contract: "SafeERC20Transfer", address: book.safeERC20Transfer,
                    function: Payout.safeTransfer)
            ]
    }

    /// A release has one set; only contracts of one's own may have either.
    private static func functions(of release: ContractsRelease) -> PortalFunctions {
        PortalFunctions.sets(of: release)[0]
    }

    /// `{"releases":[{"release","names","inputBox","portals","safeErc20Transfer","functions"}]}`, with
    /// the members of inspect `version` where it has them. An address that is not known is null.
    static var document: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.beginArray("releases")
        for release in ContractsRelease.allCases { write(release, to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private static func write(_ release: ContractsRelease, to json: inout JSONWriter) {
        let book = AddressBook(release)
        let functions = functions(of: release)
        json.beginObject()
        json.string("release", release.rawValue)
        json.beginArray("names")
        for name in names(of: release) { json.string(name) }
        json.endArray()
        json.string("inputBox", book.inputBox?.checksummed)
        json.beginObject("portals")
        json.string("ether", book.portals.ether.checksummed)
        json.string("erc20", book.portals.erc20.checksummed)
        json.string("erc721", book.portals.erc721.checksummed)
        json.string("erc1155Single", book.portals.erc1155Single.checksummed)
        json.string("erc1155Batch", book.portals.erc1155Batch.checksummed)
        json.endObject()
        json.string("safeErc20Transfer", book.safeERC20Transfer?.checksummed)
        json.beginObject("functions")
        let named: [(StaticString, ABIFunction)] = [
            ("addInput", PortalFunctions.addInput), ("ether", functions.ether),
            ("erc20", functions.erc20), ("erc721", functions.erc721),
            ("erc1155Single", functions.erc1155Single),
            ("erc1155Batch", functions.erc1155Batch), ("safeErc20Transfer", Payout.safeTransfer),
        ]
        for (name, function) in named {
            json.beginObject(name)
            json.string("signature", function.signature)
            json.hex("selector", function.selectorBytes)
            json.endObject()
        }
        json.endObject()
        json.endObject()
    }
}
