import Testing
import Verifier

/// Fast kernels against the definitions, on random and on extreme numbers.
@Suite struct Kernels {
    /// Rows of weights whose Σ|w| passes the load proof, extremes included.
    static func weights(rows: Int, depth: Int, _ random: inout Randomness) -> [Int32] {
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

    static func values(_ count: Int, _ random: inout Randomness) -> [Int32] {
        (0..<count).map { _ in random.edgyInt32() }
    }

    /// What a matrix product writes, by the tiled or by the reference kernel.
    static func product(
        _ weights: [Int32], _ bias: [Int32]?, _ inputs: [Int32], rows: Int, columns: Int,
        depth: Int, transposed: Bool, reference: Bool
    ) throws -> [Int32] {
        var output = [Int32](repeating: 77, count: rows * columns)
        try weights.withUnsafeBufferPointer { weights in
            try inputs.withUnsafeBufferPointer { inputs in
                try output.withUnsafeMutableBufferPointer { output in
                    try (bias ?? []).withUnsafeBufferPointer { biases in
                        let product = MatrixProduct(
                            weights: try #require(weights.baseAddress),
                            bias: bias == nil ? nil : biases.baseAddress,
                            inputs: try #require(inputs.baseAddress),
                            output: try #require(output.baseAddress), rows: rows,
                            columns: columns, depth: depth,
                            rowStride: transposed ? columns : 1,
                            columnStride: transposed ? 1 : rows)
                        if reference { product.runReference() } else { product.run() }
                    }
                }
            }
        }
        return output
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func tiledProductEqualsTheReference(_ seed: UInt64) throws {
        var random = Randomness(seed: seed)
        for rows in 1...9 {
            for columns in 1...7 {
                let depth = random.int(in: 1...40)
                let weights = Kernels.weights(rows: rows, depth: depth, &random)
                let inputs = Kernels.values(columns * depth, &random)
                let bias = random.bool() ? Kernels.values(rows, &random) : nil
                let transposed = random.bool()
                func run(reference: Bool) throws -> [Int32] {
                    try Kernels.product(
                        weights, bias, inputs, rows: rows, columns: columns, depth: depth,
                        transposed: transposed, reference: reference)
                }
                #expect(
                    try run(reference: false) == run(reference: true),
                    "seed \(seed), \(rows) × \(columns) × \(depth)")
            }
        }
    }

    @Test func referenceProductIsTheFormula() throws {
        // 1.5 · 2.0 + (−0.5) · 4.0 + 0.25, and halves going up.
        let weights: [Int32] = [98_304, -32_768, 1, 0]
        let inputs: [Int32] = [131_072, 262_144, 32_768, 0]
        let output = try Kernels.product(
            weights, [16_384, 0], inputs, rows: 2, columns: 2, depth: 2, transposed: true,
            reference: true)
        #expect(output == [81_920, 65_536, 2, 1])
    }

    /// A random Conv2D layer on a random image, as a stage of an architecture.
    static func convolution(_ random: inout Randomness) throws -> Stage {
        while true {
            let kernel = (random.int(in: 1...5), random.int(in: 1...5))
            let pads = [kernel.0, kernel.1, kernel.0, kernel.1].map { random.below($0) }
            let blob = ArchBlob.make(
                [random.int(in: 1...3), random.int(in: 1...9), random.int(in: 1...9)],
                [
                    ArchBlob.conv(
                        random.int(in: 1...6), kernel: kernel,
                        stride: (random.int(in: 1...3), random.int(in: 1...3)), pads: pads,
                        bias: random.below(2)),
                    ArchBlob.flatten,
                ], head: 3)
            // The kernel may not fit: then another one is drawn.
            guard let architecture = try? Architecture(parsing: blob) else { continue }
            return try #require(architecture.stages.first)
        }
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64])
    func patchConvolutionEqualsTheReference(_ seed: UInt64) throws {
        var random = Randomness(seed: seed)
        for _ in 0..<60 {
            let stage = try Kernels.convolution(&random)
            let kernel = try #require(ConvolutionKernel(stage))
            let parameters =
                Kernels.weights(rows: stage.rows, depth: stage.rowLength, &random)
                + Kernels.values(stage.biasCount, &random)
            let image = Kernels.values(stage.input.elements, &random)
            func run(reference: Bool) throws -> [Int32] {
                var output = [Int32](repeating: 77, count: stage.output.elements)
                var scratch = [Int32](repeating: 77, count: kernel.scratchCount)
                try parameters.withUnsafeBufferPointer { parameters in
                    try image.withUnsafeBufferPointer { image in
                        try output.withUnsafeMutableBufferPointer { output in
                            try scratch.withUnsafeMutableBufferPointer { scratch in
                                let weights = try #require(parameters.baseAddress)
                                let bias =
                                    stage.biasCount > 0 ? weights + stage.weightCount : nil
                                let input = try #require(image.baseAddress)
                                let target = try #require(output.baseAddress)
                                if reference {
                                    kernel.runReference(
                                        weights: weights, bias: bias, input: input,
                                        output: target)
                                } else {
                                    kernel.run(
                                        weights: weights, bias: bias, input: input,
                                        scratch: try #require(scratch.baseAddress),
                                        output: target)
                                }
                            }
                        }
                    }
                }
                return output
            }
            #expect(
                try run(reference: false) == run(reference: true), "seed \(seed), \(stage.layer)")
        }
    }

    /// Patches that do not all fit the scratch buffer are taken in several chunks.
    @Test func convolutionInChunksEqualsTheReference() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make(
                [20, 46, 46], [ArchBlob.conv(2, kernel: (5, 5)), ArchBlob.flatten], head: 3))
        let stage = try #require(architecture.stages.first)
        let kernel = try #require(ConvolutionKernel(stage))
        #expect(kernel.scratchCount < 42 * 42 * stage.rowLength)
        var random = Randomness(seed: 31)
        let parameters = Kernels.weights(rows: 2, depth: 500, &random) + [5, -5]
        let image = Kernels.values(stage.input.elements, &random)
        let model = try Model(parameters: parameters, architecture: architecture)
        let fast = Inference(architecture: architecture, model: model).logits(for: image)
        var output = [Int32](repeating: 77, count: stage.output.elements)
        try parameters.withUnsafeBufferPointer { parameters in
            try image.withUnsafeBufferPointer { image in
                try output.withUnsafeMutableBufferPointer { output in
                    let weights = try #require(parameters.baseAddress)
                    kernel.runReference(
                        weights: weights, bias: weights + stage.weightCount,
                        input: try #require(image.baseAddress),
                        output: try #require(output.baseAddress))
                }
            }
        }
        #expect(fast == output)
    }
}
