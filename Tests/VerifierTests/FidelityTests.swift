import Foundation
import Testing
import Verifier

/// Trained models on real data: how far the integers are from floating point.
@Suite struct Fidelity {
    /// What float64 says about a case.
    struct Reference: Decodable {
        let meanLoss: Double
        let predicted: [Int]
        let probabilities: [[Double]]
        let auc: Double?
        let mse: Double?
    }

    struct Case: Decodable {
        let name: String
        let arch: String
        let weights: String
        let data: String
        /// Of the quantised weights and data.
        let quantised: Reference
        /// Of the floats that were trained.
        let original: Reference
    }

    /// What the verifier says about the same case.
    struct Scored {
        let metrics: Metrics
        let predicted: [Int]
        let probabilities: [[Double]]
        let isInt32: Bool

        init(_ example: Case) throws {
            let architecture = try Architecture(parsing: ProjectFixtures.blob(example.arch))
            let weights = try ProjectFixtures.blob(example.weights)
            let model = try Model(
                parsing: weights, architecture: architecture, base: nil, dtype: nil)
            let data = try Dataset(
                parsing: ProjectFixtures.blob(example.data), architecture: architecture)
            var evaluation = Evaluation(architecture: architecture, model: model, data: data)
            _ = evaluation.step(budget: .max)
            metrics = evaluation.metrics
            let inference = Inference(architecture: architecture, model: model)
            let results = (0..<data.samples).compactMap { inference.result(of: $0, in: data) }
            predicted = results.compactMap(\.predicted)
            probabilities = results.map { $0.probabilities.map { Double($0) / 0x1p30 } }
                .filter { !$0.isEmpty }
            isInt32 = weights[6] == 4 && data.xDType == .int32
        }

        var meanLoss: Double {
            Double(metrics.loss) / Double(metrics.samples) / 0x1p30
        }
    }

    static func check(_ scored: Scored, against reference: Reference, _ name: Comment) {
        #expect(abs(scored.meanLoss - reference.meanLoss) <= 2e-5, name)
        #expect(scored.predicted.count == reference.predicted.count, name)
        let equal = zip(scored.predicted, reference.predicted).count { $0 == $1 }
        #expect(Double(equal) >= 0.999 * Double(reference.predicted.count), name)
        #expect(scored.probabilities.count == reference.probabilities.count, name)
        for (ours, theirs) in zip(scored.probabilities, reference.probabilities) {
            #expect(ours.count == theirs.count, name)
            #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) <= 5e-4 }, name)
        }
        let metrics = scored.metrics
        if let auc = reference.auc {
            let pairs = Double(metrics.aucDenominator)
            // One tied pair weighs one part of the denominator.
            #expect(
                abs(Double(metrics.aucNumerator) / pairs - auc) <= 1e-6 + 1 / pairs, name)
        } else {
            #expect(metrics.aucDenominator == 0, name)
        }
        if let mse = reference.mse {
            #expect(abs(scored.meanLoss - mse) <= 1e-5, name)
        }
    }

    @Test(arguments: ["breast_cancer", "digits", "wine", "iris", "diabetes"])
    func integersFollowTheFloats(_ dataset: String) throws {
        let file = try ProjectFixtures.data("fidelity/\(dataset).json")
        let cases = try JSONDecoder().decode([Case].self, from: file)
        #expect(cases.count >= 2)
        for example in cases {
            let scored = try Scored(example)
            let name = Comment(rawValue: example.name)
            Fidelity.check(scored, against: example.quantised, name)
            if scored.isInt32 { Fidelity.check(scored, against: example.original, name) }
        }
    }
}
