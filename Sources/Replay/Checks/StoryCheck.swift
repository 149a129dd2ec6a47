import ABI
import JSON
import Vouchers

/// Whether a run did what the story tells.
struct StoryCheck {
    let story: Story

    /// What in the outcome of input `line` is not as told.
    func differences(in outcome: RecordedOutcome, line: Int) -> [Difference] {
        guard let told = story.line(line) else { return [] }
        var differences = outputDifferences(in: outcome, told)
        func expect(_ subject: String, _ expected: String?, _ found: String) {
            guard let expected, expected != found else { return }
            differences.append(
                Difference(
                    line: line, subject: subject + (told.note.map { " (\($0))" } ?? ""),
                    expected: expected, found: found))
        }
        let codes = outcome.reports.compactMap(Self.errorCode)
        expect("story: refusal", told.expect, codes.isEmpty ? "ok" : codes.joined(separator: ", "))
        let scores = outcome.outputs.compactMap(Self.score)
        let losses = scores.map { $0.number("loss").description }
        expect("story: loss", told.loss, losses.isEmpty ? "none" : losses.joined(separator: ", "))
        let verdicts = scores.map { "\($0.bool("accepted"))" }
        expect(
            "story: accepted", told.accepted.map { "\($0)" },
            verdicts.isEmpty ? "nothing scored" : verdicts.joined(separator: ", "))
        return differences
    }

    /// Notices and vouchers that are missing, or not foretold where all are.
    private func outputDifferences(
        in outcome: RecordedOutcome, _ told: Story.Line
    ) -> [Difference] {
        let outputs = outcome.outputs.map(\.output)
        let found =
            outputs.compactMap { Foretold.Notice($0)?.text }
            + outputs.compactMap { Foretold.Voucher($0)?.text }
        let expected = (told.notices ?? []).map(\.text) + (told.vouchers ?? []).map(\.text)
        var missing = expected
        var extra: [String] = []
        for text in found {
            if let index = missing.firstIndex(of: text) {
                missing.remove(at: index)
            } else {
                extra.append(text)
            }
        }
        let subject = "story: outputs" + (told.note.map { " (\($0))" } ?? "")
        func difference(_ expected: String, _ found: String) -> Difference {
            Difference(line: told.line, subject: subject, expected: expected, found: found)
        }
        return missing.map { difference($0, "not stated") }
            + (story.final == nil ? [] : extra.map { difference("not foretold", $0) })
    }

    private static func score(_ recorded: RecordedOutput) -> DecodedCall? {
        guard case .notice(let payload) = recorded.output, let call = DecodedCall(payload),
            call.name == "SubmissionScored"
        else { return nil }
        return call
    }

    /// The code of a report `{"error":{"code":…}}`; nil for any other report.
    static func errorCode(_ report: [UInt8]) -> String? {
        guard let tree = try? JSONValue(parsing: report) else { return nil }
        return tree["error"]?["code"]?.text
    }
}
