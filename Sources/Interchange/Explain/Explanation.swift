import CoreCommands
import Foundation
import JSON
import Terminal
import Verifier

/// Where fixed point costs a model accuracy, layer by layer.
package struct Explanation: Sendable {
    /// The input, then every layer.
    package private(set) var layers: [LayerFacts]
    /// Samples that were looked at.
    package let samples: Int
    /// Samples whose class floating point predicts differently; 0 for regression.
    package private(set) var disagreements = 0
    /// Samples whose loss was cut off at its limit.
    package private(set) var lossesAtLimit = 0

    /// Looks at the first `limit` samples, or at all of them.
    package init(_ scoring: ScoringCase, atMost limit: Int = .max) {
        let architecture = scoring.architecture
        layers = [LayerFacts(name: "input", shape: Explanation.inputShape(of: architecture))]
        for stage in architecture.stages {
            layers.append(
                LayerFacts(
                    name: stage.layer.name, shape: stage.output,
                    rowShare: Explanation.rowShare(of: stage, in: scoring.model)))
        }
        samples = min(limit, scoring.data.samples)
        let inference = Inference(architecture: architecture, model: scoring.model)
        let network = FloatNetwork(architecture: architecture, model: scoring.model)
        for sample in 0..<samples {
            guard let fixed = inference.activations(of: sample, in: scoring.data) else { break }
            let float = network.activations(of: fixed[0].map { Double($0) / 65_536 })
            for index in layers.indices {
                layers[index].include(fixed[index], float: float[index])
            }
            guard let result = inference.result(of: sample, in: scoring.data) else { break }
            if result.loss == DML1.lossLimit { lossesAtLimit += 1 }
            if let predicted = result.predicted,
                predicted != Explanation.prediction(float[float.count - 1])
            {
                disagreements += 1
            }
        }
    }

    private static func inputShape(of architecture: Architecture) -> Shape {
        architecture.stages.first?.input ?? .vector(architecture.features)
    }

    private static func rowShare(of stage: Stage, in model: Model) -> Double {
        guard stage.weightCount > 0 else { return 0 }
        var largest = 0.0
        for row in 0..<stage.rows {
            let start = stage.weightOffset + row * stage.rowLength
            let sum = model.parameters[start..<(start + stage.rowLength)]
                .reduce(0.0) { $0 + Double($1.magnitude) }
            largest = max(largest, sum)
        }
        return largest / Double(DML1.rowLimit)
    }

    private static func prediction(_ logits: [Double]) -> Int {
        if logits.count == 1 { return logits[0] > 0 ? 1 : 0 }
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        return best
    }
}

extension Explanation {
    package var lines: [String] {
        let titles = [
            "", "layer", "shape", "min", "max", "saturated", "zero", "worst error", "row sum",
        ]
        let rows = layers.enumerated().map { index, facts in
            [
                index == 0 ? "" : "\(index - 1)",
                facts.name,
                facts.shape.text,
                Figures.q16(facts.minimum),
                Figures.q16(facts.maximum),
                Figures.grouped(facts.saturated),
                Figures.percent(Double(facts.zeros), of: Double(facts.values)),
                Figures.short(facts.worstError),
                facts.rowShare == 0 ? "" : Figures.percent(facts.rowShare, of: 1),
            ]
        }
        var lines = TextTable.lines(of: [titles] + rows, left: 3)
        lines.append("")
        lines.append(
            "\(Figures.grouped(samples)) samples; floating point predicts "
                + "\(Figures.grouped(disagreements)) of them differently; "
                + "\(Figures.grouped(lossesAtLimit)) losses at the limit of 16")
        lines += advice
        return lines
    }

    /// What a trainer can do about what the table shows.
    private var advice: [String] {
        var advice: [String] = []
        if let first = layers.firstIndex(where: { $0.saturated > 0 }) {
            let place = first == 0 ? "The input" : "Layer \(first - 1)"
            advice.append(
                "\(place) reaches ±32768, where values are cut off: scale the data or the weights "
                    + "down.")
        }
        if let first = layers.dropFirst().firstIndex(where: { $0.zeros == $0.values }) {
            advice.append("Layer \(first - 1) is always 0: its values are too small, or dead.")
        }
        if let tight = layers.firstIndex(where: { $0.rowShare > 0.5 }) {
            advice.append(
                "Layer \(tight - 1) uses more than half of the row sum that may be loaded.")
        }
        if 10 * lossesAtLimit > samples {
            advice.append("Many losses are cut off: gains on those samples do not count.")
        }
        return advice
    }

    /// One object with the same facts.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.number("samples", UInt64(samples))
        writer.number("disagreements", UInt64(disagreements))
        writer.number("lossesAtLimit", UInt64(lossesAtLimit))
        writer.beginArray("layers")
        for facts in layers {
            writer.beginObject()
            writer.string("name", facts.name)
            writer.beginArray("shape")
            for dimension in facts.shape.dimensions { writer.number(UInt64(dimension)) }
            writer.endArray()
            writer.string("minimum", "\(facts.minimum)")
            writer.string("maximum", "\(facts.maximum)")
            writer.number("saturated", UInt64(facts.saturated))
            writer.number("zeros", UInt64(facts.zeros))
            writer.number("values", UInt64(facts.values))
            writer.string("worstError", Figures.short(facts.worstError))
            writer.string("rowShare", Figures.short(facts.rowShare))
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
