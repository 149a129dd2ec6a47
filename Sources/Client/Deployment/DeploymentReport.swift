import ABI
import JSON
import Terminal

/// What a chain says of a deployment, line by line.
package struct DeploymentReport {
    /// One thing that was looked at.
    struct Finding: Equatable {
        enum Verdict: String {
            case fits
            case fails
            /// Nobody was asked: it is as the caller says, or only to be known.
            case told
        }

        /// A stable name for programs.
        let check: String
        let verdict: Verdict
        /// The same for people.
        let subject: String
        var expected: String?
        let found: String
        var remedy: String?

        /// The finding behind its verdict and subject.
        var sentence: String {
            guard verdict == .fails else { return found }
            return (expected.map { "expected \($0), found " } ?? "") + found
                + (remedy.map { "; \($0)" } ?? "")
        }
    }

    let application: Address
    let contracts: String
    var chainID: UInt64?
    var findings: [Finding] = []

    init(application: Address, contracts: String) {
        (self.application, self.contracts) = (application, contracts)
    }

    /// Whether a deposit would be credited by a machine that was built as it was told.
    package var isCredited: Bool { !findings.contains { $0.verdict == .fails } }

    package var lines: [String] {
        let rows = findings.map { [$0.verdict.rawValue, $0.subject, $0.sentence] }
        let failures = findings.count { $0.verdict == .fails }
        let end =
            isCredited
            ? "A deposit would be credited, if the machine was built as told."
            : "Do not deposit: \(Figures.count(failures, "line")) above \(failures == 1 ? "fails" : "fail")."
        return TextTable.lines(of: rows, left: 3) + ["", end]
    }

    /// `{"credited","application","contracts","chainId","checks":[{"check","verdict","subject",
    /// "expected","found","remedy"}]}`; what was not said is null.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.bool("credited", isCredited)
        json.string("application", application.checksummed)
        json.string("contracts", contracts)
        json.number("chainId", chainID)
        json.beginArray("checks")
        for finding in findings {
            json.beginObject()
            json.string("check", finding.check)
            json.string("verdict", finding.verdict.rawValue)
            json.string("subject", finding.subject)
            json.string("expected", finding.expected)
            json.string("found", finding.found)
            json.string("remedy", finding.remedy)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
