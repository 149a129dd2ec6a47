import JSON
import Testing

/// What RFC 8259 accepts and refuses, and what we refuse on top of it.
@Suite struct JSONReaderTests {
    private func skip(_ text: String) throws(JSONError) {
        try skip(Array(text.utf8))
    }

    private func skip(_ bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try reader.skipValue()
        try reader.finish()
    }

    private func readString(_ text: String) throws(JSONError) -> [UInt8] {
        var reader = JSONReader(Array(text.utf8))
        let result = try reader.readString()
        try reader.finish()
        return result
    }

    private func readNumber(_ text: String) throws(JSONError) -> UInt64 {
        var reader = JSONReader(Array(text.utf8))
        let result = try reader.readUInt64()
        try reader.finish()
        return result
    }

    private func readHex(_ text: String) throws(JSONError) -> [UInt8] {
        var reader = JSONReader(Array(text.utf8))
        let result = try reader.readHex()
        try reader.finish()
        return result
    }

    private func nextKey(_ reader: inout JSONReader, is name: StaticString) throws(JSONError)
        -> Bool
    {
        guard let key = try reader.nextKey() else { return false }
        return key == name
    }

    @Test(arguments: [
        "{}", "[]", "\"\"", "0", "-0", "1.5", "-1.25e+10", "1E-2", "true", "false", "null",
        " \t\r\n{ \"a\" : [ 1 , 2.0 , { } , [ ] ] , \"b\" : null }\n", "[[[[]]]]",
        "{\"a\":{\"a\":1},\"b\":{\"a\":2}}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD834\\uDD1E\"",
        "\"\u{7F}\u{2028}é漢😀\"", "123456789012345678901234567890",
    ])
    func acceptsTheGrammar(_ text: String) throws {
        try skip(text)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd), (" ", .unexpectedEnd), ("[", .unexpectedEnd),
            ("{", .unexpectedEnd),
            ("[1", .unexpectedEnd), ("{\"a\"", .unexpectedEnd), ("{\"a\":", .unexpectedEnd),
            ("\"", .unexpectedEnd), ("\"a", .unexpectedEnd), ("\"\\", .unexpectedEnd),
            ("\"\\u00", .unexpectedEnd), ("-", .unexpectedEnd), ("1.", .unexpectedEnd),
            ("1e", .unexpectedEnd), ("tru", .unexpectedEnd), ("nul", .unexpectedEnd),
            ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte), ("[1 2]", .unexpectedByte),
            ("{\"a\":1,}", .unexpectedByte), ("{,}", .unexpectedByte),
            ("{\"a\" 1}", .unexpectedByte),
            ("{\"a\":1 \"b\":2}", .unexpectedByte), ("{1:2}", .wrongKind),
            ("{a:1}", .unexpectedByte),
            ("'a'", .unexpectedByte), ("+1", .unexpectedByte), (".5", .unexpectedByte),
            ("NaN", .unexpectedByte), ("\u{FEFF}1", .unexpectedByte), ("]", .unexpectedByte),
            ("[}", .unexpectedByte), ("{]", .unexpectedByte), ("True", .unexpectedByte),
            ("trux", .unexpectedByte), ("// c\n1", .unexpectedByte), ("01", .invalidNumber),
            ("-01", .invalidNumber), ("1.x", .invalidNumber), ("1ex", .invalidNumber),
            ("-x", .invalidNumber), ("1 2", .trailingBytes), ("{}}", .trailingBytes),
            ("nullx", .trailingBytes), ("1.2.3", .trailingBytes), ("\"\\x\"", .invalidEscape),
            ("\"\\u12G4\"", .invalidEscape), ("\"\\u+123\"", .invalidEscape),
            ("\"\\uD834\"", .loneSurrogate), ("\"\\uDD1E\"", .loneSurrogate),
            ("\"\\uD834\\u0041\"", .loneSurrogate), ("\"\\uD834\\n\"", .loneSurrogate),
            ("\"a\nb\"", .controlCharacter), ("\"a\u{0}b\"", .controlCharacter),
            ("\"a\tb\"", .controlCharacter),
        ] as [(String, JSONError.Code)])
    func refusesWhatIsNotJSON(_ text: String, _ code: JSONError.Code) {
        let error = #expect(throws: JSONError.self) { try skip(text) }
        #expect(error?.code == code, "\(text)")
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xF0, 0x8F],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xFF],
        ] as [[UInt8]])
    func refusesStringsThatAreNotUTF8(_ content: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try skip([0x22] + content + [0x22]) }
        #expect(error == JSONError(.invalidUTF8, at: 1))
    }

    @Test func errorsNameTheirPlace() {
        #expect(throws: JSONError(.unexpectedByte, at: 4)) { try skip("[1, ]") }
        #expect(throws: JSONError(.invalidEscape, at: 2)) { try skip("\"a\\q\"") }
        #expect(throws: JSONError(.trailingBytes, at: 3)) { try skip("[] x") }
    }

    @Test func resolvesEscapes() throws {
        #expect(
            try readString("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"")
                == Array("a\"\\/\u{8}\u{C}\n\r\tz".utf8))
        #expect(try readString("\"\\u0041\\u00e9\\u6F22\\uD83D\\uDE00\"") == Array("Aé漢😀".utf8))
        #expect(try readString("\"\\u0000\\uFFFF\"") == Array("\u{0}\u{FFFF}".utf8))
        #expect(try readString("\"\\uDBFF\\uDFFF\"") == Array("\u{10FFFF}".utf8))
        #expect(try readString("\"é漢😀\"") == Array("é漢😀".utf8))
    }

    @Test func readsNumbersUpTo64Bits() throws {
        #expect(try readNumber("0") == 0)
        #expect(try readNumber("18446744073709551615") == .max)
    }

    @Test(arguments: [
        "18446744073709551616", "99999999999999999999", "184467440737095516150", "-1", "-0", "1.0",
        "1e2",
    ])
    func refusesNumbersThatAreNotUInt64(_ text: String) {
        #expect(throws: JSONError(.notUInt64, at: 0)) { try readNumber(text) }
    }

    @Test func readsHexInEitherCase() throws {
        #expect(try readHex("\"0x\"") == [])
        #expect(try readHex("\"0x00fFA5\"") == [0x00, 0xFF, 0xA5])
    }

    @Test(arguments: [
        "\"\"", "\"0\"", "\"00\"", "\"0X00\"", "\"0x0\"", "\"0x0g\"", "\"x00\"", "\"0x0x00\"",
        "\"0x\\u0030\\u0030\"", "\"0x 0\"",
    ])
    func refusesStringsThatAreNotHex(_ text: String) {
        #expect(throws: JSONError(.notHex, at: 0)) { try readHex(text) }
    }

    @Test func refusesAValueOfAnotherKind() {
        #expect(throws: JSONError(.wrongKind, at: 0)) { try readNumber("\"1\"") }
        #expect(throws: JSONError(.wrongKind, at: 0)) { try readString("1") }
        #expect(throws: JSONError(.wrongKind, at: 0)) { try readHex("null") }
    }

    @Test func refusesAMemberNamedTwice() throws {
        var reader = JSONReader(Array("{\"a\":1,\"b\":2,\"\\u0061\":3}".utf8))
        try reader.beginObject()
        for value: UInt64 in 1...2 {
            #expect(try reader.nextKey() != nil)
            #expect(try reader.readUInt64() == value)
        }
        #expect(throws: JSONError(.duplicateKey, at: 13)) { try reader.nextKey() }
    }

    @Test func namesAreUniquePerObjectOnly() throws {
        var reader = JSONReader(Array("{\"a\":{\"a\":1},\"b\":{\"a\":2}}".utf8))
        try reader.beginObject()
        for name: StaticString in ["a", "b"] {
            #expect(try nextKey(&reader, is: name))
            try reader.beginObject()
            #expect(try nextKey(&reader, is: "a"))
            try reader.skipValue()
            #expect(try reader.nextKey() == nil)
        }
        #expect(try reader.nextKey() == nil)
        try reader.finish()
    }

    @Test func boundsTheMembersThatAreCompared() throws {
        let members = (0...JSON.memberLimit).map { "\"\($0)\":0" }.joined(separator: ",")
        var reader = JSONReader(Array("{\(members)}".utf8))
        try reader.beginObject()
        for _ in 0..<JSON.memberLimit {
            _ = try reader.nextKey()
            try reader.skipValue()
        }
        let error = #expect(throws: JSONError.self) { try reader.nextKey() }
        #expect(error?.code == .tooManyMembers)
        try skip("{\(members)}")
    }

    @Test func boundsTheDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        try skip(nested(JSON.depthLimit))
        #expect(throws: JSONError(.tooDeep, at: JSON.depthLimit)) {
            try skip(nested(JSON.depthLimit + 1))
        }
        let objects = String(repeating: "{\"a\":", count: 100_000)
        #expect(throws: JSONError(.tooDeep, at: 5 * JSON.depthLimit)) { try skip(objects) }
    }

    @Test func arraysAndObjectsNestInOneWord() throws {
        let text =
            String(repeating: "[{\"a\":", count: 32) + "7" + String(repeating: "}]", count: 32)
        var reader = JSONReader(Array(text.utf8))
        for _ in 0..<32 {
            try reader.beginArray()
            #expect(try reader.nextElement())
            try reader.beginObject()
            #expect(try nextKey(&reader, is: "a"))
        }
        #expect(try reader.readUInt64() == 7)
        for _ in 0..<32 {
            #expect(try reader.nextKey() == nil)
            #expect(try !reader.nextElement())
        }
        try reader.finish()
    }

    @Test func aCallThatDoesNotFitThrows() throws {
        var reader = JSONReader(Array("[1]".utf8))
        #expect(throws: JSONError(.wrongKind, at: 0)) { try reader.nextElement() }
        try reader.beginArray()
        #expect(throws: JSONError(.wrongKind, at: 1)) { try reader.nextKey() }
        #expect(throws: JSONError(.unexpectedEnd, at: 1)) { try reader.finish() }
    }
}
