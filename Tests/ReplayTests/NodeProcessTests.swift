import ABI
import Foundation
import FoundationNetworking
import JSON
import Testing

/// `deml node` as a process among others.
@Suite struct NodeProcessTests {
    /// A node with its state in `folder`. `streams` gets both standard streams.
    private static func start(
        in folder: TemporaryFolder, port: Int, rollupPort: Int = 0, streams: FileHandle
    ) throws -> Process {
        let node = Process()
        node.executableURL = URL(fileURLWithPath: try BuiltProducts.path(of: "deml"))
        node.arguments = [
            "node", "--state", folder.path, "--port", "\(port)",
            "--rollup-port", "\(rollupPort)",
        ]
        node.standardInput = FileHandle.nullDevice
        node.standardOutput = streams
        node.standardError = streams
        try node.run()
        return node
    }

    /// What `find` gives, asked again for as long as it gives nothing.
    private static func wait<Found>(
        for what: String, _ find: () async throws -> Found?
    ) async throws -> Found {
        for _ in 0..<600 {
            if let found = try await find() { return found }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try #require(nil as Found?, "\(what) did not come")
    }

    /// A node whose application is ready, and the number of that process.
    private static func startReady(
        in folder: TemporaryFolder, port: Int = 0, rollupPort: Int = 0
    ) async throws -> (node: Process, application: Int32) {
        try folder.write("", to: "log")
        let log = folder.url.appendingPathComponent("log")
        let node = try start(
            in: folder, port: port, rollupPort: rollupPort,
            streams: try FileHandle(forWritingTo: log))
        let application = try await wait(for: "the application") { () -> Int32? in
            let text = try String(contentsOf: log, encoding: .utf8)
            guard text.contains("http://127.0.0.1:") else { return nil }
            return text.firstMatch(of: /ready, process ([0-9]+)\n/).flatMap { Int32($0.1) }
        }
        return (node, application)
    }

    /// Nil while the process runs; where nobody asks for its status it stays as a zombie.
    private static func end(of process: Int32) throws -> Void? {
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        guard let status, !status.contains(") Z ") else { return () }
        return nil
    }

    @Test(arguments: [SIGKILL, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGTERM])
    func theApplicationEndsWithItsNode(number: Int32) async throws {
        let folder = try TemporaryFolder()
        let (node, application) = try await Self.startReady(in: folder)
        #expect(try Self.end(of: application) == nil)
        kill(node.processIdentifier, number)
        try await Self.wait(for: "the node's end") { node.isRunning ? nil : () }
        try await Self.wait(for: "the application's end") { try Self.end(of: application) }
        #expect(
            number == SIGTERM
                ? node.terminationReason == .exit && node.terminationStatus == 0
                : node.terminationReason == .uncaughtSignal && node.terminationStatus == number)
    }

    /// What a node answers to `body`, as text.
    private static func post(_ port: Int, _ path: String, _ body: String) async throws -> String {
        var request = URLRequest(
            url: try #require(URL(string: "http://127.0.0.1:\(port)/\(path)")))
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let (data, _) = try await URLSession(configuration: .ephemeral).data(for: request)
        return String(decoding: data, as: UTF8.self)
    }

    /// The first report of a query.
    private static func inspect(_ port: Int, _ query: String) async throws -> JSONValue {
        let answer = try await JSONValue(parsing: Array(post(port, "inspect/deml", query).utf8))
        guard case .array(let reports) = answer["reports"],
            let payload = reports.first?["payload"]?.text
        else { return .null }
        return try JSONValue(parsing: try #require(Hex.decode(Array(payload.utf8))))
    }

    private static func call(
        _ port: Int, _ path: String, _ method: String, _ parameters: String
    ) async throws -> JSONValue? {
        let body = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(parameters)}"#
        return try await JSONValue(parsing: Array(post(port, path, body).utf8))["result"]
    }

    /// With the same ports nothing of a project that was killed answers for the next one.
    @Test func aNewNodeKnowsNothingOfOneThatWasKilled() async throws {
        let (port, rollupPort) = (try Self.freePort(), try Self.freePort())
        let sender = "0x" + String(repeating: "11", count: 20)
        func balances() async throws -> Int? {
            let account = try await Self.inspect(port, "accounts/\(sender)")
            guard case .array(let items) = account["balances"]?["items"] else { return nil }
            return items.count
        }
        let first = try await Self.startReady(
            in: try TemporaryFolder(), port: port, rollupPort: rollupPort)
        let named = try await Self.call(
            port, "rpc", "cartesi_getApplication", #"{"application":"deml"}"#)
        let application = try #require(named?["data"]?["iapplication_address"]?.text)
        let version = try await Self.inspect(port, "version")
        let portal = try #require(version["portals"]?["ether"]?.text)
        let deposit = ABIFunction(
            "depositEther", ABIParameter("app", .address), ABIParameter("execLayerData", .bytes))
        let data = Hex.string(
            try deposit.encode([.address(try #require(Address(hex: application))), .bytes([])]))
        _ = try await Self.call(
            port, "eth", "eth_sendTransaction",
            #"[{"from":"\#(sender)","to":"\#(portal)","value":"0x7","data":"\#(data)"}]"#)
        try await Self.wait(for: "the deposit") { try await balances() == 1 ? () : nil }
        kill(first.node.processIdentifier, SIGKILL)
        first.node.waitUntilExit()

        let folder = try TemporaryFolder()
        let second = try await Self.startReady(in: folder, port: port, rollupPort: rollupPort)
        #expect(try await balances() == 0)
        // Nobody has asked it for a request in vain; its own application may, when it ends.
        let log = String(decoding: try folder.read("log"), as: UTF8.self)
        #expect(!log.contains("status"), "\(log)")
        second.node.terminate()
        second.node.waitUntilExit()
    }

    /// Neither of a full disk nor of a reader that has gone, as `tee` has after Ctrl-C.
    @Test(arguments: [true, false])
    func aNodeDoesNotDieOfItsLog(isDiskFull: Bool) async throws {
        let folder = try TemporaryFolder()
        let port = try Self.freePort()
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let node = try Self.start(
            in: folder, port: port, streams: isDiskFull ? full : pipe.fileHandleForWriting)
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/deml.abi.json"))
        let status = try await Self.wait(for: "an answer") {
            try? await (URLSession.shared.data(from: url).1 as? HTTPURLResponse)?.statusCode
        }
        #expect(status == 200)
        node.terminate()
        node.waitUntilExit()
        #expect(node.terminationReason == .exit)
        #expect(node.terminationStatus == 0)
    }

    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 ? getsockname(socket, $0, &size) : -1
            }
        }
        try #require(result == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
