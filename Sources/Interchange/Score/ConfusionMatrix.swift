import CoreCommands
import Verifier

/// How often each class was taken for each other one.
package struct ConfusionMatrix: Equatable, Sendable {
    package let classes: Int
    /// Row-major: row = label, column = prediction. Only the cells that are not 0, by place.
    private let counts: [Int: Int]

    /// Nil for regression, which has no classes.
    package init?(_ scoring: ScoringCase) {
        let head = scoring.architecture.head
        classes = head.classCount(outputs: scoring.architecture.outputs)
        guard classes > 0 else { return nil }
        let inference = Inference(architecture: scoring.architecture, model: scoring.model)
        var counts: [Int: Int] = [:]
        for (sample, prediction) in inference.predictions(for: scoring.data).enumerated() {
            counts[scoring.data.label(of: sample) * classes + prediction, default: 0] += 1
        }
        self.counts = counts
    }

    package subscript(label: Int, prediction: Int) -> Int {
        counts[label * classes + prediction] ?? 0
    }

    /// The largest numbers of mistakes, by number and then by place.
    package func mistakes(atMost limit: Int) -> [(label: Int, prediction: Int, count: Int)] {
        let mistakes = counts.filter { $0.key / classes != $0.key % classes }
        let sorted = mistakes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.prefix(limit).map { ($0.key / classes, $0.key % classes, $0.value) }
    }
}
