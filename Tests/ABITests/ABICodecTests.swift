import TestSupport
import Testing

@testable import ABI

/// A word as 64 digits, to lay encodings out as the specification does.
private func word(_ value: UInt64) -> [UInt8] { UInt256(value).bytes32.bytes }

private func bytes(_ hex: String) -> [UInt8] { Hex.decode(Array(hex.utf8)) ?? [] }

@Suite struct ABICodecTests {
    /// The second example of the contract ABI specification.
    @Test func encodesTheExampleOfTheSpecification() throws {
        let function = ABIFunction(
            "f", ABIParameter("a", .uint256), ABIParameter("b", .array(.uint32)),
            ABIParameter("c", .fixedBytes(10)), ABIParameter("d", .bytes))
        #expect(function.signature == "f(uint256,uint32[],bytes10,bytes)")
        let encoded = try function.encode([
            .uint(0x123), .array([.uint(0x456), .uint(0x789)]),
            .fixedBytes(Array("1234567890".utf8)), .bytes(Array("Hello, world!".utf8)),
        ])
        #expect(Hex.string(function.selectorBytes) == "0x8be65246")
        #expect(
            Hex.string(Array(encoded[4...]))
                == "0x0000000000000000000000000000000000000000000000000000000000000123"
                + "0000000000000000000000000000000000000000000000000000000000000080"
                + "3132333435363738393000000000000000000000000000000000000000000000"
                + "00000000000000000000000000000000000000000000000000000000000000e0"
                + "0000000000000000000000000000000000000000000000000000000000000002"
                + "0000000000000000000000000000000000000000000000000000000000000456"
                + "0000000000000000000000000000000000000000000000000000000000000789"
                + "000000000000000000000000000000000000000000000000000000000000000d"
                + "48656c6c6f2c20776f726c642100000000000000000000000000000000000000")
        #expect(try function.decode(encoded).count == 4)
    }

    @Test func decodesNestedDynamicTuplesBackToTheSameBytes() throws {
        let type = ABIType.array(
            .tuple([
                ABIParameter("n", .uint8), ABIParameter("list", .array(.array(.bytes))),
                ABIParameter("flags", .fixedArray(.bool, count: 2)), ABIParameter("s", .string),
            ]))
        let value = ABIValue.array([
            .tuple([
                .uint(7), .array([.array([.bytes([1]), .bytes([])]), .array([])]),
                .array([.bool(true), .bool(false)]), .string("Grüße"),
            ]),
            .tuple([.uint(0), .array([]), .array([.bool(false), .bool(true)]), .string("")]),
        ])
        let encoded = try ABIEncoder.encode([value], as: [ABIParameter("x", type)])
        #expect(try ABIDecoder.decode([ABIParameter("x", type)], from: encoded) == [value])
    }

    @Test func refusesNumbersThatDoNotFitTheirType() {
        let parameter = [ABIParameter("x", .uint8)]
        #expect(throws: ABIError.dirtyPadding(offset: 0)) {
            try ABIDecoder.decode(parameter, from: word(256))
        }
        #expect(throws: ABIError.dirtyPadding(offset: 0)) {
            try ABIDecoder.decode([ABIParameter("x", .int(bits: 8))], from: word(128))
        }
        #expect(throws: ABIError.typeMismatch) {
            try ABIEncoder.encode([.uint(256)], as: parameter)
        }
    }

    @Test func takesNegativeNumbersInTwosComplement() throws {
        let minus1 = ABIValue.number(.max)
        let encoded = try ABIEncoder.encode([minus1], as: [ABIParameter("x", .int(bits: 8))])
        #expect(encoded == [UInt8](repeating: 255, count: 32))
    }

    @Test func refusesDirtyAddressPadding() {
        var encoded = word(1)
        encoded[11] = 1
        #expect(throws: ABIError.dirtyPadding(offset: 0)) {
            try ABIDecoder.decode([ABIParameter("x", .address)], from: encoded)
        }
    }

    @Test func refusesDirtyBytesPadding() {
        var encoded = word(32) + word(1) + word(0)
        encoded[64] = 0xab
        encoded[65] = 1
        #expect(throws: ABIError.dirtyPadding(offset: 65)) {
            try ABIDecoder.decode([ABIParameter("x", .bytes)], from: encoded)
        }
    }

    @Test func refusesBoolsOtherThanZeroAndOne() {
        #expect(throws: ABIError.invalidBool(offset: 0)) {
            try ABIDecoder.decode([ABIParameter("x", .bool)], from: word(2))
        }
    }

    @Test func refusesGapsOverlapsAndBackwardTails() {
        let two = [ABIParameter("a", .bytes), ABIParameter("b", .bytes)]
        let empty = word(0)
        for (first, second) in [(64, 64), (96, 64), (64, 128), (0, 64), (32, 64)]
            as [(UInt64, UInt64)]
        {
            #expect(throws: ABIError.self) {
                try ABIDecoder.decode(two, from: word(first) + word(second) + empty + empty)
            }
        }
        #expect(throws: Never.self) {
            try ABIDecoder.decode(two, from: word(64) + word(96) + empty + empty)
        }
    }

    @Test func refusesOffsetsAndLengthsBeyondTheInput() {
        let parameter = [ABIParameter("x", .array(.uint256))]
        for count in [1, 1 << 20, 1 << 59, .max] as [UInt64] {
            #expect(throws: ABIError.lengthTooLarge(offset: 32, available: 0)) {
                try ABIDecoder.decode(parameter, from: word(32) + word(count))
            }
        }
        #expect(throws: ABIError.nonCanonicalOffset(offset: 0, expected: 32)) {
            try ABIDecoder.decode(parameter, from: [UInt8](repeating: 255, count: 64))
        }
    }

    @Test func trailingBytesAreRefused() {
        #expect(throws: ABIError.trailingBytes(offset: 32, count: 1)) {
            try ABIDecoder.decode([ABIParameter("x", .uint256)], from: word(1) + [0])
        }
    }

    @Test func everyTruncationIsRefused() throws {
        let parameters = [ABIParameter("x", .bytes), ABIParameter("y", .array(.bytes32))]
        let encoded = try ABIEncoder.encode(
            [.bytes([1, 2, 3]), .array([.bytes32(.zero), .bytes32(.zero)])], as: parameters)
        for count in 0..<encoded.count {
            #expect(throws: ABIError.self) {
                try ABIDecoder.decode(parameters, from: Array(encoded[..<count]))
            }
        }
    }

    @Test func elementsThatTakeNoBytesAreBudgeted() {
        let parameter = [ABIParameter("x", .array(.tuple([])))]
        #expect(throws: ABIError.self) {
            try ABIDecoder.decode(parameter, from: word(32) + word(1 << 40))
        }
    }

    /// What decodes must encode to the same bytes: the definition of strictness.
    @Test(arguments: 0..<8) func mutatedEncodingsAreRefusedOrCanonical(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let parameters = [
            ABIParameter("a", .uint32), ABIParameter("b", .bytes),
            ABIParameter(
                "c", .array(.tuple([ABIParameter("d", .bool), ABIParameter("e", .string)]))),
        ]
        let original = try ABIEncoder.encode(
            [
                .uint(5), .bytes([9, 8, 7]),
                .array([
                    .tuple([.bool(true), .string("ab")]), .tuple([.bool(false), .string("")]),
                ]),
            ], as: parameters)
        for _ in 0..<4_000 {
            var mutated = original
            for _ in 0...random.next() % 3 {
                let index = Int(random.next() % UInt64(mutated.count))
                mutated[index] =
                    random.next() & 1 == 0 ? UInt8(random.next() & 0xff) : mutated[index] ^ 1
            }
            if random.next() & 7 == 0 { mutated.removeLast(Int(random.next() % 64)) }
            guard let values = try? ABIDecoder.decode(parameters, from: mutated) else { continue }
            #expect(
                try ABIEncoder.encode(values, as: parameters) == mutated,
                "seed \(seed): \(Hex.string(mutated))")
        }
    }
}
