import ABI
import ArgumentParser
import CoreCommands
import Foundation
import Terminal
import Testing
import Verifier

@testable import Interchange
@testable import deml

@Suite struct Scores {
    static let golden = try? String(
        contentsOfFile: Samples.path("../golden/verifier.jsonl"), encoding: .utf8)

    static func blob(_ field: Any?) -> [UInt8]? {
        guard let text = field as? String else { return nil }
        let digits = Array(text.utf8.dropFirst(2))
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
    }

    /// Every golden case through the tool: the numbers and the refusals are those of the verifier.
    @Test func reportsTheGoldenNumbers() throws {
        let lines = try #require(Scores.golden).split(separator: "\n")
        for line in lines {
            let fields = try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let name = Comment(rawValue: fields["name"] as? String ?? "?")
            let arch = try #require(Scores.blob(fields["arch"]), name)
            let model = try #require(Scores.blob(fields["model"]), name)
            let data = try #require(Scores.blob(fields["data"]), name)
            let scoring = try? ScoringCase(
                arch: arch, base: Scores.blob(fields["base"]), model: model, data: data)
            let isRefused = fields["error"] as? Bool ?? false
            #expect((scoring == nil) == isRefused, name)
            guard let scoring else { continue }
            let text = ScoreReport(scoring).json
            let answer = try #require(
                JSONSerialization.jsonObject(with: Data(text)) as? [String: Any], name)
            let report = try #require(answer["ok"] as? [String: Any], name)
            for key in ["loss", "work"] {
                #expect(report[key] as? String == fields[key] as? String, name)
            }
            for key in ["correct", "samples", "macroF1Ppb"] {
                #expect(report[key] as? Int == fields[key] as? Int, name)
            }
            #expect(report["auc"] as? [String] == fields["auc"] as? [String], name)
            #expect((report["baseLoss"] is NSNull) == (fields["base"] is NSNull), name)
        }
        #expect(lines.count > 200)
    }

    @Test func baseLossIsNullWithoutBase() throws {
        let json = String(
            decoding: ScoreReport(try Samples.scoring(base: nil)).json, as: UTF8.self)
        #expect(json.contains("\"baseLoss\":null"))
        #expect(ScoreReport(try Samples.scoring(base: nil)).improvementPpm == nil)
    }

    @Test func improvementIsFlooredPartsPerMillion() throws {
        let report = ScoreReport(try Samples.scoring())
        let base = try #require(report.baseLoss)
        let expected =
            report.metrics.loss < base
            ? UInt64(UInt128(base - report.metrics.loss) * 1_000_000 / UInt128(base)) : nil
        #expect(report.improvementPpm == expected)
        // The model against itself has nothing to offer.
        #expect(ScoreReport(try Samples.scoring(base: "f64-as-i32.dmlw")).improvementPpm == nil)
    }

    @Test func confusionAgreesWithTheMetrics() throws {
        let scoring = try Samples.scoring()
        let confusion = try #require(ConfusionMatrix(scoring))
        let metrics = ScoreReport(scoring).metrics
        let classes = 0..<confusion.classes
        #expect(classes.map { confusion[$0, $0] } == metrics.perClass.map { Int($0.truePositives) })
        for (label, counts) in metrics.perClass.enumerated() {
            let labelled = classes.reduce(0) { $0 + confusion[label, $1] }
            let claimed = classes.reduce(0) { $0 + confusion[$1, label] }
            #expect(labelled == Int(counts.truePositives + counts.falseNegatives))
            #expect(claimed == Int(counts.truePositives + counts.falsePositives))
        }
        let mistakes = confusion.mistakes(atMost: 100).reduce(0) { $0 + $1.count }
        #expect(mistakes == Int(metrics.samples - metrics.correct))
    }

    @Test func failuresNameTheBlobAndTheRule() throws {
        let arch = try Samples.bytes("arch.dmla")
        let model = try Samples.bytes("f64-as-i32.dmlw")
        let data = try Samples.bytes("data-i32.dmld")
        let delta = try Samples.bytes("f64-as-i8-delta.dmlw")
        func failure(_ arch: [UInt8], _ model: [UInt8], _ data: [UInt8]) -> ToolFailure? {
            #expect(throws: ToolFailure.self) {
                try ScoringCase(arch: arch, base: nil, model: model, data: data)
            }
        }
        #expect(failure(Array(arch.dropLast()), model, data)?.code == "archTruncated")
        #expect(failure(arch, delta, data)?.code == "weightsDelta")
        #expect(failure(arch, delta, data)?.message.hasPrefix("model: ") == true)
        #expect(failure(arch, model, data + [0])?.code == "dataLength")
    }

    private func answer(to line: String) -> String {
        String(
            decoding: BatchOperation.score.answer(Array(line.utf8), read: Files.read),
            as: UTF8.self)
    }

    @Test func batchAnswersEveryLine() throws {
        let good =
            "{\"arch\":\"\(Samples.path("arch.dmla"))\",\"base\":null,"
            + "\"model\":\"\(Samples.path("f64-as-i32.dmlw"))\","
            + "\"data\":\"\(Samples.path("data-i32.dmld"))\"}"
        let report = ScoreReport(try Samples.scoring(base: nil))
        #expect(answer(to: good).utf8.elementsEqual(report.json))
        let inline = good.replacing(
            Samples.path("arch.dmla"), with: Hex.string(try Samples.bytes("arch.dmla")))
        #expect(answer(to: inline) == answer(to: good))
        let missing = good.replacing("f64-as-i32.dmlw", with: "no\\nsuch")
        #expect(answer(to: missing).hasPrefix(#"{"error":{"code":"file""#))
        for (line, code) in [
            ("", "json"), ("[]", "typeMismatch"), ("{}", "missingMember"),
            (good.replacing("\"base\":null", with: "\"base\":1"), "typeMismatch"),
            (good + "x", "json"), (String(good.dropLast()), "json"),
            (good.replacing(Samples.path("arch.dmla"), with: "0x00"), "archTruncated"),
            (good.replacing(Samples.path("arch.dmla"), with: "0x1"), "typeMismatch"),
        ] {
            #expect(answer(to: line).hasPrefix(#"{"error":{"code":"\#(code)""#), "\(line)")
        }
    }

    @Test func pathsComeFromTheCommandLineOrFromBatch() throws {
        let arguments = ["--arch", "a", "--model", "m", "--data", "d"]
        let command = try ScoreCommand.parse(arguments)
        #expect(
            command.options.paths == ScoringPaths(arch: "a", base: nil, model: "m", data: "d"))
        #expect(throws: (any Error).self) { try ScoreCommand.parse(arguments + ["--batch"]) }
        #expect(throws: (any Error).self) { try ScoreCommand.parse(Array(arguments.dropLast(2))) }
        #expect(throws: Never.self) { try ScoreCommand.parse(["--batch"]) }
    }

    @Test func tableShowsWhatTheHeadHas() throws {
        let classes = ScoreTable(try Samples.scoring()).lines.joined(separator: "\n")
        for word in ["base loss", "correct", "macro F1", "label \\ predicted", "work"] {
            #expect(classes.contains(word), "\(word)")
        }
        let scoring = try Samples.linear(weights: [[1 << 16]], x: [3 << 15], y: [1 << 16])
        let values = ScoreTable(scoring).lines.joined(separator: "\n")
        #expect(values.contains("mean squared error  0.250000000"))
        #expect(!values.contains("correct") && !values.contains("label"))
    }
}
