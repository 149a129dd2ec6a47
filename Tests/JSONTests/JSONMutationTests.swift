import JSON
import TestSupport
import Testing

extension SplitMix64 {
    /// A byte of a class that UTF-8 decoders distinguish, each about as often.
    mutating func utf8LikeByte() -> UInt8 {
        let classes: [UInt8] = [
            0x22, 0x41, 0x80, 0x9F, 0xBF, 0xC1, 0xC3, 0xE0, 0xE2, 0xED, 0xF0, 0xF4,
        ]
        return classes[Int(next() % UInt64(classes.count))] &+ UInt8(next() % 2)
    }
}

/// Damaged documents end in an error or in values, never in a trap.
@Suite struct JSONMutationTests {
    private static let documents = [
        #"{"request_type":"advance_state","data":{"metadata":{"chain_id":31337,"#
            + #""app_contract":"0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e","input_index":0},"#
            + #""payload":"0xdeadbeef"}}"#,
        #"[{"a":[1,-2.5e+3,true,false,null,"\u0041\uD834\uDD1E\n\\"]},{},[],[[[{"b":{"c":{}}}]]]]"#,
        #""é漢😀 \"\/\b\f""#,
    ]

    /// Reads with every call the reader has, chosen by the text itself.
    private static func consume(_ bytes: [UInt8]) throws(JSONError) -> Int {
        var reader = JSONReader(bytes)
        var values = 0
        try consume(&reader, &values)
        try reader.finish()
        return values
    }

    private static func consume(_ reader: inout JSONReader, _ values: inout Int) throws(JSONError) {
        values += 1
        switch try reader.peek() {
        case .object:
            try reader.beginObject()
            while try reader.nextKey() != nil {
                try consume(&reader, &values)
            }
        case .array:
            try reader.beginArray()
            while try reader.nextElement() {
                try consume(&reader, &values)
            }
        case .string:
            var copy = reader
            do throws(JSONError) {
                _ = try copy.readHex()
                reader = copy
            } catch {
                _ = try reader.readString()
            }
        case .number:
            var copy = reader
            do throws(JSONError) {
                _ = try copy.readUInt64()
                reader = copy
            } catch {
                try reader.skipValue()
            }
        case .bool: _ = try reader.readBool()
        case .null: try reader.readNull()
        }
    }

    private static func mutate(_ document: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = document
        let structural = Array("{}[]\",:\\u0.eE+-tfn \u{1}\u{7F}".utf8) + [0x80, 0xC3, 0xFF]
        for _ in 0...(random.next() % 4) {
            let at = Int(random.next() % UInt64(bytes.count + 1))
            let byte = structural[Int(random.next() % UInt64(structural.count))]
            switch random.next() % 4 {
            case 0: bytes.insert(byte, at: at)
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2 where at < bytes.count: bytes[at] = byte
            default: bytes = Array(bytes[..<at])
            }
        }
        return bytes
    }

    @Test func whatIsReadAndWhatIsSkippedAgreeOnDamage() {
        let seed: UInt64 = 0x5EED_0002
        var random = SplitMix64(seed: seed)
        for round in 0..<6_000 {
            let document = Self.documents[round % Self.documents.count]
            let bytes = Self.mutate(Array(document.utf8), &random)
            let read = Result { () throws(JSONError) in try Self.consume(bytes) }
            let skipped = Result { () throws(JSONError) in
                var reader = JSONReader(bytes)
                try reader.skipValue()
                try reader.finish()
            }
            switch (read, skipped) {
            case (.success(let values), .success): #expect(values > 0)
            case (.failure(let error), .success):
                // Skipping ignores names.
                #expect(error.code == .duplicateKey, "round \(round), seed \(seed): \(bytes)")
            case (.failure(let a), .failure(let b)):
                #expect(
                    a == b || a.code == .duplicateKey, "round \(round), seed \(seed): \(bytes)")
            case (.success, .failure(let error)):
                Issue.record("read but not skipped: \(error), round \(round), seed \(seed)")
            }
        }
    }

    @Test func everyPrefixOfADocumentIsRefused() throws {
        for document in Self.documents {
            let bytes = Array(document.utf8)
            _ = try Self.consume(bytes)
            for count in 0..<bytes.count {
                let error = #expect(throws: JSONError.self) {
                    try Self.consume(Array(bytes[..<count]))
                }
                #expect([.unexpectedEnd, .invalidUTF8].contains(error?.code))
            }
        }
    }
}
