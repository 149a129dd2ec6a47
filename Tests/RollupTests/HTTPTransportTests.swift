import Rollup
import Testing

/// Expects the calls of a list, in order, and gives what the list says.
private struct ScriptedConnection: Connection {
    enum Call: Equatable {
        case idle(Bool)
        case open(Int32)
        case send(Bool)
        case receive(String)
        case end
        case close
        case pause(UInt32)
    }

    private var script: ArraySlice<Call>
    private(set) var requests: [String] = []
    private(set) var lines: [String] = []
    /// The first call that the script did not expect.
    private(set) var surprise: String?

    init(_ script: [Call]) {
        self.script = script[...]
    }

    var isSpent: Bool { script.isEmpty && surprise == nil }

    private mutating func next(_ name: String) -> Call? {
        guard surprise == nil, let call = script.first, "\(call)".hasPrefix(name) else {
            surprise = surprise ?? "\(name), \(script.count) calls before the end"
            return nil
        }
        script.removeFirst()
        return call
    }

    mutating func isIdle() -> Bool {
        // A surprise ends every loop: open, sent, and an answer that is none.
        guard case .idle(let result)? = next("idle") else { return true }
        return result
    }

    mutating func open() -> Int32 {
        guard case .open(let result)? = next("open") else { return 0 }
        return result
    }

    mutating func send(_ bytes: [UInt8]) -> Bool {
        requests.append(String(decoding: bytes, as: UTF8.self))
        guard case .send(let result)? = next("send") else { return true }
        return result
    }

    mutating func receive(into buffer: inout [UInt8]) -> Int {
        if script.first == .end {
            script.removeFirst()
            return 0
        }
        let text: String
        if case .receive(let piece)? = next("receive") { text = piece } else { text = "surprise\n" }
        for (index, byte) in text.utf8.enumerated() {
            buffer[index] = byte
        }
        return text.utf8.count
    }

    mutating func close() {
        _ = next("close")
    }

    mutating func pause(milliseconds: UInt32) {
        guard case .pause(let expected)? = next("pause"), expected == milliseconds else {
            surprise = surprise ?? "a pause of \(milliseconds)"
            return
        }
    }

    mutating func log(_ line: String) {
        lines.append(line)
    }
}

@Suite struct HTTPTransportTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    private static let opening: [ScriptedConnection.Call] = [.idle(false), .close, .open(0)]

    /// Posts to each endpoint in turn and gives the statuses, until one fails.
    private func post(
        _ endpoints: [Endpoint], _ script: [ScriptedConnection.Call], url: ServerURL = .standard
    ) -> (HTTPTransport<ScriptedConnection>, [Int], TransportError?) {
        var transport = HTTPTransport(url: url, connection: ScriptedConnection(script))
        var statuses: [Int] = []
        for endpoint in endpoints {
            do throws(TransportError) {
                statuses.append(try transport.post(endpoint, Array("{}".utf8)).status)
            } catch {
                return (transport, statuses, error)
            }
        }
        return (transport, statuses, nil)
    }

    @Test func aRequestIsOneWriteOfHeadAndBody() throws {
        let url = try ServerURL(parsing: "http://example.test:81/rollup/")
        let (transport, statuses, error) = post(
            [.finish, .report],
            Self.opening + [.send(true), .receive(Self.ok), .idle(true), .send(true)]
                + [.receive(Self.ok)], url: url)
        #expect(error == nil && statuses == [200, 200])
        #expect(transport.connection.isSpent)
        let rest =
            " HTTP/1.1\r\nHost: example.test:81\r\nContent-Type: application/json\r\n"
            + "Connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}"
        #expect(
            transport.connection.requests
                == ["POST /rollup/finish" + rest, "POST /rollup/report" + rest])
    }

    @Test func waitsForAServerThatIsNotUp() {
        let refused: [ScriptedConnection.Call] = [.close, .open(-111)]
        let (transport, statuses, _) = post(
            [.voucher],
            [.idle(false)] + refused + [.pause(50)] + refused + [.pause(100)] + refused
                + [.pause(200), .close, .open(0), .send(true), .receive(Self.ok)])
        #expect(statuses == [200])
        #expect(transport.connection.isSpent)
        #expect(transport.connection.lines.count == 2)
        #expect(transport.connection.requests.count == 1)
    }

    @Test func aConnectionThatHasGoneIsReplacedBeforeSending() {
        for endpoint: Endpoint in [.finish, .voucher, .notice, .report] {
            let (transport, statuses, _) = post(
                [endpoint, endpoint],
                Self.opening + [.send(true), .receive(Self.ok)] + Self.opening
                    + [.send(true), .receive(Self.ok)])
            #expect(statuses == [200, 200])
            #expect(transport.connection.isSpent)
            #expect(transport.connection.lines.isEmpty)
        }
    }

    @Test func aConnectionThatTheServerEndsIsClosed() {
        let last = "HTTP/1.1 201 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        let (transport, statuses, _) = post(
            [.notice], Self.opening + [.send(true), .receive(last), .close])
        #expect(statuses == [201])
        #expect(transport.connection.isSpent)
    }

    @Test func theEndOfTheConnectionMayEndTheBody() {
        let (transport, statuses, _) = post(
            [.notice],
            Self.opening + [.send(true), .receive("HTTP/1.1 200 OK\r\n\r\n{}"), .end, .close])
        #expect(statuses == [200])
        #expect(transport.connection.isSpent)
    }

    @Test func whatWasNotSentWholeIsSentAgain() {
        for endpoint: Endpoint in [.finish, .voucher] {
            let (transport, statuses, _) = post(
                [endpoint],
                Self.opening + [.send(false), .end, .close, .pause(50)] + Self.opening
                    + [.send(true), .receive(Self.ok)])
            #expect(statuses == [200])
            #expect(transport.connection.isSpent)
            #expect(transport.connection.requests.count == 2)
        }
    }

    @Test func anOutputThatCannotBeSentIsGivenUp() {
        var script: [ScriptedConnection.Call] = []
        for pause: UInt32 in [50, 100, 200, 400, 800, 1600, 2000, 2000] {
            script += Self.opening + [.send(false), .end, .close, .pause(pause)]
        }
        script += Self.opening + [.send(false), .end]
        let (transport, _, error) = post([.notice], script)
        #expect(error == .cannotSend(.notice))
        #expect(transport.connection.isSpent)
    }

    @Test func aRefusalBeforeTheWholeRequestWasSentIsAnAnswer() {
        let tooLarge = "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
        let (transport, statuses, _) = post(
            [.report], Self.opening + [.send(false), .receive(tooLarge), .close])
        #expect(statuses == [413])
        #expect(transport.connection.isSpent)
    }

    @Test func finishIsSentAgainWhenNoByteOfAnAnswerCame() {
        let (transport, statuses, _) = post(
            [.finish],
            Self.opening + [.send(true), .end, .close, .pause(50)] + Self.opening
                + [.send(true), .receive(Self.ok)])
        #expect(statuses == [200])
        #expect(transport.connection.isSpent)
        #expect(transport.connection.lines.count == 1)
    }

    @Test func anOutputThatMayHaveArrivedIsNotSentAgain() {
        for endpoint: Endpoint in [.voucher, .notice, .report] {
            let (transport, _, error) = post([endpoint], Self.opening + [.send(true), .end])
            #expect(error == .answerLost(endpoint))
            #expect(transport.connection.requests.count == 1)
        }
    }

    @Test func anAnswerCutShortIsNotAskedForAgain() {
        for endpoint: Endpoint in [.finish, .voucher] {
            let bytes = Array(Self.ok.utf8)
            for count in 1..<bytes.count {
                let start = String(decoding: bytes[..<count], as: UTF8.self)
                let (transport, _, error) = post(
                    [endpoint], Self.opening + [.send(true), .receive(start), .end, .close])
                #expect(error == .answerLost(endpoint))
                #expect(transport.connection.isSpent)
            }
        }
    }

    @Test func whatIsNotHTTPEndsTheExchange() {
        let (transport, _, error) = post(
            [.finish], Self.opening + [.send(true), .receive("SSH-2.0-x\r\n"), .close])
        #expect(error == .malformedAnswer(.finish, .statusLine))
        #expect(transport.connection.isSpent)
    }

    @Test func bytesAfterAnAnswerEndTheConnection() {
        let (transport, statuses, _) = post(
            [.finish], Self.opening + [.send(true), .receive(Self.ok + "HTTP/1.1"), .close])
        #expect(statuses == [200])
        #expect(transport.connection.isSpent)
    }
}
