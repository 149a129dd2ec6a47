import Verifier

/// What a unit of work costs in networks that somebody chose to be expensive.
///
/// The budget of an input is counted in units of work, so the worst of these bounds what scoring
/// makes an input cost.
enum WorkWorkloads {
    static func run() {
        let line = [1, 1, 4_096]
        smallest()
        evaluate("one weight, 1 → 1", [1], [Blobs.dense(1)])
        evaluate("one feature to many, 1 → 4,096", [1], [Blobs.dense(4_096)])
        evaluate("many features to one, 4,096 → 1", [4_096], [Blobs.dense(1)])
        evaluate("3 → 3 → 3 …, 20 layers", [3], [[UInt8]](repeating: Blobs.dense(3), count: 20))
        evaluate("convolution 1×1, 1 → 1", line, [convolution(1, 1, stride: 1)])
        evaluate("convolution 1×1, 1 → 1, stride 2", line, [convolution(1, 1, stride: 2)])
        evaluate("convolution 1×1, 64 → 1, stride 2", [64, 8, 8], [convolution(1, 1, stride: 2)])
        evaluate("convolution 1×2, 1 → 1, stride 3", line, [convolution(1, 2, stride: 3)])
        evaluate("convolution 3×3, 1 → 1 on 1×1", [1, 1, 1], [padded(3)])
        evaluate("convolution 3×3, 1 → 1 on 2×2", [1, 2, 2], [padded(3)])
        evaluate("convolution 3×3, 1 → 1 on 64×64", [1, 64, 64], [padded(3)])
        evaluate("MaxPool 1×1", line, [[0x03, 1, 1, 1, 1]])
        evaluate("MaxPool 1×2", line, [[0x03, 1, 2, 1, 1]])
        evaluate("AvgPool 1×1", line, [[0x04, 1, 1, 1, 1]])
        evaluate("GlobalAvgPool of single values", [4_096, 1, 1], [[0x05]])
        evaluate("LeakyReLU", line, [[0x11, 0, 1, 0, 0]])
        evaluate("ReLU", line, [Blobs.relu])
        evaluate("Sigmoid", line, [[0x12]])
        evaluate("Tanh", line, [[0x13]])
        evaluate("Flatten, 60 times", line, [[UInt8]](repeating: Blobs.flatten, count: 60))
        evaluate(
            "convolution 1×1, 1 → 1 on 1×1, 60 times", [1, 1, 1],
            [[UInt8]](repeating: convolution(1, 1, stride: 1), count: 60))
        ChargeWorkloads.run()
    }

    /// What comes on top for every evaluation, however small it is.
    private static func smallest() {
        let architecture = Blobs.architecture([1], [Blobs.dense(1)], head: 3)
        let model = Blobs.model(architecture)
        let data = Blobs.regression(architecture, samples: 1)
        Measurement.run("an evaluation of one sample with one weight") {
            var evaluation = Evaluation(architecture: architecture, model: model, data: data)
            _ = evaluation.step(budget: 400_000_000)
            Measurement.expect(evaluation.isFinished, "one sample")
        }
    }

    private static func convolution(_ height: UInt8, _ width: UInt8, stride: UInt8) -> [UInt8] {
        [0x02, 1, 0, height, width, 1, stride, 0, 0, 0, 0, 0]
    }

    private static func padded(_ size: UInt8) -> [UInt8] {
        let padding = size - 1
        return [0x02, 1, 0, size, size, 1, 1, padding, padding, padding, padding, 0]
    }

    /// The layers, flattened, under the head for values, which does a little for each output.
    private static func evaluate(_ name: String, _ input: [Int], _ layers: [[UInt8]]) {
        let flat = input.count == 3 ? [Blobs.flatten] : []
        let architecture = Blobs.architecture(input, layers + flat, head: 3)
        let model = Blobs.model(architecture)
        // Enough that what an evaluation costs by itself does not count.
        let samples = max(48, 480_000 / Int(architecture.workPerSample))
        let data = Blobs.regression(architecture, samples: samples)
        let work = Int(architecture.workPerSample) * samples
        Measurement.run("\(name), per unit of work", per: work) {
            var evaluation = Evaluation(architecture: architecture, model: model, data: data)
            while !evaluation.isFinished { _ = evaluation.step(budget: 400_000_000) }
            Measurement.expect(Int(evaluation.metrics.samples) == samples, "all samples")
        }
    }
}
