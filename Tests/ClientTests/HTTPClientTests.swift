import Client
import CoreCommands
import Foundation
import Testing

/// Answers are bounded in time and in size, and every failure is said.
@Suite struct HTTPClientTests {
    /// A server that gives the same bytes to every connection and then closes it, or never does.
    private final class Server: @unchecked Sendable {
        private let listener: Int32
        let port: UInt16

        init(_ answer: String, hangs: Bool = false) throws {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let bound = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(listener, $0, size) == 0 && listen(listener, 8) == 0
                        && getsockname(listener, $0, &size) == 0
                }
            }
            try #require(bound)
            self.listener = listener
            port = UInt16(bigEndian: address.sin_port)
            Thread.detachNewThread {
                while true {
                    let connection = accept(listener, nil, nil)
                    guard connection >= 0 else { return }
                    var request = [UInt8](repeating: 0, count: 4_096)
                    _ = read(connection, &request, request.count)
                    let bytes = Array(answer.utf8)
                    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                    if !hangs { close(connection) }
                }
            }
        }

        deinit { shutdown(listener, Int32(SHUT_RDWR)) }

        func get(sizeLimit: Int = 100, deadline: TimeInterval = 20) throws -> String {
            let url = try HTTPClient.url("http://127.0.0.1:\(port)/", "test")
            let client = HTTPClient(sizeLimit: sizeLimit, deadline: deadline)
            return String(decoding: try client.get(url, accept: "*/*"), as: UTF8.self)
        }
    }

    private func failure(_ body: () throws -> String) -> String {
        (#expect(throws: ToolFailure.self) { _ = try body() })?.description ?? ""
    }

    @Test func anAnswerComesWhole() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        #expect(try Server(answer).get() == "hello")
    }

    @Test(arguments: ["Content-Length: 101\r\n", ""])
    func anAnswerOverTheLimitIsRefused(length: String) throws {
        let body = String(repeating: "x", count: 101)
        let server = try Server("HTTP/1.1 200 OK\r\n\(length)\r\n\(body)")
        #expect(failure { try server.get() } == "the answer has more than 100 bytes (http)")
        #expect(try server.get(sizeLimit: 101) == body)
    }

    @Test func anAnswerThatDoesNotEndIsNotAwaitedForever() throws {
        let server = try Server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", hangs: true)
        #expect(failure { try server.get(deadline: 1) }.contains("no whole answer after 1 s"))
    }

    @Test func statusesAndRedirectsAreSaid() throws {
        let missing = try Server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        #expect(failure { try missing.get() } == "HTTP status 404 (http)")
        let elsewhere = try Server(
            "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n")
        #expect(failure { try elsewhere.get() } == "HTTP status 302 (http)")
        let around = try Server(
            "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        #expect(failure { try around.get() } == "HTTP status 302 (http)")
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://a/b", "127.0.0.1:80", "http://", "", "ht tp://x",
    ])
    func onlyHTTPAddressesAreTaken(text: String) {
        let failure = #expect(throws: ToolFailure.self) { try HTTPClient.url(text, "gateway") }
        #expect(failure?.code == "gateway")
    }
}
