import Testing
import Verifier

@Suite struct DatasetRules {
    /// Three features, softmax over two classes.
    static func classifier() throws -> Architecture {
        try Architecture(parsing: ArchBlob.make([3], [ArchBlob.dense(2)]))
    }

    /// One feature, two targets.
    static func regression() throws -> Architecture {
        try Architecture(parsing: ArchBlob.make([1], [ArchBlob.dense(2)], head: 3))
    }

    static func refusal(_ blob: [UInt8], _ architecture: Architecture) -> VerifierError? {
        do throws(VerifierError) {
            _ = try Dataset(parsing: blob, architecture: architecture)
            return nil
        } catch {
            return error
        }
    }

    /// Five samples of i8: 15 bytes and one of padding.
    static let small: DataBlob = {
        let rows = [[1, -2, 3], [4, 5, -6], [7, 8, 9], [-127, 127, 0], [1, 1, 1]]
        var blob = DataBlob(x: rows, classes: [0, 1, 1, 0, 1])
        blob.xDType = 1
        return blob
    }()

    /// The samples as a network without parameters sees them.
    static func seen(_ blob: DataBlob, features: Int) throws -> [[Int32]] {
        let architecture = try Architecture(
            parsing: ArchBlob.make([features], [ArchBlob.flatten]))
        let model = try Model(parameters: [], architecture: architecture)
        let data = try Dataset(parsing: blob.bytes, architecture: architecture)
        let inference = Inference(architecture: architecture, model: model)
        return (0..<data.samples).map { inference.result(of: $0, in: data)?.logits ?? [] }
    }

    @Test func everyDTypeIsReadWithItsOwnSign() throws {
        for (dtype, values) in [
            (1, [-127, -1, 0, 127]), (0x11, [0, 127, 128, 255]),
            (2, [-32_768, -1, 258, 32_767]),
            (4, [Int(Int32.min), -1, 16_909_060, Int(Int32.max)]),
        ] {
            let rows = [Array(values.prefix(2)), Array(values.suffix(2))]
            var blob = DataBlob(x: rows, classes: [0, 1])
            blob.xDType = dtype
            let expected = rows.map { $0.map(Int32.init) }
            #expect(try DatasetRules.seen(blob, features: 2) == expected, "dtype \(dtype)")
        }
    }

    @Test func theExponentScalesEveryValue() throws {
        var blob = DataBlob(x: [[3, -3], [70_000, -70_000]], classes: [0, 1])
        blob.exponent = -1
        #expect(try DatasetRules.seen(blob, features: 2) == [[2, -1], [35_000, -35_000]])
        blob.exponent = 15
        #expect(try DatasetRules.seen(blob, features: 2) == [[98_304, -98_304], [.max, .min]])
    }

    @Test func keepsWhatTheHeaderSays() throws {
        let data = try Dataset(
            parsing: DatasetRules.small.bytes, architecture: DatasetRules.classifier())
        #expect(data.samples == 5)
        #expect(data.xDType == .int8)
        #expect(data.yKind == .classes)
        #expect(data.features == 3)
        #expect(data.targetWidth == 1)
        #expect(data.bytes == DatasetRules.small.bytes)
        #expect(DatasetRules.small.bytes.count == 32 + 16 + 10)
    }

    @Test func refusesHeadersOneRuleAtATime() throws {
        let architecture = try DatasetRules.classifier()
        let good = DatasetRules.small.bytes
        #expect(DatasetRules.refusal(good, architecture) == nil)
        // (offset, byte, refusal)
        var cases: [(Int, UInt8, VerifierError)] = [
            (0, 0x64, .dataMagic), (1, 0, .dataMagic), (2, 0, .dataMagic), (3, 0x57, .dataMagic),
            (4, 0, .dataVersion(found: 0)), (4, 2, .dataVersion(found: 2)),
            (5, 0, .dataXDType(found: 0)), (5, 3, .dataXDType(found: 3)),
            (5, 0x12, .dataXDType(found: 0x12)), (6, 1, .dataYKind(found: 1)),
            (6, 2, .dataYKind(found: 2)), (7, 16, .dataExponent(found: 16)),
            (7, 0xE0, .dataExponent(found: -32)), (8, 0, .dataSamples(found: 0)),
            (10, 0x10, .dataSamples(found: (1 << 20) + 5)),
            (11, 0x80, .dataSamples(found: (1 << 31) + 5)),
            (12, 4, .dataFeatures(expected: 3, found: 4)),
            (15, 1, .dataFeatures(expected: 3, found: (1 << 24) + 3)),
            (16, 0, .dataTargetWidth(expected: 1, found: 0)),
            (17, 1, .dataTargetWidth(expected: 1, found: 257)),
            (47, 1, .dataPadding(offset: 47)), (33, 0x80, .dataValue(offset: 33)),
            (48, 2, .labelRange(sample: 0, found: 2)),
            (57, 1, .labelRange(sample: 4, found: 257)),
            (8, 4, .dataLength(expected: 52, found: 58)),
        ]
        for offset in 18..<32 { cases.append((offset, 1, .dataReserved(offset: offset))) }
        for (offset, byte, refusal) in cases {
            var blob = good
            blob[offset] = byte
            #expect(
                DatasetRules.refusal(blob, architecture) == refusal, "byte \(offset) = \(byte)")
        }
    }

    @Test func refusesEveryOtherLength() throws {
        let architecture = try DatasetRules.classifier()
        let good = DatasetRules.small.bytes
        for length in 0..<good.count {
            #expect(
                DatasetRules.refusal(Array(good.prefix(length)), architecture)
                    == .dataLength(expected: length < 32 ? 32 : good.count, found: length))
        }
        #expect(
            DatasetRules.refusal(good + [0], architecture)
                == .dataLength(expected: good.count, found: good.count + 1))
    }

    @Test func refusesTooManyElementsBeforeTheLengthIsLookedAt() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([17], [ArchBlob.dense(2)]))
        var blob = DataBlob(x: [[Int](repeating: 0, count: 17)], classes: [0])
        blob.samples = 986_896
        #expect(DatasetRules.refusal(blob.bytes, architecture) == .dataSize)
    }

    @Test func onlyTheLowestSignedByteIsForbidden() throws {
        for (dtype, value, refused) in [(1, -128, true), (0x11, 128, false), (2, -32_768, false)] {
            var blob = DataBlob(x: [[0, value, 0]], classes: [0])
            blob.xDType = dtype
            let refusal = DatasetRules.refusal(blob.bytes, try DatasetRules.classifier())
            #expect(refusal == (refused ? .dataValue(offset: 33) : nil))
        }
    }

    /// Bytes are looked at in groups: the first forbidden one is found wherever it is.
    @Test func theLowestSignedByteIsFoundInEveryPlace() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([27], [ArchBlob.dense(3)]))
        for neighbour in [0, 1, -1, 127, -127, -128] {
            for place in 0..<27 {
                var x = [Int](repeating: neighbour == -128 ? 5 : neighbour, count: 27)
                x[place] = -128
                if neighbour == -128, place < 26 { x[place + 1] = -128 }
                var blob = DataBlob(x: [x], classes: [2])
                blob.xDType = 1
                #expect(
                    DatasetRules.refusal(blob.bytes, architecture)
                        == .dataValue(offset: 32 + place), "\(neighbour) around \(place)")
                x = [Int](repeating: neighbour == -128 ? 5 : neighbour, count: 27)
                var good = DataBlob(x: [x], classes: [2])
                good.xDType = 1
                #expect(DatasetRules.refusal(good.bytes, architecture) == nil)
            }
        }
    }

    @Test func sigmoidTakesOnlyZeroAndOne() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([1], [ArchBlob.dense(1)], head: 2))
        let good = DataBlob(x: [[0], [0]], classes: [0, 1])
        #expect(DatasetRules.refusal(good.bytes, architecture) == nil)
        let bad = DataBlob(x: [[0], [0]], classes: [1, 2])
        #expect(
            DatasetRules.refusal(bad.bytes, architecture) == .labelRange(sample: 1, found: 2))
    }

    @Test func regressionNeedsAsManyTargetsAsOutputs() throws {
        let architecture = try DatasetRules.regression()
        let good = DataBlob(x: [[0]], targets: [[Int(Int32.min), Int(Int32.max)]])
        #expect(DatasetRules.refusal(good.bytes, architecture) == nil)
        let bad = DataBlob(x: [[0]], targets: [[0]])
        #expect(
            DatasetRules.refusal(bad.bytes, architecture)
                == .dataTargetWidth(expected: 2, found: 1))
        let classes = DataBlob(x: [[0]], classes: [0])
        #expect(DatasetRules.refusal(classes.bytes, architecture) == .dataYKind(found: 0))
    }

    @Test func theTermsMustAgree() throws {
        let architecture = try DatasetRules.classifier()
        func refusal(_ samples: UInt32, _ x: DataDType, _ y: TargetKind) -> VerifierError? {
            do throws(VerifierError) {
                _ = try Dataset(
                    parsing: DatasetRules.small.bytes, architecture: architecture,
                    samples: samples, xDType: x, yKind: y)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(5, .int8, .classes) == nil)
        #expect(refusal(4, .int8, .classes) == .dataSamples(found: 5))
        #expect(refusal(.max, .int8, .classes) == .dataSamples(found: 5))
        #expect(refusal(5, .uint8, .classes) == .dataXDType(found: 1))
        #expect(refusal(5, .int8, .values) == .dataYKind(found: 0))
    }

    @Test func noByteTraps() throws {
        let architecture = try DatasetRules.classifier()
        let model = try Model(
            parameters: [1 << 16, 0, 0, 0, 1 << 16, 0, 5, -5], architecture: architecture)
        let good = DatasetRules.small.bytes
        var accepted = 0
        for index in good.indices {
            for value in UInt8.min...UInt8.max {
                var blob = good
                blob[index] = value
                guard let data = try? Dataset(parsing: blob, architecture: architecture) else {
                    continue
                }
                accepted += 1
                var evaluation = Evaluation(
                    architecture: architecture, model: model, data: data)
                _ = evaluation.step(budget: .max)
                if evaluation.metrics.samples != 5 { Issue.record("byte \(index) = \(value)") }
            }
        }
        #expect(accepted > 15 * 200)
    }
}
