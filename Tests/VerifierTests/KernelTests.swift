import TestSupport
import Testing
import Verifier

/// Fast kernels against the definitions, on random and on extreme numbers.
@Suite struct Kernels {
    /// Rows of weights whose Σ|w| passes the load proof, extremes included.
    static func weights(rows: Int, depth: Int, _ random: inout SplitMix64) -> [Int32] {
        var all: [Int32] = []
        for _ in 0..<rows {
            var left = DML1.rowLimit
            // In a random place, because the largest numbers come first.
            var row = (0..<depth).map { _ in
                let weight = random.edgyInt32()
                guard Int64(weight.magnitude) <= left else { return Int32(0) }
                left -= Int64(weight.magnitude)
                return weight
            }
            let turn = random.below(depth)
            row = Array(row[turn...] + row[..<turn])
            all += row
        }
        return all
    }

    static func values(_ count: Int, _ random: inout SplitMix64) -> [Int32] {
        (0..<count).map { _ in random.edgyInt32() }
    }

    /// The values of one layer, computed by the fast kernels.
    static func run(
        _ architecture: Architecture, _ parameters: [Int32], _ inputs: [Int32]
    ) throws -> [Int32] {
        let model = try Model(parameters: parameters, architecture: architecture)
        let inference = Inference(architecture: architecture, model: model)
        return try #require(inference.logits(for: inputs))
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func tiledDenseEqualsTheReference(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for rows in 1...9 {
            for columns in [1, 2, 3, 4, 5, 6, 7, 24, 25, 50] {
                let depth = random.int(in: 1...40)
                let hasBias = random.bool()
                let architecture = try Architecture(
                    parsing: ArchBlob.make(
                        [depth], [ArchBlob.dense(rows, bias: hasBias ? 1 : 0)], head: 3))
                let weights = Kernels.weights(rows: rows, depth: depth, &random)
                let bias = hasBias ? Kernels.values(rows, &random) : nil
                let inputs = Kernels.values(columns * depth, &random)
                let expected = ReferenceKernels.dense(
                    weights: weights, bias: bias, inputs: inputs, rows: rows, depth: depth)
                #expect(
                    try Kernels.run(architecture, weights + (bias ?? []), inputs) == expected,
                    "seed \(seed), \(rows) × \(columns) × \(depth)")
            }
        }
    }

    @Test func theReferenceIsTheFormula() {
        // 1.5 · 2.0 − 0.5 · 4.0 + 0.25, and 1/65536 of 0.5, which goes up.
        let output = ReferenceKernels.dense(
            weights: [98_304, -32_768, 1, 0], bias: [16_384, 0],
            inputs: [131_072, 262_144, 32_768, 0], rows: 2, depth: 2)
        #expect(output == [81_920, 2, 65_536, 1])
    }

    /// A network of one random Conv2D layer, in which any axis of a patch may be the longest.
    static func convolution(_ random: inout SplitMix64) -> Architecture {
        while true {
            let kernel = (random.pick([1, 2, 3, 5, 9]), random.pick([1, 2, 3, 5, 9]))
            let pads = [kernel.0, kernel.1, kernel.0, kernel.1].map { random.below($0) }
            let blob = ArchBlob.make(
                [random.pick([1, 2, 3, 7, 12]), random.int(in: 1...9), random.int(in: 1...9)],
                [
                    ArchBlob.conv(
                        random.int(in: 1...6), kernel: kernel,
                        stride: (random.int(in: 1...3), random.int(in: 1...3)), pads: pads,
                        bias: random.below(2)),
                    ArchBlob.flatten,
                ], head: 3)
            // The kernel may not fit: then another one is drawn.
            if let architecture = try? Architecture(parsing: blob) { return architecture }
        }
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64])
    func patchConvolutionEqualsTheReference(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<60 {
            let architecture = Kernels.convolution(&random)
            let stage = architecture.stages[0]
            let weights = Kernels.weights(rows: stage.rows, depth: stage.rowLength, &random)
            let bias = stage.biasCount > 0 ? Kernels.values(stage.biasCount, &random) : nil
            let images = (0..<2).map { _ in Kernels.values(stage.input.elements, &random) }
            let expected = images.flatMap {
                ReferenceKernels.convolution(stage, weights: weights, bias: bias, image: $0)
            }
            #expect(
                try Kernels.run(architecture, weights + (bias ?? []), images[0] + images[1])
                    == expected,
                "seed \(seed), \(stage.layer) on \(stage.input)")
        }
    }
}
