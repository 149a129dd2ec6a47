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

    /// All values that one sample takes on: the input, then what leaves each layer, raw Q16.16.
    ///
    /// One list more than there are layers; nil for a sample that does not exist.
    public func activations(of sample: Int, in data: Dataset) -> [[Int32]]? {
        guard contains(sample, data) else { return nil }
        let architecture = pass.architecture
        let buffers = ActivationBuffers(architecture: architecture, samples: 1)
        var current = 0
        data.decode(first: sample, count: 1, into: buffers.buffer(0))
        var values = [
            Array(UnsafeBufferPointer(start: buffers.buffer(0), count: architecture.features))
        ]
        for stage in architecture.stages {
            if pass.apply(stage, 1, from: current, in: buffers) { current = 1 &- current }
            values.append(
                Array(
                    UnsafeBufferPointer(
                        start: buffers.buffer(current), count: stage.output.elements)))
        }
        return values
    }

    /// The predicted class of every sample of `data`; empty for regression, and for data that was
    /// not validated for this architecture.
    public func predictions(for data: Dataset) -> [Int] {
        let architecture = pass.architecture
        guard data.architectureID == architecture.id, architecture.head != .identity else {
            return []
        }
        let outputs = architecture.outputs
        let buffers = ActivationBuffers(architecture: architecture, samples: data.samples)
        var predictions: [Int] = []
        predictions.reserveCapacity(data.samples)
        while predictions.count < data.samples {
            let first = predictions.count
            let count = min(buffers.batch, data.samples &- first)
            let end = pass.run(data, first: first, count: count, in: buffers)
            for index in 0..<count {
                let logits = UnsafeBufferPointer(
                    start: UnsafePointer(end + index &* outputs), count: outputs)
                predictions.append(architecture.head.prediction(of: logits))
            }
        }
        return predictions
    }

    private func contains(_ sample: Int, _ data: Dataset) -> Bool {
        data.architectureID == pass.architecture.id && sample >= 0 && sample < data.samples
    }
}

extension Head {
    /// The class that the logits speak for: the greatest, the lowest one among equals; with one
    /// logit, 1 above zero. 0 for regression.
    func prediction(of logits: UnsafeBufferPointer<Int32>) -> Int {
        switch self {
        case .softmax: Loss.greatest(logits)
        case .sigmoid: logits[0] > 0 ? 1 : 0
        case .identity: 0
        }
    }

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
