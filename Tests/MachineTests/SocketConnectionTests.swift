import ABI
import Foundation
import Machine
import Rollup
import Testing
import Vouchers

/// A server of its own thread on a free port of the loopback interface: one list of answers for
/// each connection, one answer for each request, and then the end of the connection.
private final class LoopbackServer: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32
    private let connections: [[String]]
    private let done = DispatchSemaphore(value: 0)
    private let lock = NSLock()
    private var received: [String] = []

    init(_ connections: [[String]], listens: Bool = true) throws {
        self.connections = connections
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(result)
        port = UInt16(bigEndian: address.sin_port)
        if listens {
            start()
        }
    }

    /// Until then the port refuses connections.
    func start() {
        listen(listener, 4)
        Thread.detachNewThread { self.serve() }
    }

    /// Everything that was received, once the last connection has ended.
    func finish() -> [String] {
        done.wait()
        return lock.withLock { received }
    }

    private func serve() {
        for answers in connections {
            let descriptor = accept(listener, nil, nil)
            for answer in answers {
                let request = readRequest(descriptor)
                lock.withLock { received.append(request) }
                let bytes = Array(answer.utf8)
                _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            }
            Foundation.close(descriptor)
            done.signal()
        }
        Foundation.close(listener)
    }

    /// Waits until the next connection has ended.
    func waitForConnectionEnd() {
        done.wait()
    }

    private func readRequest(_ descriptor: Int32) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return text }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n"),
                let field = text.range(of: "Content-Length: "),
                let length = Int(text[field.upperBound..<end.lowerBound])
            else { continue }
            if text[end.upperBound...].utf8.count >= length { return text }
        }
    }
}

private struct EchoApplication: Application {
    mutating func advance(_ input: Input) -> Outcome {
        Outcome(outputs: [.notice(payload: input.payload)], reports: [input.payload])
    }

    mutating func inspect(_ query: [UInt8]) -> [[UInt8]] { [query] }
}

@Suite struct SocketConnectionTests {
    private func answer(_ status: Int, _ body: String = "") -> String {
        "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func transport(
        _ server: LoopbackServer, host: String = "127.0.0.1"
    ) throws -> HTTPTransport<SocketConnection> {
        let url = try ServerURL(parsing: "http://\(host):\(server.port)")
        return HTTPTransport(url: url, connection: SocketConnection(url: url))
    }

    @Test func theLoopRunsOverARealSocket() throws {
        // More than the buffers of both sides hold at once.
        let payload = "0x" + String(repeating: "ab", count: 1 << 20)
        let request =
            #"{"request_type":"advance_state","data":{"metadata":{},"payload":"\#(payload)"}}"#
        let server = try LoopbackServer([
            [
                answer(202), answer(200, request), answer(201, #"{"index":0}"#), answer(202),
                "HTTP/1.1 200",
            ]
        ])
        var loop = RollupLoop(
            application: EchoApplication(), device: HTTPDevice(try transport(server)))
        #expect(loop.run() == .transport(.answerLost(.finish)))
        let bodies = server.finish().map { $0.components(separatedBy: "\r\n\r\n").last }
        let finish = #"{"status":"accept"}"#
        let echo = #"{"payload":"\#(payload)"}"#
        #expect(bodies == [finish, finish, echo, echo, finish])
    }

    @Test func waitsUntilTheServerListens() throws {
        let server = try LoopbackServer([[answer(200, "{}")]], listens: false)
        var transport = try transport(server, host: "localhost")
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.12)
            server.start()
        }
        #expect(try transport.post(.notice, Array("{}".utf8)).status == 200)
        #expect(server.finish().count == 1)
    }

    @Test func noticesThatTheServerHasGoneBeforeSendingAnOutput() throws {
        let server = try LoopbackServer([[answer(201)], [answer(202)]])
        var transport = try transport(server)
        #expect(try transport.post(.voucher, [0x31]).status == 201)
        server.waitForConnectionEnd()
        #expect(try transport.post(.voucher, [0x32]).status == 202)
        #expect(server.finish().map { $0.last } == ["1", "2"])
    }

    @Test func aNameThatIsNoneIsAnErrorNumber() throws {
        let url = try ServerURL(parsing: "http://\(String(repeating: "a", count: 300)):1")
        var connection = SocketConnection(url: url)
        #expect(connection.open() < 0)
        #expect(connection.isIdle() == false)
        #expect(connection.send([0]) == false)
        var buffer: [UInt8] = [0]
        #expect(connection.receive(into: &buffer) == 0)
        connection.close()
    }
}
