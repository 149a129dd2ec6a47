import Foundation
import Marketplace
import Replay
import Rollup
import TestSupport
import Testing
import Vouchers

/// The hash over the whole state, as auditors use it: to see that nothing has changed.
@Suite struct StateDigestTests {
    private static func digest(_ engine: Engine) throws -> String {
        let report = try #require(engine.inspect(Array("state".utf8)).first)
        let json = try JSONSerialization.jsonObject(with: Data(report)) as? [String: Any]
        return try #require(json?["state"] as? String)
    }

    private static func inputs(_ name: String) throws -> [Input] {
        let fixture = try Fixture(path: Places.fixtures.appendingPathComponent(name).path)
        return try fixture.inputs.compactMap {
            guard case .advance(let input) = try RollupRequest(parsingJSON: $0) else { return nil }
            return input
        }
    }

    /// Every output comes with a change, and no input that only has a report leaves one, but for
    /// uploads that were dropped.
    @Test(arguments: ["breast-cancer", "bad-inputs", "sealed-best"])
    func onlyWhatIsAcceptedChangesIt(name: String) throws {
        var engine = Engine(configuration: Machines.configuration)
        var seen: Set<String> = [try Self.digest(engine)]
        var last = try Self.digest(engine)
        var refusals = 0
        for (index, input) in try Self.inputs(name).enumerated() {
            let outcome = engine.advance(input)
            let next = try Self.digest(engine)
            if !outcome.outputs.isEmpty {
                #expect(seen.insert(next).inserted, "input \(index)")
            } else if Self.isRefused(outcome) {
                refusals += 1
                #expect(next == last, "input \(index)")
            }
            last = next
        }
        #expect(refusals > 5)
    }

    /// The same inputs lead to the same hash, and a copy of an engine is a replica.
    @Test func replicasAgree() throws {
        var (one, other) = (
            Engine(configuration: Machines.configuration),
            Engine(configuration: Machines.configuration)
        )
        for input in try Self.inputs("sealed-best") {
            _ = one.advance(input)
            let copy = other
            _ = other.advance(input)
            #expect(try Self.digest(one) == Self.digest(other))
            _ = copy
        }
    }

    /// Codes that say that the message did nothing.
    private static func isRefused(_ outcome: Outcome) -> Bool {
        let consequences: Set = [
            "wrongBlock", "wrongSize", "tooLarge", "tooDeep", "malformedBlock", "malformedStream",
            "wrongData", "invalidModel", "invalidData",
        ]
        return outcome.reports.contains { report in
            let json = try? JSONSerialization.jsonObject(with: Data(report)) as? [String: Any]
            guard let error = json?["error"] as? [String: Any], let code = error["code"] as? String
            else { return false }
            return !consequences.contains(code)
        }
    }
}
