import ABI
import Foundation
import JSON
import Marketplace
import Replay
import RollupServer
import Testing
import Vouchers

/// The fixtures of the project: every output as recorded, and what their stories tell.
@Suite struct StoryTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("fixtures")

    /// Folders with inputs, in the order of their names.
    static let names: [String] = {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return entries.sorted().filter {
            FileManager.default.fileExists(
                atPath: folder.appendingPathComponent($0).appendingPathComponent("inputs.jsonl")
                    .path
            )
        }
    }()

    private static func fixture(_ name: String) throws -> (Fixture, MachineEnvironment) {
        let fixture = try Fixture(path: folder.appendingPathComponent(name).path)
        #expect(fixture.recording != nil)
        #expect(fixture.story != nil)
        return (fixture, try #require(fixture.environment))
    }

    @Test func thereAreStories() {
        #expect(Self.names.contains("breast-cancer"))
        #expect(Self.names.contains("bad-inputs"))
    }

    @Test(arguments: names) func theEngineReproduces(name: String) async throws {
        let (fixture, environment) = try Self.fixture(name)
        let configuration = try Configuration { environment[$0] }
        let target = EngineTarget(configuration: configuration)
        let run = try await Replayer.run(fixture, on: target, configuration: configuration)
        #expect(run.differences == [])
    }

    @Test(arguments: names) func theApplicationReproducesOverHTTP(name: String) async throws {
        let (fixture, environment) = try Self.fixture(name)
        let target = ProcessTarget(
            executable: try BuiltProducts.path(of: "RollupApp"), environment: environment,
            log: { _ in })
        let run = try await Replayer.run(
            fixture, on: target, configuration: try Configuration { environment[$0] })
        #expect(run.differences == [])
    }

    /// A story in which the portals are those of another release goes the same way, under the book of
    /// that release: all that differs is the call by which ERC-20 tokens leave.
    @Test(arguments: names, ContractsRelease.allCases)
    func theEngineGoesTheSameWayUnderEachBook(
        name: String, release: ContractsRelease
    ) async throws {
        let (fixture, environment) = try Self.fixture(name)
        let recorded = try Configuration { environment[$0] }.contracts
        guard recorded.release != release else { return }
        let book = AddressBook(release)
        let inputs = fixture.inputs.map { Self.exchanging(recorded.portals, book.portals, in: $0) }
        var place = 0
        let expected = try #require(fixture.recording).outcomes
        let target = EngineTarget(configuration: Configuration(contracts: book))
        try await target.run(inputs) { outcome in
            #expect(
                outcome.outputs.map { Self.byTransfer($0.output) }
                    == expected[place].outputs.map { Self.byTransfer($0.output) },
                "line \(place + 1)")
            #expect(
                outcome.reports.map(Self.code) == expected[place].reports.map(Self.code),
                "line \(place + 1)")
            place += 1
        }
        #expect(place == expected.count)
    }

    /// The line with what portals of one set sent sent by the other's, and the other way round.
    private static func exchanging(
        _ one: PortalAddresses, _ other: PortalAddresses, in line: [UInt8]
    ) -> [UInt8] {
        var text = String(decoding: line, as: UTF8.self)
        guard
            let sender = text.range(
                of: #""msg_sender":"0x[0-9a-fA-F]{40}""#, options: .regularExpression)
        else { return line }
        let address = Address(hex: String(text[sender].dropFirst(14).dropLast()))
        for (from, to) in zip(one.all + other.all, other.all + one.all) where address == from {
            text.replaceSubrange(sender, with: "\"msg_sender\":\"\(to.checksummed)\"")
        }
        return Array(text.utf8)
    }

    /// A voucher by which a token leaves, as it is where there is no library.
    private static func byTransfer(_ output: Output) -> Output {
        guard case .delegateCallVoucher(_, let payload) = output,
            let values = try? Payout.safeTransfer.decode(payload),
            case .address(let token) = values[0],
            let call = try? Payout.erc20Transfer.encode(Array(values[1...]))
        else { return output }
        return .voucher(destination: token, value: .zero, payload: call)
    }

    /// The code of an error, or all of an answer but what it says of the contracts.
    private static func code(_ report: [UInt8]) -> String {
        let json = try? JSONValue(parsing: report)
        if let code = json?["error"]?["code"]?.text { return code }
        return json?["portals"] == nil ? String(decoding: report, as: UTF8.self) : "version"
    }
}
