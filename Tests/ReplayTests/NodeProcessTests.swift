import Foundation
import FoundationNetworking
import Testing

/// `deml node` as a process among others.
@Suite struct NodeProcessTests {
    /// A node with its state in `folder`. `streams` gets both standard streams.
    private static func start(
        in folder: TemporaryFolder, port: Int, streams: FileHandle
    ) throws -> Process {
        let node = Process()
        node.executableURL = URL(fileURLWithPath: try BuiltProducts.path(of: "deml"))
        node.arguments = [
            "node", "--state", folder.path, "--port", "\(port)", "--rollup-port", "0",
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

    @Test func theApplicationEndsWithItsNode() async throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "log")
        let log = folder.url.appendingPathComponent("log")
        let node = try Self.start(
            in: folder, port: 0, streams: try FileHandle(forWritingTo: log))
        let application = try await Self.wait(for: "the application") { () -> Int32? in
            let text = try String(contentsOf: log, encoding: .utf8)
            return text.firstMatch(of: /ready, process ([0-9]+)\n/).flatMap { Int32($0.1) }
        }
        #expect(kill(application, 0) == 0)
        // Nothing of the node runs after this.
        kill(node.processIdentifier, SIGKILL)
        node.waitUntilExit()
        try await Self.wait(for: "its end") { kill(application, 0) == -1 ? () : nil }
    }

    @Test func aNodeDoesNotDieOfItsLog() async throws {
        let folder = try TemporaryFolder()
        let port = try Self.freePort()
        let node = try Self.start(
            in: folder, port: port,
            streams: try #require(FileHandle(forWritingAtPath: "/dev/full")))
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
