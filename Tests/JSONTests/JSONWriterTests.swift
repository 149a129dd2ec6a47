import JSON
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func putsCommasWhereTheyBelong() {
        let result = text { json in
            json.beginObject()
            json.number("a", 1)
            json.beginArray("b")
            json.endArray()
            json.beginArray("c")
            json.bool(true)
            json.beginObject()
            json.endObject()
            json.null()
            json.endArray()
            json.beginObject("d")
            json.string("e", "f")
            json.hex("g", [0, 255])
            json.endObject()
            json.bool("h", false)
            json.null("i")
            json.key(text: "j\"")
            json.number(2)
            json.endObject()
        }
        #expect(
            result
                == #"{"a":1,"b":[],"c":[true,{},null],"d":{"e":"f","g":"0x00ff"},"h":false,"#
                + #""i":null,"j\"":2}"#
        )
    }

    @Test func escapesWhatMustBeEscaped() {
        #expect(
            text { $0.string("\"\\/\u{8}\u{9}\n\u{C}\r\u{0}\u{1F}\u{7F}é漢😀") }
                == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}é漢😀\"")
    }

    @Test(arguments: [
        0, 1, 9, 10, 99, 100, 12345, 9_999_999_999, 10_000_000_000_000_000_000, UInt64.max,
    ])
    func writesEveryDigit(_ value: UInt64) {
        #expect(text { $0.number(value) } == String(value))
    }

    /// The practice of Unicode 16.0, section 3.9: one U+FFFD for each maximal subpart.
    @Test(
        arguments: [
            ([0x61, 0x80, 0x62], "a\u{FFFD}b"), ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x82], "\u{FFFD}"), ([0xE2, 0x82, 0x41], "\u{FFFD}A"),
            ([0xF0, 0x9F, 0x98], "\u{FFFD}"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x82, 0xAC], "€"), ([], ""),
        ] as [([UInt8], String)])
    func replacesIllFormedText(_ bytes: [UInt8], _ expected: String) {
        #expect(text { $0.string(utf8: bytes) } == "\"\(expected)\"")
    }

    /// The standard library's repair is an independent implementation of the same practice.
    @Test func anyBytesBecomeTheTextThatTheStandardLibraryRepairs() throws {
        var random = SplitMix64(seed: 0x5EED_0001)
        for round in 0..<2_000 {
            let bytes = (0..<Int(random.next() % 24)).map { _ in random.utf8LikeByte() }
            var writer = JSONWriter()
            writer.string(utf8: bytes)
            var reader = JSONReader(writer.bytes)
            let read = try reader.readString()
            try reader.finish()
            #expect(
                read == Array(String(decoding: bytes, as: UTF8.self).utf8),
                "round \(round) of seed 0x5EED_0001: \(bytes)")
        }
    }

    @Test func startsOver() {
        #expect(
            text { json in
                json.number(1)
                json.removeAll()
                json.number(2)
            } == "2")
    }
}
