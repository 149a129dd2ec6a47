import ArgumentParser
import DevNode
import Foundation
import Marketplace
import Replay
import RollupServer
import Terminal

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

    @Option(help: "Port of the public API (default: 8080, or a free one when that is taken).")
    var port: Int?

    @Option(help: "Port of the rollup HTTP API that the application uses; 0 for a free one.")
    var rollupPort = 5004

    @Option(
        help: "The application's executable (default: RollupApp beside this tool).",
        completion: .file())
    var app: String?

    @Flag(help: "Run the riscv64 application .build-guest/RollupApp under qemu-riscv64.")
    var guest = false

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

    func run() async throws {
        let configuration = try Configuration.ofEnvironment()
        let tool = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
            .resolvingSymlinksInPath()
        let log: @Sendable (String) -> Void = { line in
            StandardError.writeLine(Self.stamp() + " " + line)
        }
        let node = try DevelopmentNode(
            settings: NodeSettings(portals: configuration.portals),
            program: try program(besideTool: tool), folder: state,
            clock: time.map { .manual(start: $0) } ?? .wall, log: log)
        let (interruptions, interruption) = AsyncStream<Void>.makeStream()
        Interruption.handle { interruption.finish() }
        // Whoever reads the log may go first, as `tee` does at Ctrl-C; that is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let server = PublicServer(
            node: node,
            files: WebFiles(
                folder: web ?? WebFiles.folder(above: tool.path),
                generated: ["deml.abi.json": ABIDocument.json]))
        do {
            do {
                try await node.start()
            } catch RollupHostError.cannotListen(let port, _) {
                throw ValidationError(
                    "Port \(port) is taken; choose another one with --rollup-port, or 0 for any.")
            }
            let bound = try await listen(server)
            log("inputs are kept in \(state)/inputs.jsonl")
            try StandardOutput.writeLine("http://127.0.0.1:\(bound)")
        } catch {
            await node.stop()
            throw error
        }
        for await _ in interruptions {}
        log("stopping")
        await server.stop()
        await node.stop()
    }

    private func listen(_ server: PublicServer) async throws -> Int {
        if let port {
            do {
                return try await server.start(port: port)
            } catch {
                throw ValidationError("Cannot listen on 127.0.0.1:\(port): \(error)")
            }
        }
        do {
            return try await server.start(port: 8080)
        } catch {
            return try await server.start(port: 0)
        }
    }

    private func program(besideTool tool: URL) throws -> ApplicationProgram {
        guard guest else {
            let beside = tool.deletingLastPathComponent().appendingPathComponent("RollupApp").path
            return ApplicationProgram(executable: app ?? beside, port: rollupPort)
        }
        let program = app ?? ".build-guest/RollupApp"
        guard FileManager.default.fileExists(atPath: program) else {
            throw ValidationError("There is no \(program); build the guest first.")
        }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for name in ["qemu-riscv64", "qemu-riscv64-static"] {
            for folder in folders
            where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return ApplicationProgram(
                    executable: "\(folder)/\(name)", arguments: [program], port: rollupPort)
            }
        }
        throw ValidationError("qemu-riscv64 is not installed; Debian has it in qemu-user.")
    }

    private static func stamp() -> String {
        Date().formatted(.iso8601.time(includingFractionalSeconds: false))
    }
}
