import Rollup
import Testing

@Suite struct ServerURLTests {
    @Test func theStandardIsTheMachines() throws {
        #expect(try ServerURL(parsing: "http://127.0.0.1:5004") == .standard)
        #expect(try ServerURL(parsing: "HTTP://127.0.0.1:5004/") == .standard)
    }

    @Test(
        arguments: [
            ("http://localhost", "localhost", 80, "", "localhost"),
            ("http://localhost:1", "localhost", 1, "", "localhost:1"),
            ("http://a-b_c.example:65535/", "a-b_c.example", 65535, "", "a-b_c.example:65535"),
            ("http://127.0.0.1:8080/rollup", "127.0.0.1", 8080, "/rollup", "127.0.0.1:8080"),
            ("http://h:8080/a/b.c~1%20//", "h", 8080, "/a/b.c~1%20", "h:8080"),
            ("http://[::1]:5004/x", "::1", 5004, "/x", "[::1]:5004"),
            ("http://[fe80::1]", "fe80::1", 80, "", "[fe80::1]"),
        ] as [(String, String, UInt16, String, String)])
    func splitsAnAddress(
        _ text: String, _ host: String, _ port: UInt16, _ prefix: String, _ authority: String
    ) throws {
        let url = try ServerURL(parsing: text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.pathPrefix == prefix)
        #expect(url.authority == authority)
    }

    @Test(
        arguments: [
            ("", .scheme), ("127.0.0.1:5004", .scheme), ("https://127.0.0.1", .scheme),
            ("http:/x", .scheme), ("ftp://x", .scheme), ("http", .scheme),
            ("http:\u{1A}/x", .scheme),
            ("http://", .host), ("http:///x", .host), ("http://:80", .host), ("http://a b", .host),
            ("http://user@host", .host), ("http://ho%41st", .host), ("http://[::1", .host),
            ("http://[]", .host), ("http://[::1]x", .host), ("http://é", .host),
            ("http://a\r\nX: y", .host), ("http://a?x", .host), ("http://a#x", .host),
            ("http://a:", .port), ("http://a:0", .port), ("http://a:65536", .port),
            ("http://a:99999", .port), ("http://a:080808", .port), ("http://a:+1", .port),
            ("http://a:1:2", .port), ("http://::1", .host), ("http://a:1x/", .port),
            ("http://a/b?c", .path), ("http://a/b#c", .path), ("http://a/b c", .path),
            ("http://a/\r\n", .path), ("http://a/<", .path),
        ] as [(String, ServerURL.ParsingError)])
    func refusesWhatIsNoAddress(_ text: String, _ error: ServerURL.ParsingError) {
        #expect(throws: error) { try ServerURL(parsing: text) }
    }

    @Test func everyPrefixAndEveryByteIsDecidedWithoutATrap() {
        let text = Array("http://[::1]:5004/a/b/".utf8)
        for count in 0...text.count {
            for byte in 0...UInt8(0x7F) {
                let damaged = String(decoding: text[..<count] + [byte], as: UTF8.self)
                if let url = try? ServerURL(parsing: damaged) {
                    #expect(url.port > 0 && !url.host.isEmpty)
                }
            }
        }
    }
}
