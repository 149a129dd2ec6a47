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

    /// That of a fixture; of this process when the fixture does not say; and when neither does, the
    /// release whose portals, and no others, made the recorded deposits.
    static func of(_ fixture: Fixture) -> MachineEnvironment {
        if let environment = fixture.environment { return environment }
        var environment = ofThisProcess
        let contracts = Configuration.contractsVariable
        if environment[contracts] == nil { environment[contracts] = fixture.release?.rawValue }
        return environment
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
