import ArgumentParser
import Foundation
import Marketplace
import Replay
import RollupServer
import Vouchers

extension MachineEnvironment {
    /// What the environment of this process chooses.
    static var ofThisProcess: MachineEnvironment {
        let environment = ProcessInfo.processInfo.environment
        return MachineEnvironment(known: Configuration.variables) { environment[$0] }
    }

    /// That of a fixture, or of this process when the fixture does not say.
    static func of(_ fixture: Fixture) -> MachineEnvironment {
        fixture.environment ?? ofThisProcess
    }

    /// The configuration of an application, with an error for people. `place` is where this was
    /// read, when not from the environment.
    func configuration(place: String? = nil) throws -> Configuration {
        do throws(ConfigurationError) {
            return try Configuration { self[$0] }
        } catch {
            let found = self[error.variable].map { "found \"\($0)\"" } ?? "it is not set"
            throw ValidationError(
                (place.map { "\($0): " } ?? "")
                    + "\(error.variable) must be \(error.expected); \(found).")
        }
    }
}
