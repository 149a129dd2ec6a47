import Testing

@testable import ABI

@Suite struct PackedTests {
    private func pack(_ type: ABIType, _ value: ABIValue) throws -> String {
        Hex.string(try ABIEncoder.encodePacked([value], as: [ABIParameter("", type)]))
    }

    /// The example of the specification: `int16(-1), bytes1(0x42), uint16(0x03), "Hello, world!"`.
    @Test func packsTheExampleOfTheSpecification() throws {
        let parameters = [
            ABIParameter("", .int(bits: 16)), ABIParameter("", .fixedBytes(1)),
            ABIParameter("", .uint(bits: 16)), ABIParameter("", .string),
        ]
        let packed = try ABIEncoder.encodePacked(
            [.number(.max), .fixedBytes([0x42]), .uint(3), .string("Hello, world!")],
            as: parameters)
        #expect(Hex.string(packed) == "0xffff42000348656c6c6f2c20776f726c6421")
    }

    @Test func elementsAreWholeWordsAndLengthsAreNotWritten() throws {
        let zeros = String(repeating: "0", count: 60)
        #expect(
            try pack(.array(.uint(bits: 16)), .array([.uint(1), .uint(0x1234)]))
                == "0x" + zeros + "0001" + zeros + "1234")
        #expect(
            try pack(.fixedArray(.int(bits: 8), count: 1), .array([.number(.max)]))
                == "0x" + String(repeating: "f", count: 64))
        #expect(
            try pack(.array(.fixedBytes(2)), .array([.fixedBytes([0xab, 0xcd])]))
                == "0xabcd" + zeros)
        #expect(try pack(.array(.bool), .array([])) == "0x")
        let pairs = ABIType.array(.fixedArray(.bool, count: 2))
        #expect(
            try pack(pairs, .array([.array([.bool(true), .bool(false)])]))
                == "0x" + zeros + "0001" + zeros + "0000")
    }

    @Test func structsAndArraysOfVaryingElementsAreNotPackable() {
        let tuple = ABIType.tuple([ABIParameter("", .bool)])
        for type in [
            tuple, .array(tuple), .array(.bytes), .array(.string), .array(.array(.bool)),
            .fixedArray(.array(.bool), count: 2), .array(.fixedArray(.bytes, count: 1)),
        ] as [ABIType] {
            #expect(throws: ABIError.notPackable) { try pack(type, .array([])) }
        }
    }

    @Test func refusesValuesOfOtherTypes() {
        #expect(throws: ABIError.typeMismatch) { try pack(.uint8, .uint(256)) }
        #expect(throws: ABIError.typeMismatch) { try pack(.bool, .uint(1)) }
        #expect(throws: ABIError.typeMismatch) { try pack(.fixedBytes(2), .fixedBytes([1])) }
        #expect(throws: ABIError.typeMismatch) { try pack(.bytes, .string("")) }
        #expect(throws: ABIError.typeMismatch) {
            try pack(.fixedArray(.bool, count: 2), .array([.bool(true)]))
        }
        #expect(throws: ABIError.typeMismatch) { try ABIEncoder.encodePacked([.uint(1)], as: []) }
    }
}
