/// One sample looked at closely: for tools and tests, never for money.
public struct SampleResult: Equatable, Sendable {
    /// Outputs of the last layer, raw Q16.16.
    public let logits: [Int32]
    /// Q30, cut off at `DML1.lossLimit`: what an evaluation adds up.
    public let loss: UInt64
    /// The predicted class; nil for regression.
    public let predicted: Int?
    /// One Q30 number per class, shown only; none for regression.
    public let probabilities: [Int64]
}

/// The values that leave a layer, or that enter the first one.
public struct ValueRange: Equatable, Sendable {
    public private(set) var minimum = Int32.max
    public private(set) var maximum = Int32.min
    /// Values at an end of Int32: most likely cut off.
    public private(set) var saturated = 0

    /// The range of no values: nothing is below `minimum` or above `maximum`.
    public init() {}

    /// Widens the range by a value.
    public mutating func include(_ value: Int32) {
        minimum = min(minimum, value)
        maximum = max(maximum, value)
        if value == Int32.min || value == Int32.max { saturated &+= 1 }
    }
}

/// A network that answers for single samples, with the same bits as an `Evaluation`.
public struct Inference: Sendable {
    private let pass: ForwardPass

    /// The model must have been loaded for this architecture.
    public init(architecture: Architecture, model: Model) {
        precondition(
            model.architectureID == architecture.id, "the model belongs to the architecture")
        pass = ForwardPass(architecture: architecture, model: model)
    }

    /// The outputs for one or more samples that lie one after the other, all raw Q16.16.
    ///
    /// Nil unless `inputs` is a whole number of samples, and at least one.
    public func logits(for inputs: [Int32]) -> [Int32]? {
        let features = pass.architecture.features
        let outputs = pass.architecture.outputs
        let (samples, rest) = inputs.count.quotientAndRemainder(dividingBy: features)
        guard samples >= 1, rest == 0 else { return nil }
        let buffers = ActivationBuffers(architecture: pass.architecture, samples: samples)
        var logits: [Int32] = []
        var first = 0
        while first < samples {
            let count = min(buffers.batch, samples &- first)
            let start = buffers.buffer(0)
            for index in 0..<(count &* features) {
                start[index] = inputs[first &* features &+ index]
            }
            let end = pass.propagate(count, in: buffers)
            logits += UnsafeBufferPointer(start: end, count: count &* outputs)
            first &+= count
        }
        return logits
    }

    /// Scores sample `sample` of `data`; nil when it does not exist.
    public func result(of sample: Int, in data: Dataset) -> SampleResult? {
        guard contains(sample, data) else { return nil }
        let architecture = pass.architecture
        let buffers = ActivationBuffers(architecture: architecture, samples: 1)
        let end = pass.run(data, first: sample, count: 1, in: buffers)
        let logits = UnsafeBufferPointer(start: UnsafePointer(end), count: architecture.outputs)
        let score = SampleScore(logits, head: architecture.head, sample: sample, of: data)
        return SampleResult(
            logits: Array(logits), loss: score.loss, predicted: score.predicted,
            probabilities: architecture.head.probabilities(of: Array(logits)))
    }

    /// Widens `ranges` by one sample: the input comes first, then every layer in order.
    ///
    /// Starts a new list when `ranges` has another length. Does nothing for a sample that does not
    /// exist.
    public func widen(_ ranges: inout [ValueRange], by sample: Int, in data: Dataset) {
        guard contains(sample, data) else { return }
        let architecture = pass.architecture
        if ranges.count != architecture.stages.count &+ 1 {
            ranges = [ValueRange](repeating: ValueRange(), count: architecture.stages.count &+ 1)
        }
        let buffers = ActivationBuffers(architecture: architecture, samples: 1)
        var current = 0
        data.decode(first: sample, count: 1, into: buffers.buffer(0))
        for index in 0..<architecture.features {
            ranges[0].include(buffers.buffer(0)[index])
        }
        for (index, stage) in architecture.stages.enumerated() {
            if pass.apply(stage, 1, from: current, in: buffers) { current = 1 &- current }
            for place in 0..<stage.output.elements {
                ranges[index &+ 1].include(buffers.buffer(current)[place])
            }
        }
    }

    private func contains(_ sample: Int, _ data: Dataset) -> Bool {
        data.architectureID == pass.architecture.id && sample >= 0 && sample < data.samples
    }
}

extension Head {
    /// The classes' probabilities as Q30, rounded: shown to people, never paid on.
    ///
    /// Empty for regression and for a number of logits that the head does not take.
    public func probabilities(of logits: [Int32]) -> [Int64] {
        switch self {
        case .softmax:
            guard logits.count >= 2, logits.count <= DML1.classLimit else { return [] }
            return logits.withUnsafeBufferPointer { values in
                let top = Int64(values[Loss.greatest(values)])
                // 2^30 … 2^46, and each numerator is at most 2^60 + 2^45.
                let sum = Int64(truncatingIfNeeded: Loss.exponentialSum(values, top: top))
                var result: [Int64] = []
                result.reserveCapacity(values.count)
                for value in values {
                    let weight = Transcendentals.expNeg(Int64(value) &- top)
                    result.append((weight &<< 30 &+ sum &>> 1) / sum)
                }
                return result
            }
        case .sigmoid:
            guard logits.count == 1 else { return [] }
            let positive = Transcendentals.sigmoid(logits[0])
            return [Transcendentals.one &- positive, positive]
        case .identity:
            return []
        }
    }
}
