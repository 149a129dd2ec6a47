import ArgumentParser
import DevNode
import Foundation
import Marketplace
import Replay
import RollupServer
import Terminal
import Vouchers

struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Run a local rollup node with the application and the web page.",
        discussion: """
            Starts the application, serves it the rollup HTTP API, and answers POST /inspect/deml, \
            JSON-RPC at /rpc, and at /eth the calls of a wallet over a pretend chain: send inputs \
            and deposits from any address, move the time. Inputs are kept in inputs.jsonl of the \
            state folder, which is a fixture for deml replay, and run again at the next start.
            """)

    @Option(help: "Where inputs are kept; made when missing.", completion: .directory)
    var state = ".deml-node"

    @Option(
        help: """
            Release of the rollups contracts that the chain pretends to have: v2.0, v2.1, v2.2, \
            v3.0.0-alpha.10 or custom (default: what DEML_PORTALS names, what the state began with, \
            or v3.0.0-alpha.10).
            """)
    var contracts: String?

    @Option(help: "Port of the public API (default: 8080, or a free one when that is taken).")
    var port: UInt16?

    @Option(help: "Port of the rollup HTTP API that the application uses; 0 for a free one.")
    var rollupPort: UInt16 = 5004

    @OptionGroup
    var application: ApplicationOptions

    @Option(
        help: """
            Begin at this block time, in seconds since 1970, and let it stand still: each input \
            comes 12 s after the one before (default: the time of day).
            """)
    var time: UInt64?

    @Option(
        help: "Folder of the web page (default: the nearest web above this tool).",
        completion: .directory)
    var web: String?

    func validate() throws {
        if let web, !FileManager.default.fileExists(atPath: web + "/index.html") {
            throw ValidationError("--web: \(web) has no index.html.")
        }
    }

    func run() async throws {
        let environment = try environment()
        let contracts = try environment.configuration(place: state).contracts
        // A log that nobody reads any more, or a full disk, is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let log: @Sendable (String) -> Void = { line in
            StandardError.writeLine(Self.stamp() + " " + line)
        }
        let settings = NodeSettings(contracts: contracts)
        let node = try DevelopmentNode(
            settings: settings,
            program: ApplicationProgram(
                executable: try application.executable, environment: environment,
                port: Int(rollupPort)),
            folder: state,
            clock: time.map { .manual(start: $0) } ?? .wall, log: log)
        let (interruptions, interruption) = AsyncStream<Void>.makeStream()
        Interruption.handle { interruption.finish() }
        let server = PublicServer.of(
            node,
            WebFiles(
                folder: web ?? WebFiles.folder(above: ApplicationOptions.tool.path),
                generated: ["deml.abi.json": ABIDocument.json]))
        do {
            do {
                try await node.start()
            } catch let error as CannotListen {
                throw ValidationError(
                    "Port \(error.port) is taken; choose another one with --rollup-port, or 0 for any."
                )
            }
            let bound = try await listen(server)
            for line in settings.contractLines + NodeSettings.developerLines { log(line) }
            log("inputs are kept in \(state)/inputs.jsonl")
            let address = "http://127.0.0.1:\(bound)"
            do {
                try StandardOutput.writeLine(address)
            } catch {
                log("\(address), which standard output does not take")
            }
        } catch {
            await node.stop()
            throw error
        }
        for await _ in interruptions {}
        log("stopping")
        await server.stop()
        await node.stop()
    }

    private func listen(_ server: LocalServer) async throws -> Int {
        if let port { return try await server.start(port: Int(port)) }
        do {
            return try await server.start(port: 8080)
        } catch {
            return try await server.start(port: 0)
        }
    }

    private func environment() throws -> MachineEnvironment {
        var stated = MachineEnvironment.ofThisProcess
        if let contracts { stated[Configuration.contractsVariable] = contracts }
        var standard = stated
        standard[Configuration.contractsVariable] = ContractsRelease.v3_0_0_alpha_10.rawValue
        let isStated = stated[Configuration.contractsVariable] != nil
        if isStated { _ = try stated.configuration() }
        do {
            return try MachineEnvironment.ofNode(
                in: state, stated: isStated ? stated : nil, standard: standard)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private static func stamp() -> String {
        Date().formatted(.iso8601.time(includingFractionalSeconds: false))
    }
}
