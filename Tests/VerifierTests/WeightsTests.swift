import Testing
import Verifier

@Suite struct WeightsRules {
    /// Three tensors: Dense 3 → 2 with bias, Dense 2 → 2 without; 12 parameters.
    static func architecture() throws -> Architecture {
        try Architecture(
            parsing: ArchBlob.make(
                [3], [ArchBlob.dense(2), ArchBlob.relu, ArchBlob.dense(2, bias: 0)]))
    }

    static func refusal(
        _ blob: [UInt8], base: Model? = nil, dtype: WeightsDType? = nil
    ) throws -> VerifierError? {
        let architecture = try architecture()
        do throws(VerifierError) {
            _ = try Model(parsing: blob, architecture: architecture, base: base, dtype: dtype)
            return nil
        } catch {
            return error
        }
    }

    static func model(_ blob: WeightsBlob, base: Model? = nil) throws -> Model {
        let architecture = try architecture()
        return try Model(
            parsing: blob.bytes(architecture), architecture: architecture, base: base, dtype: nil)
    }

    /// A full i32 blob of 1 … 12.
    static func counting() throws -> WeightsBlob {
        WeightsBlob(try architecture(), Array(1...12))
    }

    @Test(arguments: [1, 2, 4])
    func everyDTypeHoldsTheSameNumbers(_ dtype: Int) throws {
        var blob = try WeightsRules.counting()
        blob.dtype = dtype
        blob.values = [-1, 2, -3, 4, -5, 6, -7, 8, -9, 10, -11, 127]
        #expect(try WeightsRules.model(blob).parameters == blob.values.map(Int32.init))
    }

    @Test func exponentsBelongToTheirTensor() throws {
        var blob = try WeightsRules.counting()
        blob.exponents = [1, 15, -1]
        // Halves go up: (9 + 1) >> 1 = 5.
        #expect(
            try WeightsRules.model(blob).parameters
                == [2, 4, 6, 8, 10, 12, 7 << 15, 8 << 15, 5, 5, 6, 6])
    }

    @Test func exponentsSaturate() throws {
        var blob = try WeightsRules.counting()
        blob.exponents = [0, 15, 0]
        blob.values[6] = 65_536
        blob.values[7] = -65_537
        let parameters = try WeightsRules.model(blob).parameters
        #expect(parameters[6] == .max)
        #expect(parameters[7] == .min)
    }

    @Test func deltasAddToTheBaseAndSaturate() throws {
        var base = try WeightsRules.counting()
        base.values[6] = Int(Int32.max) - 1
        base.values[7] = Int(Int32.min) + 1
        let global = try WeightsRules.model(base)
        var delta = try WeightsRules.counting()
        delta.kind = 1
        delta.dtype = 1
        delta.values = [1, -1, 0, 127, -127, 5, 2, -2, 0, 0, 0, 1]
        let parameters = try WeightsRules.model(delta, base: global).parameters
        #expect(parameters == [2, 1, 3, 131, -122, 11, .max, .min, 9, 10, 11, 13])
    }

    /// The number of a delta saturates before it is added, as the rule is written.
    @Test func deltasSaturateBeforeTheyAreAdded() throws {
        var base = try WeightsRules.counting()
        base.values[6] = -5
        let global = try WeightsRules.model(base)
        var delta = try WeightsRules.counting()
        delta.kind = 1
        delta.exponents = [0, 15, 0]
        delta.values = [Int](repeating: 0, count: 12)
        delta.values[6] = 1 << 30
        let parameters = try WeightsRules.model(delta, base: global).parameters
        #expect(parameters[6] == Int32.max - 5)
    }

    @Test func canonicalBlobReadsBackAsTheSameModel() throws {
        let architecture = try WeightsRules.architecture()
        var blob = try WeightsRules.counting()
        blob.values[3] = Int(Int32.min)
        let model = try WeightsRules.model(blob)
        #expect(model.canonicalBlob(architecture: architecture) == blob.bytes(architecture))
        blob.exponents = [2, 0, -1]
        let scaled = try WeightsRules.model(blob)
        let canonical = scaled.canonicalBlob(architecture: architecture)
        #expect(try Model.base(parsing: canonical, architecture: architecture) == scaled)
    }

    @Test func baseModelsAreFullAndInt32() throws {
        let architecture = try WeightsRules.architecture()
        var blob = try WeightsRules.counting()
        blob.dtype = 2
        #expect(throws: VerifierError.weightsDType(found: 2)) {
            try Model.base(parsing: blob.bytes(architecture), architecture: architecture)
        }
        blob.dtype = 4
        blob.kind = 1
        #expect(throws: VerifierError.weightsDelta) {
            try Model.base(parsing: blob.bytes(architecture), architecture: architecture)
        }
    }

    @Test func refusesHeadersOneRuleAtATime() throws {
        let good = try WeightsRules.counting().bytes(WeightsRules.architecture())
        #expect(try WeightsRules.refusal(good) == nil)
        // (offset, byte, refusal)
        var cases: [(Int, UInt8, VerifierError)] = [
            (0, 0, .weightsMagic), (1, 0, .weightsMagic), (2, 0, .weightsMagic),
            (3, 0x41, .weightsMagic), (4, 0, .weightsVersion(found: 0)),
            (4, 2, .weightsVersion(found: 2)), (5, 2, .weightsKind(found: 2)),
            (5, 255, .weightsKind(found: 255)), (5, 1, .weightsDelta),
            (6, 0, .weightsDType(found: 0)), (6, 3, .weightsDType(found: 3)),
            (6, 0x11, .weightsDType(found: 0x11)), (7, 1, .weightsReserved(offset: 7)),
            (24, 2, .weightsTensorCount(expected: 3, found: 2)),
            (25, 1, .weightsTensorCount(expected: 3, found: 259)),
            (35, 1, .weightsPadding(offset: 35)),
        ]
        for offset in 8..<24 { cases.append((offset, ~good[offset], .weightsArchitecture)) }
        for offset in 26..<32 { cases.append((offset, 1, .weightsReserved(offset: offset))) }
        for (offset, byte, refusal) in cases {
            var blob = good
            blob[offset] = byte
            #expect(try WeightsRules.refusal(blob) == refusal, "byte \(offset) = \(byte)")
        }
    }

    @Test func refusesExponentsOutsideTheRange() throws {
        var blob = try WeightsRules.counting()
        for (exponent, refused) in [(-31, false), (-32, true), (15, false), (16, true)] {
            blob.exponents[1] = exponent
            let refusal = try WeightsRules.refusal(blob.bytes(WeightsRules.architecture()))
            let expected = VerifierError.weightsExponent(tensor: 1, found: Int8(exponent))
            #expect(refusal == (refused ? expected : nil))
        }
    }

    @Test func refusesOnlyTheLowestInt8() throws {
        var blob = try WeightsRules.counting()
        for (dtype, value) in [(1, -128), (2, -32_768), (4, Int(Int32.min))] {
            blob.dtype = dtype
            blob.values[2] = value
            let refusal = try WeightsRules.refusal(blob.bytes(WeightsRules.architecture()))
            #expect(refusal == (dtype == 1 ? .weightsValue(offset: 38) : nil))
        }
    }

    @Test func refusesEveryOtherLength() throws {
        let good = try WeightsRules.counting().bytes(WeightsRules.architecture())
        for length in 0..<good.count {
            let expected = length < 32 ? 32 : good.count
            #expect(
                try WeightsRules.refusal(Array(good.prefix(length)))
                    == .weightsLength(expected: expected, found: length))
        }
        #expect(
            try WeightsRules.refusal(good + [0])
                == .weightsLength(expected: good.count, found: good.count + 1))
    }

    @Test func refusesTheDTypeThatTheTermsDoNotAskFor() throws {
        let good = try WeightsRules.counting().bytes(WeightsRules.architecture())
        #expect(try WeightsRules.refusal(good, dtype: .int32) == nil)
        #expect(try WeightsRules.refusal(good, dtype: .int8) == .weightsDType(found: 4))
    }

    @Test func refusesDeltasOnAnotherArchitecturesModel() throws {
        let other = try Architecture(parsing: ArchBlob.make([3], [ArchBlob.dense(3)]))
        let base = try Model(
            parameters: [Int32](repeating: 0, count: other.parameterCount), architecture: other)
        var blob = try WeightsRules.counting()
        blob.kind = 1
        let bytes = blob.bytes(try WeightsRules.architecture())
        #expect(try WeightsRules.refusal(bytes, base: base) == .weightsDelta)
    }

    @Test func networksWithoutParametersHaveABareHeader() throws {
        let architecture = try Architecture(parsing: ArchBlob.make([2], [ArchBlob.relu]))
        let blob = WeightsBlob(architecture).bytes(architecture)
        #expect(blob.count == 32)
        let model = try Model.base(parsing: blob, architecture: architecture)
        #expect(model.parameters.isEmpty)
        #expect(model.canonicalBlob(architecture: architecture) == blob)
    }

    /// Any byte may be anything: the parser refuses or takes it, and what a full i32 blob without
    /// exponents says is exactly its canonical blob.
    @Test func noByteTrapsAndCanonicalBlobsAreTheirOwn() throws {
        let architecture = try WeightsRules.architecture()
        let global = try WeightsRules.model(try WeightsRules.counting())
        let good = try WeightsRules.counting().bytes(architecture)
        for index in good.indices {
            for value in UInt8.min...UInt8.max {
                var blob = good
                blob[index] = value
                guard
                    let model = try? Model(
                        parsing: blob, architecture: architecture, base: global, dtype: nil)
                else { continue }
                let isCanonical = index >= 36
                if isCanonical, model.canonicalBlob(architecture: architecture) != blob {
                    Issue.record("byte \(index) = \(value) reads back differently")
                }
            }
        }
    }
}
