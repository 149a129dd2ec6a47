import CoreCommands
import Foundation
import Terminal
import Testing
import Verifier

@testable import Interchange

@Suite struct Explanations {
    @Test func countsWhatIsCutOffAndHowFarItIs() throws {
        // 30000 · 2 is beyond 32768, and 0.5 · 2^-16 rounds up to 2^-16.
        let scoring = try Samples.linear(
            weights: [[2 << 16, 0], [0, 1 << 15]], x: [30_000 << 16, 1], y: [0, 0])
        let layers = Explanation(scoring).layers
        #expect(layers.map(\.name) == ["input", "dense"])
        #expect(layers[0].saturated == 0)
        #expect(layers[0].maximum == 30_000 << 16)
        #expect(layers[1].saturated == 1)
        #expect(layers[1].maximum == .max)
        #expect(layers[1].minimum == 1)
        #expect(abs(layers[1].worstError - (60_000 - 32_768)) < 0.001)
        #expect(layers[1].rowShare == Double(2 << 16) / Double(DML1.rowLimit))
        let advice = Explanation(scoring).lines.joined(separator: "\n")
        #expect(advice.contains("Layer 0 reaches ±32768"))
    }

    @Test func countsZerosAndLossesAtTheLimit() throws {
        let scoring = try Samples.linear(weights: [[0, 0]], x: [5, 0], y: [9 << 16])
        let explanation = Explanation(scoring)
        #expect(explanation.layers.map(\.zeros) == [1, 1])
        #expect(explanation.layers.map(\.values) == [2, 1])
        #expect(explanation.lossesAtLimit == 1)
        #expect(explanation.lines.contains { $0.contains("Layer 0 is always 0") })
    }

    /// Real models stay within a few units of the last place of floating point in every layer.
    @Test(arguments: ["breast_cancer", "digits", "wine", "iris", "diabetes"])
    func trainedModelsFollowFloatingPoint(_ dataset: String) throws {
        struct Case: Decodable { let name, arch, weights, data: String }
        let file = try Files.read(Samples.path("../fidelity/\(dataset).json"))
        for example in try JSONDecoder().decode([Case].self, from: Data(file)) {
            let scoring = try ScoringCase(
                arch: Samples.blob(example.arch), base: nil,
                model: Samples.blob(example.weights), data: Samples.blob(example.data))
            let explanation = Explanation(scoring, atMost: 30)
            #expect(explanation.samples == 30)
            #expect(explanation.disagreements == 0, "\(example.name)")
            for facts in explanation.layers {
                #expect(facts.saturated == 0, "\(example.name)")
                #expect(facts.worstError < 1e-3, "\(example.name) \(facts.name)")
            }
        }
    }

    /// All layers at once, with windows and paddings that are not square.
    @Test func floatNetworkKnowsEveryLayer() throws {
        let description = """
            {"input": [2, 9, 8], "layers": [
              {"type": "conv2d", "outputs": 3, "kernel": [3, 2], "stride": [1, 2],
               "padding": [1, 0, 2, 1]},
              {"type": "leakyRelu", "slope": -0.25}, {"type": "maxPool", "kernel": [2, 1]},
              "tanh", {"type": "avgPool", "kernel": 2, "stride": 1}, "sigmoid",
              {"type": "conv2d", "outputs": 4, "kernel": 1, "bias": false}, "relu",
              "globalAvgPool", "flatten", {"type": "dense", "outputs": 3}], "head": "identity"}
            """
        let architecture = try ArchDescription(parsingJSON: Array(description.utf8)).encode()
        var state: UInt64 = 7
        func random() -> Int32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int32(truncatingIfNeeded: Int64(bitPattern: state) >> 46)
        }
        let parameters = (0..<architecture.parameterCount).map { _ in random() }
        let model = try Model(parameters: parameters, architecture: architecture)
        let x = (0..<architecture.features).map { _ in Double(random()) / 65_536 }
        let data = try DatasetPacking(
            architecture: architecture, x: NumberArray(shape: [1, 2, 9, 8], values: x),
            y: NumberArray(shape: [1, 3], values: [0, 1, 2])
        ).blob(dtype: .int32, divisor: 1)
        let scoring = try ScoringCase(
            arch: architecture.bytes, base: nil,
            model: model.canonicalBlob(architecture: architecture), data: data.bytes)
        let explanation = Explanation(scoring)
        #expect(explanation.layers.count == 12)
        for facts in explanation.layers {
            #expect(facts.worstError < 5e-4, "\(facts.name)")
            #expect(facts.zeros < facts.values)
        }
        let json = try JSONSerialization.jsonObject(with: Data(explanation.json))
        let layers = (json as? [String: Any])?["layers"] as? [[String: Any]]
        #expect(layers?.map { $0["name"] as? String } == explanation.layers.map(\.name))
    }
}
