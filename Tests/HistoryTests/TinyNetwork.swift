import ABI
import Verifier

/// Blobs of one Dense neuron with bias and a sigmoid, small enough to score in microseconds.
enum TinyNetwork {
    static func arch(features: Int) -> [UInt8] {
        Array("DMLA".utf8) + [1, 1] + le32(UInt32(features)) + [1, 0x01] + le32(1) + [1, 2]
    }

    static func architecture(features: Int) throws(VerifierError) -> Architecture {
        try Architecture(parsing: arch(features: features))
    }

    /// Units of one sample; the verifier's own tests prove the formula.
    static func workPerSample(features: Int) -> UInt64 { works[features] ?? 0 }

    private static let works: [Int: UInt64] = {
        var works: [Int: UInt64] = [:]
        for features in 1...16 {
            works[features] = (try? architecture(features: features))?.workPerSample
        }
        return works
    }()

    /// A weights blob: kind 0 full or 1 delta, dtype 1, 2 or 4, one exponent for both tensors.
    static func model(
        _ parameters: [Int32], dtype: UInt64 = 4, kind: UInt8 = 0, exponent: Int8 = 0
    ) throws -> [UInt8] {
        let id = try architecture(features: parameters.count - 1).id
        let e = UInt8(bitPattern: exponent)
        var blob =
            Array("DMLW".utf8) + [1, kind, UInt8(dtype), 0] + id.bytes[..<16] + [2, 0]
            + [UInt8](repeating: 0, count: 6) + [e, e, 0, 0]
        for parameter in parameters {
            blob += le32(UInt32(bitPattern: parameter))[..<Int(dtype)]
        }
        return blob
    }

    /// A data blob in i8, whole numbers: x row-major and the labels.
    static func data(x: [Int8], labels: [UInt16]) -> [UInt8] {
        let features = x.count / labels.count
        var blob =
            Array("DMLD".utf8) + [1, 1, 0, 15] + le32(UInt32(labels.count))
            + le32(UInt32(features)) + [1, 0] + [UInt8](repeating: 0, count: 14)
        blob += x.map { UInt8(bitPattern: $0) }
        while blob.count % 4 != 0 { blob.append(0) }
        for label in labels { blob += [UInt8(truncatingIfNeeded: label), 0] }
        return blob
    }

    static func le32(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

/// Scoring, which the verifier's own tests prove: loss and correct answers of parameters on data.
struct Judge {
    let architecture: Architecture

    init(features: Int) throws(VerifierError) {
        architecture = try TinyNetwork.architecture(features: features)
    }

    func isBase(_ blob: [UInt8]) -> [Int32]? {
        try? Model.base(parsing: blob, architecture: architecture).parameters
    }

    func isData(_ blob: [UInt8], _ terms: Offer) -> Bool {
        guard let xDType = DataDType(rawValue: UInt8(terms.xDtype)),
            let yKind = TargetKind(rawValue: UInt8(terms.yKind))
        else { return false }
        return
            (try? Dataset(
                parsing: blob, architecture: architecture, samples: UInt32(terms.samples),
                xDType: xDType, yKind: yKind)) != nil
    }

    /// The parameters that a submitted blob stands for; nil when it is no model of the job.
    func parameters(of blob: [UInt8], over global: [Int32], _ terms: Offer) -> [Int32]? {
        guard let base = try? Model(parameters: global, architecture: architecture) else {
            return nil
        }
        return try? Model(
            parsing: blob, architecture: architecture, base: base,
            dtype: WeightsDType(rawValue: UInt8(terms.modelDtype))
        ).parameters
    }

    /// Nil when the load proof fails.
    func score(_ parameters: [Int32], on data: [UInt8]) -> (loss: UInt64, correct: UInt64)? {
        guard let model = try? Model(parameters: parameters, architecture: architecture),
            let dataset = try? Dataset(parsing: data, architecture: architecture)
        else { return nil }
        var evaluation = Evaluation(architecture: architecture, model: model, data: dataset)
        while !evaluation.isFinished { _ = evaluation.step(budget: .max) }
        return (evaluation.metrics.loss, UInt64(evaluation.metrics.correct))
    }

    /// The canonical blob: full, i32, exponents 0.
    func blob(_ parameters: [Int32]) -> [UInt8] {
        (try? TinyNetwork.model(parameters)) ?? []
    }
}
