import Foundation
import Hummingbird
import RollupServer
import Testing

/// HTTP/1 as strict as RFC 9112 asks, spoken byte by byte.
@Suite struct LocalServerTests {
    /// Answers with what came.
    private static func server() -> LocalServer {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("page") { _, _ in Response.text(.ok, "a page") }
        router.post("echo") { request, _ in
            Response.json(try await request.json(upTo: 100))
        }
        return LocalServer(router)
    }

    private static let last = "GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    /// All that comes back until the server closes. Each part is sent when something has come back
    /// for the one before.
    private static func exchange(_ parts: String...) async throws -> String {
        let server = server()
        let port = try await server.start(port: 0)
        // On a thread of its own: one that tasks share would be missing where the answer is made.
        let answer = await withCheckedContinuation { answer in
            Thread.detachNewThread {
                answer.resume(returning: Result { try talk(to: port, parts) })
            }
        }
        await server.stop()
        return try answer.get()
    }

    private static func talk(to port: Int, _ parts: [String]) throws -> String {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        try #require(connected == 0)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        func receive() -> Bool {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 { text += String(decoding: buffer[..<count], as: UTF8.self) }
            return count > 0
        }
        for (index, part) in parts.enumerated() {
            if index > 0, !receive() { break }
            // Fails where the server has closed, which is seen below.
            _ = send(socket, part, part.utf8.count, Int32(MSG_NOSIGNAL))
        }
        while receive() {}
        try #require(errno != EAGAIN, "the server neither answers nor closes: \(text)")
        return text
    }

    private static let post =
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"

    @Test func sendsContinueToWhoeverWaitsForIt() async throws {
        let answer = try await Self.exchange(
            Self.post + "Expect: 100-continue\r\n\r\n", "{}" + Self.last)
        #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("\r\n\r\n{}HTTP/1.1 200 OK\r\n"))
    }

    @Test func refusesOtherExpectations() async throws {
        let answer = try await Self.exchange(Self.post + "Expect: tea\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 417 "))
    }

    @Test(arguments: [
        ("GET /page HTTP/1.0\r\n\r\n", 1),
        ("GET /page HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 2),
        ("GET /page HTTP/1.1\r\nHost: x\r\n\r\n", 2),
        ("GET /page HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n", 1),
    ])
    func keepsAConnectionThatTheClientWants(request: String, answers: Int) async throws {
        let answer = try await Self.exchange(request, Self.last)
        #expect(answer.components(separatedBy: "HTTP/1.1 200 OK\r\n").count == answers + 1)
        #expect(answer.components(separatedBy: "a page").count == answers + 1)
        // The last answer says so.
        #expect(answer.lowercased().components(separatedBy: "connection: close").count == 2)
    }

    @Test(arguments: ["", "Host: a\r\nHost: b\r\n"])
    func refusesARequestWithoutOneHost(hosts: String) async throws {
        let answer = try await Self.exchange("GET /page HTTP/1.1\r\n\(hosts)\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
    }

    @Test func answersHeadAsGetWithoutTheBody() async throws {
        let answer = try await Self.exchange(
            "HEAD /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.lowercased().contains("content-length: 6\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func answersRequestsBehindEachOther() async throws {
        let answer = try await Self.exchange(
            "GET /page HTTP/1.1\r\nHost: x\r\n\r\n" + Self.last)
        #expect(answer.components(separatedBy: "a page").count == 3)
    }
}
