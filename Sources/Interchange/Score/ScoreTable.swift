import Content
import CoreCommands
import Terminal
import Verifier

/// A score as a table for people.
package struct ScoreTable {
    /// More classes than this are listed by their mistakes instead of as a matrix.
    package static let matrixLimit = 40
    package static let mistakeLimit = 20

    package let report: ScoreReport
    package let confusion: ConfusionMatrix?
    package let architecture: Architecture

    package init(_ scoring: ScoringCase) {
        report = ScoreReport(scoring)
        confusion = ConfusionMatrix(scoring)
        architecture = scoring.architecture
    }

    package var lines: [String] {
        var lines = TextTable.lines(of: facts, left: 2)
        if let confusion {
            lines.append("")
            lines += classLines
            lines.append("")
            lines += ScoreTable.lines(of: confusion)
        }
        return lines
    }

    private var facts: [[String]] {
        let metrics = report.metrics
        let samples = Double(metrics.samples)
        var facts = [
            [
                "samples",
                "\(Figures.grouped(metrics.samples)) of \(architecture.features) values",
            ],
            ["loss", ScoreTable.loss(metrics.loss, samples: samples)],
        ]
        if let baseLoss = report.baseLoss {
            facts.append(["base loss", ScoreTable.loss(baseLoss, samples: samples)])
            facts.append(["improvement", improvement])
        }
        if architecture.head == .identity {
            let mean = Double(metrics.loss) / samples / 0x1p30
            facts.append(["mean squared error", Figures.decimal(mean, places: 9)])
        } else {
            let share = Figures.percent(Double(metrics.correct), of: samples)
            facts.append(["correct", "\(Figures.grouped(metrics.correct)), \(share)"])
            let f1 = Double(metrics.macroF1Ppb) / 1e9
            facts.append(["macro F1", Figures.decimal(f1, places: 6)])
        }
        if metrics.aucDenominator > 0 {
            let auc = Double(metrics.aucNumerator) / Double(metrics.aucDenominator)
            facts.append([
                "AUC",
                "\(Figures.decimal(auc, places: 9)) = "
                    + "\(metrics.aucNumerator)/\(metrics.aucDenominator)",
            ])
        }
        facts.append(["work", Figures.grouped(report.work)])
        return facts
    }

    private static func loss(_ loss: UInt64, samples: Double) -> String {
        "\(loss), \(Figures.decimal(Double(loss) / samples / 0x1p30, places: 9)) per sample"
    }

    private var improvement: String {
        guard let ppm = report.improvementPpm else { return "none" }
        return "\(Figures.grouped(ppm)) ppm"
    }

    private var classLines: [String] {
        guard report.metrics.perClass.count <= ScoreTable.matrixLimit else { return [] }
        let rows = report.metrics.perClass.enumerated().map { index, counts in
            let found = Double(counts.truePositives)
            return [
                "\(index)",
                "\(counts.truePositives)", "\(counts.falsePositives)", "\(counts.falseNegatives)",
                Figures.percent(found, of: found + Double(counts.falsePositives)),
                Figures.percent(found, of: found + Double(counts.falseNegatives)),
            ]
        }
        let titles = [
            "class", "found", "claimed wrongly", "missed", "precision", "recall",
        ]
        return TextTable.lines(of: [titles] + rows, left: 0)
    }

    private static func lines(of confusion: ConfusionMatrix) -> [String] {
        guard confusion.classes <= matrixLimit else {
            let rows = confusion.mistakes(atMost: mistakeLimit).map {
                ["\($0.label)", "\($0.prediction)", "\($0.count)"]
            }
            return TextTable.lines(of: [["label", "taken for", "times"]] + rows, left: 0)
        }
        let all = 0..<confusion.classes
        let rows = all.map { label in
            ["\(label)"] + all.map { "\(confusion[label, $0])" }
        }
        return TextTable.lines(of: [["label \\ predicted"] + all.map { "\($0)" }] + rows, left: 0)
    }
}
