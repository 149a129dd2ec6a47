import Testing
import Verifier

/// Single layers on numbers that can be checked by hand.
@Suite struct Layers {
    /// Runs `layers` without parameters, or with the given ones, on one input.
    static func run(
        _ dimensions: [Int], _ layers: [[UInt8]], _ input: [Int32], parameters: [Int32] = []
    ) throws -> [Int32] {
        let architecture = try Architecture(
            parsing: ArchBlob.make(dimensions, layers + [ArchBlob.flatten], head: 3))
        let model = try Model(parameters: parameters, architecture: architecture)
        let inference = Inference(architecture: architecture, model: model)
        return try #require(inference.logits(for: input))
    }

    static let image: [Int32] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

    @Test func maxPoolTakesWholeWindowsOnly() throws {
        let pool = ArchBlob.pool(ArchBlob.maxPool, (2, 2), stride: (2, 2))
        #expect(try Layers.run([1, 3, 4], [pool], Layers.image) == [6, 8])
        #expect(try Layers.run([1, 3, 4], [pool], Layers.image.map { -$0 }) == [-1, -3])
        let wide = ArchBlob.pool(ArchBlob.maxPool, (1, 3), stride: (1, 1))
        #expect(try Layers.run([1, 3, 4], [wide], Layers.image) == [3, 4, 7, 8, 11, 12])
    }

    @Test func averagePoolFloorsAfterAddingHalf() throws {
        let pool = ArchBlob.pool(ArchBlob.averagePool, (2, 2), stride: (1, 2))
        // 14/4 = 3.5, 22/4 = 5.5: halves go up, also below zero.
        #expect(try Layers.run([1, 3, 4], [pool], Layers.image) == [4, 6, 8, 10])
        #expect(try Layers.run([1, 3, 4], [pool], Layers.image.map { -$0 }) == [-3, -5, -7, -9])
        let lowest = [Int32](repeating: .min, count: 12)
        #expect(try Layers.run([1, 3, 4], [pool], lowest) == [.min, .min, .min, .min])
    }

    @Test func globalAveragePoolGivesOneValuePerChannel() throws {
        let values: [Int32] = [1, 2, 3, 5, -1, -2, -3, -5, .max, .max, .max, .max]
        #expect(try Layers.run([3, 2, 2], [ArchBlob.globalAverage], values) == [3, -3, .max])
    }

    @Test func poolsKeepChannelsApart() throws {
        let pool = ArchBlob.pool(ArchBlob.maxPool, (2, 1), stride: (1, 1))
        let values: [Int32] = [1, 2, 3, 4, -4, -3, -2, -1]
        #expect(try Layers.run([2, 2, 2], [pool], values) == [3, 4, -2, -1])
    }

    @Test func flattenKeepsChannelRowColumnOrder() throws {
        #expect(try Layers.run([3, 2, 2], [], Layers.image) == Layers.image)
    }

    @Test func convolutionIsCrossCorrelationWithItsOwnPaddings() throws {
        // 2 × 2 image, 2 × 2 kernel (1, 2; 3, 4), padding above and left.
        let conv = ArchBlob.conv(1, kernel: (2, 2), pads: [1, 1, 0, 0])
        let weights: [Int32] = [1, 2, 3, 4].map { $0 << 16 }
        let result = try Layers.run(
            [1, 2, 2], [conv], [1, 10, 100, 1_000], parameters: weights + [5])
        #expect(result == [9, 48, 407, 4_326])
    }

    @Test func convolutionPaddingsBelowAndRightAreNotAboveAndLeft() throws {
        let conv = ArchBlob.conv(1, kernel: (2, 2), pads: [0, 0, 1, 1], bias: 0)
        let weights: [Int32] = [1, 2, 3, 4].map { $0 << 16 }
        let result = try Layers.run([1, 2, 2], [conv], [1, 10, 100, 1_000], parameters: weights)
        #expect(result == [4_321, 3_010, 2_100, 1_000])
    }

    @Test func denseReadsOneRowPerOutput() throws {
        let weights: [Int32] = [1, 2, 3, 4, 5, 6].map { $0 << 16 }
        let result = try Layers.run(
            [3], [ArchBlob.dense(2)], [1, 10, 100], parameters: weights + [7, -7])
        #expect(result == [328, 647])
    }

    @Test func roundingHappensOnceAfterTheBias() throws {
        // 3 · 0.25 + 1.75 raw units: 2.5 rounds to 3, not 1 + 2.
        let result = try Layers.run(
            [2], [ArchBlob.dense(1)], [1, 1], parameters: [1 << 14, 1 << 14, 2])
        #expect(result == [3])
    }

    @Test func activationsActElementwise() throws {
        let values: [Int32] = [-65_536, 0, 65_536, .min, .max]
        #expect(try Layers.run([5], [ArchBlob.relu], values) == [0, 0, 65_536, 0, .max])
        #expect(
            try Layers.run([5], [ArchBlob.leaky(6_554)], values)
                == [-6_554, 0, 65_536, -214_761_472, .max])
        #expect(
            try Layers.run([5], [ArchBlob.sigmoid], values)
                == [17_625, 32_768, 47_911, 0, 65_536])
        #expect(
            try Layers.run([5], [ArchBlob.tanh], values)
                == [-49_912, 0, 49_912, -65_536, 65_536])
    }

    @Test func everyActivationTakesImagesToo() throws {
        for layer in [ArchBlob.relu, ArchBlob.leaky(1), ArchBlob.sigmoid, ArchBlob.tanh] {
            #expect(
                try Layers.run([3, 2, 2], [layer], Layers.image)
                    == Layers.run([12], [layer], Layers.image))
        }
    }
}
