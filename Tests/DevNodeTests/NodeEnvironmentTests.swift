import Foundation
import Marketplace
import RollupServer
import Testing

@testable import DevNode

/// For which contracts a node plays a chain: what is said at the first start, for good.
@Suite struct NodeEnvironmentTests {
    private static func environment(_ release: String) -> MachineEnvironment {
        MachineEnvironment(known: Configuration.variables) {
            $0 == "DEML_PORTALS" ? release : nil
        }
    }

    private static let standard = environment("v3.0.0-alpha.10")

    private func start(
        _ folder: InputLogTests.Folder, _ release: String? = nil
    ) throws -> MachineEnvironment {
        try MachineEnvironment.ofNode(
            in: folder.path, stated: release.map(Self.environment), standard: Self.standard)
    }

    private func text(_ folder: InputLogTests.Folder) throws -> String {
        try String(contentsOfFile: folder.path + "/machine.env", encoding: .utf8)
    }

    @Test func aNewStateTakesTheStandardAndKeepsIt() throws {
        let folder = try InputLogTests.Folder()
        #expect(try start(folder) == Self.standard)
        #expect(try text(folder) == "DEML_PORTALS=v3.0.0-alpha.10\n")
        try folder.write("{}\n")
        #expect(try start(folder) == Self.standard)
        #expect(try start(folder, "v3.0.0-alpha.10") == Self.standard)
        let error = #expect(throws: NodeEnvironmentError.self) { try start(folder, "v2.1") }
        #expect(error?.description.contains("has DEML_PORTALS=v3.0.0-alpha.10.") == true)
    }

    @Test func whatIsStatedIsKept() throws {
        let folder = try InputLogTests.Folder()
        #expect(try start(folder, "v2.0") == Self.environment("v2.0"))
        #expect(try start(folder) == Self.environment("v2.0"))
    }

    /// Inputs of a state that says nothing may be for any contracts.
    @Test func inputsWithoutAReleaseNeedOne() throws {
        let folder = try InputLogTests.Folder()
        try folder.write("{}\n")
        #expect(throws: NodeEnvironmentError.self) { try start(folder) }
        #expect(try start(folder, "v2.1") == Self.environment("v2.1"))
        #expect(try start(folder) == Self.environment("v2.1"))
    }

    @Test func aBrokenFileIsNamedWithItsLine() throws {
        let folder = try InputLogTests.Folder()
        try "DEML_PORTALS=v2.1\nDEML_PORTALS=v2.0\n".write(
            toFile: folder.path + "/machine.env", atomically: true, encoding: .utf8)
        let error = #expect(throws: NodeEnvironmentError.self) { try start(folder) }
        let place = "machine.env:2: DEML_PORTALS is named a second"
        #expect(error?.description.contains(place) == true)
    }
}
