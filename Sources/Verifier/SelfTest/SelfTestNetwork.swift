import ABI

/// A small network with every kind of layer, on made-up parameters and samples.
///
/// Its three blobs go through the public parsers, so that formats, load proof, kernels, heads and
/// metrics all take part.
enum SelfTestNetwork {
    /// 1 × 12 × 12 → Conv2D → LeakyReLU → MaxPool → Conv2D → Tanh → AvgPool → Conv2D → ReLU →
    /// GlobalAvgPool → Flatten → Dense → Sigmoid → Dense → softmax over 2.
    static let architecture: [UInt8] =
        [0x44, 0x4D, 0x4C, 0x41, 1, 3, 1, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 13]
        + [0x02, 5, 0, 3, 3, 1, 1, 1, 1, 1, 1, 1]
        + [0x11, 0x99, 0x19, 0, 0]
        + [0x03, 2, 2, 2, 2]
        + [0x02, 7, 0, 3, 2, 1, 1, 2, 0, 0, 1, 0]
        + [0x13]
        + [0x04, 2, 3, 1, 2]
        + [0x02, 6, 0, 2, 2, 2, 1, 0, 0, 0, 0, 1]
        + [0x10, 0x05, 0x20]
        + [0x01, 9, 0, 0, 0, 1]
        + [0x12]
        + [0x01, 2, 0, 0, 0, 1]
        + [1]

    private static let samples = 29

    /// Folds the metrics and then the logits of every sample into `fold`. A refusal folds −1, which
    /// shows in the result.
    static func fold(into fold: inout WordFold) {
        do throws(VerifierError) {
            let architecture = try Architecture(parsing: architecture)
            var bytes = ByteSequence(seed: 20)
            let model = try Model(
                parsing: weights(for: architecture, from: &bytes), architecture: architecture,
                base: nil, dtype: .int16)
            let data = try Dataset(
                parsing: dataset(for: architecture, from: &bytes), architecture: architecture)
            var evaluation = Evaluation(architecture: architecture, model: model, data: data)
            while !evaluation.isFinished {
                _ = evaluation.step(budget: 7 &* architecture.workPerSample)
            }
            let metrics = evaluation.metrics
            fold.add(Int64(truncatingIfNeeded: metrics.loss))
            fold.add(Int64(metrics.correct))
            fold.add(Int64(truncatingIfNeeded: metrics.aucNumerator))
            fold.add(Int64(truncatingIfNeeded: metrics.aucDenominator))
            fold.add(Int64(truncatingIfNeeded: metrics.macroF1Ppb))
            let inference = Inference(architecture: architecture, model: model)
            for sample in 0..<data.samples {
                guard let result = inference.result(of: sample, in: data) else { continue }
                for logit in result.logits { fold.add(Int64(logit)) }
            }
        } catch {
            fold.add(-1)
        }
    }

    /// A full i16 blob; all exponents are 2, so that weights reach 2.0.
    private static func weights(
        for architecture: Architecture, from bytes: inout ByteSequence
    ) -> [UInt8] {
        let tensors = architecture.tensors.count
        var blob: [UInt8] = []
        WeightsHeader(kind: .full, dtype: .int16).append(to: &blob, architecture: architecture)
        for index in 0..<tensors.paddedToFour {
            blob.append(index < tensors ? 2 : 0)
        }
        for _ in 0..<(2 &* architecture.parameterCount) {
            blob.append(bytes.next())
        }
        return blob
    }

    /// A u8 blob with classes; exponent 9, so that values lie in 0 … 2.0.
    private static func dataset(
        for architecture: Architecture, from bytes: inout ByteSequence
    ) -> [UInt8] {
        var blob: [UInt8] = [0x44, 0x4D, 0x4C, 0x44, 1, 0x11, 0, 9]
        blob.appendLittleEndian(UInt32(truncatingIfNeeded: samples))
        blob.appendLittleEndian(UInt32(truncatingIfNeeded: architecture.features))
        blob += [1, 0]
        blob += [UInt8](repeating: 0, count: 14)
        for _ in 0..<(samples &* architecture.features) {
            blob.append(bytes.next())
        }
        // 29 · 144 is a multiple of 4: no padding.
        for _ in 0..<samples {
            blob += [bytes.next() & 1, 0]
        }
        return blob
    }
}

/// A fixed sequence of bytes from a linear congruential generator modulo 2^64.
private struct ByteSequence {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state &>> 56)
    }
}
