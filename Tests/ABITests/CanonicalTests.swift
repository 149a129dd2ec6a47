import Testing

@testable import ABI

/// The definition of strictness, on random types.
@Suite struct CanonicalTests {
    @Test(arguments: 0..<8) func whatIsEncodedDecodes(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        for _ in 0..<400 {
            let parameters = random.parameters(count: 1 + random.below(3), depth: 4)
            let values = parameters.map { random.value(of: $0.type) }
            let bytes = try ABIEncoder.encode(values, as: parameters)
            var cost = ABIDecoder.Cost()
            let decoded = try ABIDecoder.decode(parameters, from: bytes, cost: &cost)
            #expect(decoded == values, "seed \(seed): \(ABIType.canonicalName(of: parameters))")
            #expect(cost.bytes == bytes.count)
            // Types read from their own text are the same types.
            let function = ABIFunction(name: "f", parameters: parameters)
            let parsed = try ABIFunction(parsing: function.signature)
            #expect(try parsed.encode(values) == function.selectorBytes + bytes)
        }
    }

    @Test(arguments: 0..<8) func whatDecodesEncodesToTheSameBytes(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        var (accepted, refused) = (0, 0)
        for _ in 0..<1_500 {
            let parameters = random.parameters(count: 1 + random.below(3), depth: 4)
            let values = parameters.map { random.value(of: $0.type) }
            let bytes = random.corrupt(try ABIEncoder.encode(values, as: parameters))
            var cost = ABIDecoder.Cost()
            if let decoded = try? ABIDecoder.decode(parameters, from: bytes, cost: &cost) {
                #expect(
                    try ABIEncoder.encode(decoded, as: parameters) == bytes,
                    "seed \(seed): \(ABIType.canonicalName(of: parameters)) \(Hex.string(bytes))")
                accepted += 1
            } else {
                refused += 1
            }
            // One value takes a byte at least, except the members of tuples and arrays around it.
            #expect(cost.elements <= 4 * (bytes.count / 32 + parameters.count) + 4)
            #expect(cost.bytes <= bytes.count)
        }
        // Corruption is neither always noticed, as in random bytes, nor never.
        #expect(accepted > 50 && refused > 500)
    }
}
