import Foundation
import Testing
import Verifier

/// Cases computed by an independent implementation in another language.
@Suite struct GoldenVectors {
    struct Case {
        let name: String
        let fields: [String: Any]

        func text(_ key: String) -> String? { fields[key] as? String }
        func number(_ key: String) -> Int? { (fields[key] as? NSNumber)?.intValue }

        func blob(_ key: String) -> [UInt8]? {
            guard let text = text(key), text.hasPrefix("0x") else { return nil }
            let digits = Array(text.utf8.dropFirst(2))
            return stride(from: 0, to: digits.count - 1, by: 2).map {
                GoldenVectors.nibble(digits[$0]) << 4 | GoldenVectors.nibble(digits[$0 + 1])
            }
        }

        /// Whether the blobs are to be refused.
        var isRefused: Bool { fields["error"].map { !($0 is NSNull) } ?? false }
    }

    static func nibble(_ digit: UInt8) -> UInt8 {
        digit < 0x3A ? digit - 0x30 : (digit | 0x20) - 0x61 + 10
    }

    static func cases() throws -> [Case] {
        let file = try ProjectFixtures.data("golden/verifier.jsonl")
        let text = String(decoding: file, as: UTF8.self)
        return try text.split(separator: "\n").map { line in
            let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let fields = try #require(json as? [String: Any], "a line is no JSON object")
            return Case(name: fields["name"] as? String ?? "?", fields: fields)
        }
    }

    /// Loads the three blobs of a case and scores them.
    static func evaluate(_ example: Case) throws -> (Architecture, Metrics) {
        let architecture = try Architecture(parsing: try #require(example.blob("arch")))
        var base: Model?
        if let blob = example.blob("base") {
            base = try Model.base(parsing: blob, architecture: architecture)
        }
        let model = try Model(
            parsing: try #require(example.blob("model")), architecture: architecture, base: base,
            dtype: nil)
        let data = try Dataset(
            parsing: try #require(example.blob("data")), architecture: architecture)
        var evaluation = Evaluation(architecture: architecture, model: model, data: data)
        _ = evaluation.step(budget: .max)
        #expect(evaluation.isFinished, "\(example.name)")
        return (architecture, evaluation.metrics)
    }

    @Test func theFileHoldsManyCasesOfBothKinds() throws {
        let cases = try GoldenVectors.cases()
        #expect(cases.count { !$0.isRefused } >= 150)
        #expect(cases.count { $0.isRefused } >= 15)
    }

    @Test func acceptedCasesGiveTheSameBits() throws {
        for example in try GoldenVectors.cases() where !example.isRefused {
            let (architecture, metrics) = try GoldenVectors.evaluate(example)
            let name = Comment(rawValue: example.name)
            #expect(String(metrics.loss) == example.text("loss"), name)
            #expect(Int(metrics.correct) == example.number("correct"), name)
            #expect(Int(metrics.samples) == example.number("samples"), name)
            let auc = [String(metrics.aucNumerator), String(metrics.aucDenominator)]
            #expect(auc == example.fields["auc"] as? [String], name)
            #expect(Int(metrics.macroF1Ppb) == example.number("macroF1Ppb"), name)
            let perClass = metrics.perClass.map {
                [Int($0.truePositives), Int($0.falsePositives), Int($0.falseNegatives)]
            }
            #expect(perClass == example.fields["perClass"] as? [[Int]], name)
            let work = Evaluation.totalWork(
                architecture: architecture, samples: Int(metrics.samples))
            #expect(String(work) == example.text("work"), name)
            #expect(architecture.parameterCount == example.number("parameters"), name)
        }
    }

    @Test func refusedCasesAreRefused() throws {
        for example in try GoldenVectors.cases() where example.isRefused {
            #expect(throws: VerifierError.self, Comment(rawValue: example.name)) {
                _ = try GoldenVectors.evaluate(example)
            }
        }
    }
}
