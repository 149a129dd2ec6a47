import ABI
import JSON
import Marketplace
import Rollup
import Vouchers

/// A run told to people: who did what, what was scored, who was paid, and what came out of it.
public struct Chronicle: Sendable {
    /// One thing that happened.
    struct Row: Equatable, Sendable {
        var firstLine: Int
        var lastLine: Int
        var who = ""
        var did = ""
        var loss = ""
        var accuracy = ""
        var results: [String] = []
        var mood = Mood.neutral
        /// What an upload belongs to, so that the pieces of one make one row.
        var upload: Upload?
    }

    struct Upload: Equatable, Sendable {
        let who: String
        let did: String
        var pieces: Int
    }

    enum Mood: Sendable {
        case neutral
        case good
        case bad
    }

    let title: String
    let names: Names
    private(set) var rows: [Row] = []
    private(set) var jobs = JobSummaries()
    private(set) var rewards: [Reward] = []
    private(set) var refusals: [(code: String, count: Int)] = []
    private(set) var inputCount = 0
    private(set) var queryCount = 0
    private(set) var noticeCount = 0
    private(set) var voucherCount = 0

    /// A reward that was issued.
    struct Reward: Equatable, Sendable {
        let job: UInt256
        let client: Address
        let token: Address
        let amount: UInt256
        /// Global index of the voucher, or nil for a credit to the balance.
        let voucher: UInt64?
    }

    public init(fixture: String, story: Story?, portals: PortalAddresses) {
        title = story.map { "\(fixture): \($0.title)" } ?? fixture
        names = Names(story: story, portals: portals)
    }

    /// Takes in the next input and what came of it.
    public mutating func add(line: Int, request: [UInt8], outcome: RecordedOutcome) {
        let sentences = Sentences(names: names)
        var row = Row(firstLine: line, lastLine: line)
        let codes = outcome.reports.compactMap(StoryCheck.errorCode)
        do throws(RequestError) {
            switch try RollupRequest(parsingJSON: request) {
            case .advance(let input):
                inputCount += 1
                (row.who, row.did) = sentences.describe(input)
            case .inspect(let query):
                queryCount += 1
                guard !codes.isEmpty else { return }
                row.did = sentences.describe(query: query)
            }
        } catch {
            row.did = "a request that is none: \(error.code)"
        }
        for code in codes { count(refusal: code) }
        if !codes.isEmpty {
            row.mood = .bad
            let isTaken = !outcome.reports.contains(where: Self.refuses)
            row.results.append((isTaken ? "" : "refused: ") + codes.joined(separator: ", "))
            if !isTaken, let note = names.story?.line(line)?.note { row.did = note }
        }
        if outcome.status == .reject {
            row.mood = .bad
            row.results.append("rejected")
        }
        var telling = Telling(names: names, row: row)
        for recorded in outcome.outputs {
            switch recorded.output {
            case .voucher, .delegateCallVoucher: voucherCount += 1
            case .notice(let payload):
                noticeCount += 1
                if let notice = DecodedCall(payload) { jobs.note(notice) }
            }
            telling.take(recorded, jobs)
        }
        rewards += telling.rewards
        for row in telling.rows { append(row) }
    }

    /// Codes that say what became of a file in an input whose message was taken. Outputs say nothing
    /// about that: time alone, or a deposit, may have brought them.
    private static let consequences: Set = [
        "wrongBlock", "wrongSize", "wrongData", "tooLarge", "tooDeep", "malformedBlock",
        "malformedStream", "invalidModel", "invalidData",
    ]

    /// Whether a report refuses the message. What became of a file names the job that it was for,
    /// which tells it from a refusal under the same code.
    private static func refuses(_ report: [UInt8]) -> Bool {
        guard let error = (try? JSONValue(parsing: report))?["error"],
            let code = error["code"]?.text
        else { return false }
        return !consequences.contains(code) || error["at"]?.text?.hasPrefix("job ") != true
    }

    private mutating func count(refusal code: String) {
        if let index = refusals.firstIndex(where: { $0.code == code }) {
            refusals[index].count += 1
        } else {
            refusals.append((code, 1))
        }
    }

    /// Appends `row`, or counts it to the row above when both are pieces of one upload.
    private mutating func append(_ row: Row) {
        var row = row
        guard row.did.hasPrefix("uploads "), row.loss.isEmpty, row.mood == .neutral else {
            rows.append(row)
            return
        }
        row.upload = Upload(who: row.who, did: row.did, pieces: 1)
        guard let last = rows.indices.last, let upload = rows[last].upload,
            upload.who == row.who, upload.did == row.did
        else {
            rows.append(row)
            return
        }
        rows[last].lastLine = row.lastLine
        rows[last].upload?.pieces += 1
        rows[last].did = "\(row.did) in \(upload.pieces + 1) pieces"
        rows[last].results += row.results
    }
}
