import ABI
import CoreCommands
import Foundation
import JSON
import Marketplace
import Testing
import Vouchers

@testable import Client

/// `deml deploy check` without a network; peers/chain asks it over HTTP, with every wrong answer.
@Suite struct DeploymentTests {
    private static let application = Address([UInt8](repeating: 7, count: 20)) ?? .zero
    private static let template = Bytes32([UInt8](repeating: 9, count: 32)) ?? .zero

    /// A chain where `release` is deployed, and `changes` are answered in place of what is right, by
    /// method and digits of address and selector.
    private static func chain(
        _ release: ContractsRelease, _ changes: [String: String] = [:]
    ) -> ChainReader {
        let inputBox = AddressBook(release).inputBox?.word.bytes ?? []
        let zero = [UInt8](repeating: 0, count: 32)
        let word = { (value: UInt8) in zero.dropLast() + [value] }
        let call = [0xb1, 0x2c, 0x9e, 0xde] + inputBox
        let answers: [String: [UInt8]] = [
            "0x00aace9a": inputBox, "0x61b12c66": template.bytes, "0x83e4fbcd": zero,
            "0xf02478de": word(32) + word(36) + call + zero.dropLast(4),
            "0x65d0c9ce": zero + zero + zero + zero + zero,
        ]
        return ChainReader { request in
            let request = try JSONValue(parsing: request)
            let first = request["params"]?.elements?.first
            let selector = first?["data"]?.text
            let result: String
            switch request["method"]?.text {
            case "eth_chainId": result = "0x7a69"
            case "eth_getCode": result = "0x60"
            default: result = Hex.string(answers[selector ?? ""] ?? [])
            }
            let place = (first?["to"] ?? first)?.text ?? ""
            let change = changes[selector.map { place + $0 } ?? place]
            return Array(#"{"jsonrpc":"2.0","id":1,"result":"\#(change ?? result)"}"#.utf8)
        }
    }

    private static func report(
        _ chain: ChainReader, _ release: ContractsRelease, template: Bytes32? = template
    ) -> DeploymentReport {
        DeploymentCheck(
            chain: chain, application: application,
            configuration: Configuration(contracts: AddressBook(release)), template: template,
            chainID: 31_337
        ).report()
    }

    @Test(arguments: ContractsRelease.allCases)
    func whatFitsIsCredited(release: ContractsRelease) throws {
        let report = Self.report(Self.chain(release), release)
        #expect(report.isCredited, "\(report.lines)")
        #expect(
            report.lines.last == "A deposit would be credited, if the machine was built as told.")
        let json = try JSONValue(parsing: report.json)
        #expect(json["credited"]?.bool == true && json["chainId"]?.uint64 == 31_337)
        #expect(json["contracts"]?.text == release.rawValue)
    }

    @Test(arguments: ContractsRelease.allCases)
    func aPlaceWithoutCodeFails(release: ContractsRelease) {
        let book = AddressBook(release)
        let places =
            book.portals.all
            + [Self.application, book.inputBox, book.safeERC20Transfer]
            .compactMap(\.self)
        for place in places {
            let report = Self.report(Self.chain(release, [Hex.string(place.bytes): "0x"]), release)
            let failures = report.findings.filter { $0.verdict == .fails }
            #expect(failures.map(\.found) == ["no code"], "\(report.lines)")
            #expect(failures.first?.expected == "a contract at \(place.checksummed)")
        }
    }

    @Test func otherContractsAndAnotherMachineFail() {
        let other = Hex.string(Address.zero.word.bytes.dropLast() + [5])
        let application = Hex.string(Self.application.bytes)
        for (selector, check) in [
            ("0x00aace9a", "applicationInputBox"), ("0x61b12c66", "templateHash"),
        ] {
            let chain = Self.chain(.v3_0_0_alpha_10, [application + selector: other])
            let report = Self.report(chain, .v3_0_0_alpha_10)
            let failures = report.findings.filter { $0.verdict == .fails }
            #expect(failures.map(\.check) == [check] && failures[0].remedy != nil)
        }
        let portal = AddressBook(.v2_1).portals.erc20
        let chain = Self.chain(.v2_1, [Hex.string(portal.bytes) + "0x00aace9a": other])
        let failures = Self.report(chain, .v2_1).findings.filter { $0.verdict == .fails }
        #expect(failures.map(\.check) == ["erc20PortalInputBox"])
    }

    @Test func aSilentNodeIsTheLastLine() {
        let silent = ChainReader { _ in throw ToolFailure("http", "HTTP status 500") }
        let report = Self.report(silent, .v2_1)
        let failures = report.findings.filter { $0.verdict == .fails }
        #expect(failures.map(\.found) == ["HTTP status 500"] && report.chainID == nil)
        #expect(report.lines.last == "Do not deposit: 1 line above fails.")
    }

    @Test func aTemplateIsAHashOrAStoredMachine() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("deml-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = Hex.string(Self.template.bytes)
        #expect(try StoredTemplate.hash(text) == Self.template)
        #expect(try StoredTemplate.hash(String(text.dropFirst(2))) == Self.template)
        #expect(throws: ToolFailure.self) { try StoredTemplate.hash(folder.path) }
        let tree = [UInt8](repeating: 1, count: 0x60) + Self.template.bytes + [1, 1]
        try Data(tree).write(to: folder.appendingPathComponent("hash_tree.sht"))
        #expect(try StoredTemplate.hash(folder.path) == Self.template)
        try Data(Self.template.bytes + [0]).write(to: folder.appendingPathComponent("hash"))
        let failure = #expect(throws: ToolFailure.self) { try StoredTemplate.hash(folder.path) }
        #expect(failure?.message.contains("expected a hash of 32 bytes at 0") == true)
    }
}
