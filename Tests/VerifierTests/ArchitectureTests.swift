import ABI
import Testing
import Verifier

@Suite struct ArchitectureRules {
    /// Every kind of layer once.
    static let all = ArchBlob.make(
        [3, 11, 9],
        [
            ArchBlob.conv(4, kernel: (3, 2), stride: (2, 1), pads: [1, 0, 2, 1]),
            ArchBlob.relu,
            ArchBlob.pool(ArchBlob.maxPool, (2, 2), stride: (1, 2)),
            ArchBlob.leaky(-5),
            ArchBlob.pool(ArchBlob.averagePool, (2, 3), stride: (2, 1)),
            ArchBlob.tanh,
            ArchBlob.globalAverage,
            ArchBlob.sigmoid,
            ArchBlob.flatten,
            ArchBlob.dense(5, bias: 0),
            ArchBlob.dense(3),
        ])

    @Test func shapesFollowTheLayers() throws {
        let architecture = try Architecture(parsing: ArchitectureRules.all)
        #expect(architecture.inputDimensions == [3, 11, 9])
        #expect(architecture.features == 297)
        #expect(architecture.outputs == 3)
        #expect(architecture.targetWidth == 1)
        #expect(architecture.head == .softmax)
        #expect(architecture.bytes == ArchitectureRules.all)
        #expect(architecture.id == Keccak256.hash(ArchitectureRules.all))
        let shapes = architecture.stages.map(\.output)
        let conv = Shape.image(channels: 4, height: 6, width: 9)
        let max = Shape.image(channels: 4, height: 5, width: 4)
        let average = Shape.image(channels: 4, height: 2, width: 2)
        let global = Shape.image(channels: 4, height: 1, width: 1)
        #expect(
            shapes == [
                conv, conv, max, max, average, average, global, global, .vector(4), .vector(5),
                .vector(3),
            ])
        #expect(architecture.layers.count == 11)
    }

    @Test func tensorsComeWeightBeforeBias() throws {
        let architecture = try Architecture(parsing: ArchitectureRules.all)
        let dimensions = [[4, 3, 3, 2], [4], [5, 4], [3, 5], [3]]
        #expect(architecture.tensors.map(\.dimensions) == dimensions)
        #expect(architecture.tensors.map(\.isBias) == [false, true, false, false, true])
        #expect(architecture.tensors.map(\.layer) == [0, 0, 9, 10, 10])
        #expect(architecture.tensors.map(\.count) == [72, 4, 20, 15, 3])
        #expect(architecture.tensors.map(\.offset) == [0, 72, 76, 96, 111])
        #expect(architecture.parameterCount == 114)
    }

    @Test func workCountsMultiplicationsReadsTranscendentalsAndValues() throws {
        let architecture = try Architecture(parsing: ArchitectureRules.all)
        let products = 6 * 9 * (4 * 18 + 10) + 4 * 5 + 5 * 3 + 2 * (5 + 3)
        let reads = 2 * (4 * 5 * 4 * 4 + 4 * 2 * 2 * 6 + 4 * 2 * 2)
        let transcendentals = 64 * (16 + 4 + 3 + 1)
        let values = 4 * (297 + 216 + 216 + 80 + 80 + 16 + 16 + 4 + 4 + 4 + 5 + 3)
        #expect(
            architecture.workPerSample
                == UInt64(products + reads + transcendentals + values + 160 + 10 * 40))
        #expect(architecture.loadWork == 16 * 114)
        #expect(
            Evaluation.totalWork(architecture: architecture, samples: 10)
                == 10 * architecture.workPerSample)
    }

    /// Layers that do next to nothing are charged what surrounds them.
    @Test func everyLayerHasItsPrice() throws {
        let small = ArchBlob.conv(1, kernel: (1, 1), bias: 0)
        let convolutions = try Architecture(
            parsing: ArchBlob.make(
                [1, 1, 1], [[UInt8]](repeating: small, count: 60) + [ArchBlob.flatten], head: 3))
        #expect(convolutions.workPerSample == 4 + 60 * (160 + 1 + 10 + 4) + 40 + 4)
        let plain = try Architecture(
            parsing: ArchBlob.make([1], [[UInt8]](repeating: ArchBlob.relu, count: 60), head: 3))
        #expect(plain.workPerSample == 4 + 60 * (40 + 4))
    }

    @Test(arguments: [(1, 4, 5), (2, 1, 3), (3, 4, 0)])
    func headsCountTheirTranscendentals(head: Int, outputs: Int, count: Int) throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([2], [ArchBlob.dense(outputs, bias: 0)], head: head))
        #expect(
            architecture.workPerSample
                == UInt64(40 + 2 * outputs + 2 * outputs + 64 * count + 4 * (2 + outputs)))
        #expect(
            architecture.unitsPerSample == architecture.workPerSample + (head == 2 ? 4 : 0))
        #expect(architecture.targetWidth == (head == 3 ? outputs : 1))
    }

    @Test func sizesAreExact() throws {
        let architecture = try Architecture(parsing: ArchitectureRules.all)
        #expect(architecture.weightsSize(dtype: .int8) == 32 + 8 + 114)
        #expect(architecture.weightsSize(dtype: .int16) == 32 + 8 + 228)
        #expect(architecture.weightsSize(dtype: .int32) == 32 + 8 + 456)
        func size(_ samples: UInt32, _ x: DataDType, _ y: TargetKind = .classes) -> Int? {
            architecture.datasetSize(samples: samples, xDType: x, yKind: y)
        }
        #expect(size(3, .int8) == 32 + 892 + 6)
        #expect(size(3, .uint8) == 32 + 892 + 6)
        #expect(size(3, .int16) == 32 + 1_784 + 6)
        #expect(size(3, .int32) == 32 + 3_564 + 6)
        #expect(size(0, .int8) == nil)
        #expect(size(3, .int8, .values) == nil)
        // 56,488 · 297 is the last product below 2^24.
        #expect(size(56_488, .int8) != nil)
        #expect(size(56_489, .int8) == nil)
        #expect(size(.max, .int8) == nil)
    }

    @Test func sampleAndTargetLimitsHold() throws {
        let one = try Architecture(parsing: ArchBlob.make([1], [ArchBlob.dense(1)], head: 3))
        #expect(one.datasetSize(samples: 1 << 20, xDType: .int8, yKind: .values) != nil)
        #expect(one.datasetSize(samples: 1 << 20 + 1, xDType: .int8, yKind: .values) == nil)
        let wide = try Architecture(parsing: ArchBlob.make([1], [ArchBlob.dense(17)], head: 3))
        #expect(wide.datasetSize(samples: 986_895, xDType: .int8, yKind: .values) != nil)
        #expect(wide.datasetSize(samples: 986_896, xDType: .int8, yKind: .values) == nil)
        // 65,536 targets do not fit the u16 of the format.
        let widest = try Architecture(
            parsing: ArchBlob.make([65_536], [ArchBlob.relu], head: 3))
        #expect(widest.datasetSize(samples: 1, xDType: .int8, yKind: .values) == nil)
    }
}
