import Rollup
import TestSupport
import Testing

@Suite struct HTTPResponseParserTests {
    private static let wellFormed: [(String, HTTPResponse)] = [
        (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 5\r\n\r\nhello",
            HTTPResponse(status: 200, body: Array("hello".utf8))
        ),
        ("HTTP/1.1 202\r\nCONTENT-LENGTH:0\r\n\r\n", HTTPResponse(status: 202)),
        ("HTTP/1.1 202 \r\nContent-Length:\t 0 \t\r\n\r\n", HTTPResponse(status: 202)),
        ("HTTP/1.1 204 No Content\r\n\r\n", HTTPResponse(status: 204)),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", HTTPResponse(status: 304)),
        (
            "HTTP/1.1 201 Created\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "5;name=\"a\"\r\nhello\r\n00B \r\n, worldwide\r\n0\r\nTrailer: x\r\nY: z\r\n\r\n",
            HTTPResponse(status: 201, body: Array("hello, worldwide".utf8))
        ),
        (
            "HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            HTTPResponse(status: 500)
        ),
        (
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
            HTTPResponse(status: 200, body: Array("ok".utf8), keepsConnection: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nConnection: x, Close , keep-alive\r\nContent-Length: 0\r\n\r\n",
            HTTPResponse(status: 200, keepsConnection: false)
        ),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            HTTPResponse(status: 200, body: Array("ok".utf8), keepsConnection: false)
        ),
        (
            "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok",
            HTTPResponse(status: 200, body: Array("ok".utf8))
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\nContent-Length: 7\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            HTTPResponse(status: 200, body: Array("x".utf8))
        ),
        (
            "\r\nHTTP/1.1 200 OK\nContent-Length: 3\nContent-Length: 3\n\na\r\n",
            HTTPResponse(status: 200, body: Array("a\r\n".utf8))
        ),
    ]

    private static func parse(
        _ text: String, cutAt cuts: [Int] = []
    ) throws(HTTPError) -> HTTPResponse? {
        let bytes = Array(text.utf8)
        var parser = HTTPResponseParser()
        var start = 0
        for end in cuts + [bytes.count] {
            let used = try parser.feed(bytes, start..<end)
            #expect(used == end - start)
            start = end
        }
        return parser.response
    }

    @Test func everyCutOfAnAnswerGivesTheSame() throws {
        for (text, expected) in Self.wellFormed {
            let count = text.utf8.count
            for cut in 0...count {
                #expect(try Self.parse(text, cutAt: [cut]) == expected, "\(text) at \(cut)")
            }
            #expect(try Self.parse(text, cutAt: Array(1..<count)) == expected)
        }
    }

    @Test func noProperPrefixIsAnAnswer() throws {
        for (text, _) in Self.wellFormed {
            let bytes = Array(text.utf8)
            for count in 0..<bytes.count {
                var parser = HTTPResponseParser()
                let used = try parser.feed(bytes, 0..<count)
                #expect(used == count)
                #expect(parser.isUntouched == (count == 0))
                #expect(parser.response == nil, "\(text) at \(count)")
                #expect(throws: HTTPError.truncated) { try parser.finish() }
            }
        }
    }

    @Test func theEndOfTheStreamEndsABodyWithoutALength() throws {
        let bytes = Array("HTTP/1.1 200 OK\r\n\r\nall of it".utf8)
        for cut in 0...bytes.count {
            var parser = HTTPResponseParser()
            _ = try parser.feed(bytes, 0..<cut)
            _ = try parser.feed(bytes, cut..<bytes.count)
            #expect(parser.response == nil)
            try parser.finish()
            #expect(
                parser.response
                    == HTTPResponse(
                        status: 200, body: Array("all of it".utf8), keepsConnection: false))
        }
    }

    @Test func whatFollowsAnAnswerIsNotConsumed() throws {
        for (text, expected) in Self.wellFormed {
            let bytes = Array((text + "HTTP/1.1 200 OK").utf8)
            var parser = HTTPResponseParser()
            #expect(try parser.feed(bytes, 0..<bytes.count) == text.utf8.count)
            #expect(parser.response == expected)
        }
    }

    @Test(
        arguments: [
            ("ICY 200 OK\r\n", .statusLine), ("HTTP/2.0 200 OK\r\n", .statusLine),
            ("HTTP/1.2 200 OK\r\n", .statusLine), ("HTTP/1.1 20 OK\r\n", .statusLine),
            ("HTTP/1.1 2000\r\n", .statusLine), ("HTTP/1.1 099 X\r\n", .statusLine),
            ("HTTP/1.1  200 OK\r\n", .statusLine), ("HTTP/1.1 2x0 OK\r\n", .statusLine),
            ("{\"error\":1}\r\n", .statusLine), ("x\n", .statusLine),
            ("HTTP/1.1 200 OK\r\nno colon\r\n", .header), ("HTTP/1.1 200 OK\r\n: x\r\n", .header),
            ("HTTP/1.1 200 OK\r\nContent-Length : 1\r\n", .header),
            ("HTTP/1.1 200 OK\r\nA: b\r\n folded: c\r\n", .header),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n", .contentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", .contentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n", .contentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n", .contentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length:\r\n", .contentLength),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                .contentLength
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n", .transferEncoding),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n", .transferEncoding),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                .transferEncoding
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .chunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n", .chunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", .chunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", .chunk),
            ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .upgrade),
            ("HTTP/1.1 200 OK\r\nContent-Length: 8388609\r\n\r\n", .bodyTooLarge),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\n",
                .bodyTooLarge
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n800001\r\n", .bodyTooLarge),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
                .bodyTooLarge
            ),
        ] as [(String, HTTPError)])
    func refusesWhatIsNotAnAnswer(_ text: String, _ error: HTTPError) {
        #expect(throws: error) { try Self.parse(text) }
    }

    @Test func boundsTheHead() throws {
        let status = "HTTP/1.1 200 OK\r\n"
        let header = "X: " + String(repeating: "a", count: HTTPLimits.head - status.utf8.count - 9)
        let largest = status + header + "\r\n\r\n"
        #expect(largest.utf8.count == HTTPLimits.head - 2)
        #expect(try Self.parse(largest) == nil)
        #expect(throws: HTTPError.headTooLarge) { try Self.parse(status + header + "aaaa\r\n\r\n") }
        let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1_000)
        #expect(throws: HTTPError.headTooLarge) { try Self.parse(interim) }
        let blank = String(repeating: "\r\n", count: 10_000)
        #expect(throws: HTTPError.headTooLarge) { try Self.parse(blank) }
    }

    @Test func boundsTrailersAndChunkLines() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let long = String(repeating: "x", count: HTTPLimits.head)
        #expect(throws: HTTPError.headTooLarge) { try Self.parse(head + "0\r\nA: " + long) }
        #expect(throws: HTTPError.headTooLarge) { try Self.parse(head + "1;" + long) }
    }

    @Test func boundsABodyThatOnlyTheEndTells() throws {
        var parser = HTTPResponseParser()
        let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
        _ = try parser.feed(head, 0..<head.count)
        let piece = [UInt8](repeating: 0x61, count: HTTPLimits.body)
        _ = try parser.feed(piece, 0..<piece.count)
        #expect(throws: HTTPError.bodyTooLarge) { try parser.feed([0x61], 0..<1) }
    }

    @Test func damagedAnswersEndInAnErrorOrAnAnswer() {
        let seed: UInt64 = 0x5EED_0101
        var random = SplitMix64(seed: seed)
        let alphabet = Array("HTTP/1.0 29:;,\r\n\r\nchunked-\u{0}fF".utf8) + [0x80, 0xFF]
        var answers = 0
        for _ in 0..<20_000 {
            let base = Self.wellFormed[Int(random.next() % UInt64(Self.wellFormed.count))].0
            var bytes = Array(base.utf8)
            for _ in 0...(random.next() % 3) {
                let at = Int(random.next() % UInt64(bytes.count))
                bytes[at] = alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            var parser = HTTPResponseParser()
            do throws(HTTPError) {
                let used = try parser.feed(bytes, 0..<bytes.count)
                try parser.finish()
                #expect(used <= bytes.count, "seed \(seed)")
                answers += parser.response == nil ? 0 : 1
            } catch {
                #expect(parser.response == nil, "seed \(seed): \(bytes)")
            }
        }
        // Damage to bodies, reasons and unknown headers goes through.
        #expect(answers > 1_000)
    }
}
