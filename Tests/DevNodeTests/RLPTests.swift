import ABI
import Testing

@testable import DevNode

@Suite struct RLPTests {
    /// The examples of the Ethereum wiki, and both sides of 55 bytes.
    static let codes: [(RLPItem, String)] = [
        (.bytes(Array("dog".utf8)), "83646f67"),
        (.list([.bytes(Array("cat".utf8)), .bytes(Array("dog".utf8))]), "c88363617483646f67"),
        (.bytes([]), "80"), (.list([]), "c0"), (.bytes([0]), "00"), (.bytes([15]), "0f"),
        (.bytes([4, 0]), "820400"), (.bytes([0x80]), "8180"), (.bytes([0x7f]), "7f"),
        (
            .list([.list([]), .list([.list([])]), .list([.list([]), .list([.list([])])])]),
            "c7c0c1c0c3c0c1c0"
        ),
        (.bytes([UInt8](repeating: 1, count: 55)), "b7" + String(repeating: "01", count: 55)),
        (.bytes([UInt8](repeating: 1, count: 56)), "b838" + String(repeating: "01", count: 56)),
        (
            .list([RLPItem](repeating: .bytes([1]), count: 56)),
            "f838" + String(repeating: "01", count: 56)
        ),
        (
            .bytes([UInt8](repeating: 1, count: 1024)),
            "b90400" + String(repeating: "01", count: 1024)
        ),
    ]

    @Test(arguments: codes) func writesAndReads(item: RLPItem, code: String) throws {
        let bytes = try #require(Hex.decode(Array(code.utf8)))
        #expect(item.encoded == bytes)
        #expect(try RLPItem(parsing: bytes) == item)
    }

    @Test(arguments: [
        ("", RLPError.truncated(position: 0)), ("83646f", .truncated(position: 0)),
        ("c883636174", .truncated(position: 0)), ("c283646f67", .truncated(position: 1)),
        ("b8", .truncated(position: 0)), ("ff", .truncated(position: 0)),
        ("bfffffffffffffffff", .truncated(position: 0)),
        ("bbffffffff", .truncated(position: 0)), ("fbffffffff", .truncated(position: 0)),
        ("8100", .notCanonical(position: 0)), ("817f", .notCanonical(position: 0)),
        ("c28101", .notCanonical(position: 1)), ("b801ff", .notCanonical(position: 0)),
        ("b90001ff", .notCanonical(position: 0)), ("f800", .notCanonical(position: 0)),
        ("8000", .trailingBytes(1)), ("c0c0", .trailingBytes(1)),
        ("c4c3c2c1c0", .tooDeep(position: 4)),
    ])
    func readsNothingElse(code: String, error: RLPError) throws {
        let bytes = try #require(Hex.decode(Array(code.utf8)))
        #expect(throws: error) { try RLPItem(parsing: bytes) }
    }
}
