import ABI
import ArgumentParser
import Client
import CoreCommands
import Marketplace
import RollupServer
import Terminal

/// `deml deploy`
struct DeployCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Look at a deployment.", subcommands: [Check.self])

    /// `deml deploy check`
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a chain whether deposits into an application would be credited.",
            discussion: """
                Compares the contracts that the machine was built for with those that stand on the \
                chain: run it before anybody deposits. The contracts are those of --contracts, of \
                the NAME=value lines of a file (--env), or of the DEML_ variables of this process, \
                as the machine was given them. Each line says what fits, what fails and what to do, \
                or what was only told. Nothing is sent to the chain.

                Ends with status 0 when a deposit would be credited, 1 when not, or when the node \
                does not answer, and 64 when the arguments are wrong.
                """)

        @Option(help: "JSON-RPC of a node of the chain, as http://127.0.0.1:8545.")
        var rpc: String

        @Option(help: "The application contract.", transform: Check.contract)
        var application: Address

        @Option(help: "The machine's template: its hash, or the folder of the stored machine.")
        var template: String?

        @Option(help: "The release that DEML_PORTALS named: see deml portals.")
        var contracts: String?

        @Option(
            help: "A file of NAME=value lines, such as machine.env of a recording.",
            completion: .file())
        var env: String?

        @Option(name: .customLong("chain-id"), help: "The chain that it has to be.")
        var chainID: UInt64?

        @Option(help: "Seconds that the node has for each answer, 1 to 600.")
        var timeout = 30

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if contracts != nil, env != nil {
                throw ValidationError("Choose one of --contracts and --env.")
            }
            guard (1...600).contains(timeout) else {
                throw ValidationError("--timeout: expected 1 to 600 seconds.")
            }
        }

        func run() throws {
            let check = DeploymentCheck(
                chain: try usage { try ChainReader(rpc, deadline: Double(timeout)) },
                application: application, configuration: try configuration(),
                template: try template.map { text in try usage { try StoredTemplate.hash(text) } },
                chainID: chainID)
            let report = check.report()
            if json {
                try StandardOutput.writeLine(report.json)
            } else {
                try StandardOutput.writeLines(report.lines)
            }
            if !report.isCredited { throw ExitCode.failure }
        }

        private static func contract(_ text: String) throws -> Address {
            guard let address = Address(checkedHex: Array(text.utf8)), !address.isZero else {
                throw ValidationError(
                    "expected 0x and 40 hexadecimal digits, checksum included, and not zero")
            }
            return address
        }

        private func configuration() throws -> Configuration {
            var environment = MachineEnvironment.ofThisProcess
            if let env {
                let text = String(
                    decoding: try usage { try Files.readArgument(env) }, as: UTF8.self)
                do throws(MachineEnvironmentError) {
                    environment = try MachineEnvironment(
                        known: Configuration.variables, parsing: text)
                } catch {
                    throw ValidationError("\(env): line \(error.line): \(error.problem).")
                }
            }
            if let contracts { environment[Configuration.contractsVariable] = contracts }
            return try environment.configuration(place: env)
        }

        /// What is wrong with an argument is a matter of usage.
        private func usage<Value>(_ body: () throws -> Value) throws -> Value {
            do {
                return try body()
            } catch let failure as ToolFailure {
                throw ValidationError(failure.message + ".")
            }
        }
    }
}
