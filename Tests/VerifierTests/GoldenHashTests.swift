import Foundation
import TestSupport
import Testing
import Verifier

/// The published hashes of whole input ranges: an implementation that agrees has the same bits.
@Suite struct GoldenHashTests {
    @Test(arguments: SelfTest.Check.allCases)
    func everyCheckReachesItsOwnNumber(_ check: SelfTest.Check) {
        #expect(SelfTest.digest(of: check) == SelfTest.expected(check), "\(check.name)")
        let others = SelfTest.Check.allCases.filter { $0 != check }
        #expect(!others.contains { SelfTest.expected($0) == SelfTest.expected(check) })
    }

    /// The numbers that the program checks itself against are those of the specification.
    @Test func theSpecificationNamesTheSameHashes() throws {
        let specification = try String(
            contentsOf: Places.repository.appendingPathComponent("docs/arithmetic.md"),
            encoding: .utf8)
        for check in SelfTest.Check.allCases where check != .network {
            let hex = String(SelfTest.expected(check), radix: 16)
            let digits = String(repeating: "0", count: 16 - hex.count) + hex
            #expect(specification.contains("| `\(digits)` |"), "\(check.name)")
        }
    }
}
