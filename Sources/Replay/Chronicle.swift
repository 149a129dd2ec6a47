import ABI
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

    public init(fixture: String, story: Story?, portals: PortalAddresses = .v2_1) {
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
            row.results.append("refused: " + codes.joined(separator: ", "))
            if let note = names.story?.line(line)?.note { row.did = note }
        }
        if outcome.status == .reject {
            row.mood = .bad
            row.results.append("rejected")
        }
        tell(outcome.outputs, in: row)
    }

    private mutating func count(refusal code: String) {
        if let index = refusals.firstIndex(where: { $0.code == code }) {
            refusals[index].count += 1
        } else {
            refusals.append((code, 1))
        }
    }

    /// Appends `row` and, for each further score, one more.
    private mutating func tell(_ outputs: [RecordedOutput], in row: Row) {
        var row = row
        var hasScore = false
        var lastVoucher: (index: UInt64, value: UInt256, payload: [UInt8])?
        for recorded in outputs {
            switch recorded.output {
            case .voucher(_, let value, let payload):
                voucherCount += 1
                lastVoucher = (recorded.index, value, payload)
            case .notice(let payload):
                noticeCount += 1
                guard let notice = DecodedCall(payload) else { continue }
                jobs.note(notice)
                switch notice.name {
                case "SubmissionScored":
                    if hasScore {
                        append(row)
                        row = Row(firstLine: row.lastLine, lastLine: row.lastLine)
                    }
                    hasScore = true
                    tell(score: notice, in: &row)
                case "RewardIssued":
                    tell(reward: notice, voucher: lastVoucher?.index, in: &row)
                    lastVoucher = nil
                case "Withdrawn":
                    if let lastVoucher { row.results.append("voucher #\(lastVoucher.index)") }
                default:
                    if let text = result(of: notice) { row.results.append(text) }
                }
            }
        }
        append(row)
    }

    private mutating func tell(score notice: DecodedCall, in row: inout Row) {
        let samples = notice.number("samples").asUInt64 ?? 0
        row.loss =
            Figures.meanLoss(notice.number("baseLoss"), samples: samples) + " → "
            + Figures.meanLoss(notice.number("loss"), samples: samples)
        row.accuracy = Figures.accuracy(
            correct: notice.number("correct").asUInt64 ?? 0, samples: samples)
        let client = names.name(of: notice.address("client"))
        if row.who.isEmpty || row.who == client {
            row.who = client
        } else {
            row.results.append("\(client)'s model")
        }
        if notice.bool("accepted") {
            row.mood = .good
            row.results.append("accepted")
        } else if notice.number("loss") < notice.number("baseLoss") {
            row.results.append("improves too little")
        } else {
            row.results.append("no improvement")
        }
    }

    private mutating func tell(reward notice: DecodedCall, voucher: UInt64?, in row: inout Row) {
        let reward = Reward(
            job: notice.number("jobId"), client: notice.address("client"),
            token: notice.address("token"), amount: notice.number("amount"), voucher: voucher)
        rewards.append(reward)
        row.results.append("paid \(names.amount(reward.amount, token: reward.token))")
    }

    private func result(of notice: DecodedCall) -> String? {
        let job = "job \(notice.number("jobId"))"
        switch notice.name {
        case "JobPosted": return job
        case "JobAccepted": return "slot \(notice.number("slot"))"
        case "ContentStored": return "stored \(Sentences(names: names).cid(notice.bytes("cid")))"
        case "JobOpened": return "\(job) opens"
        case "BondForfeited":
            return "\(names.name(of: notice.address("client"))) forfeits the bond"
        case "JobSettled": return "\(job) settled"
        case "JobCancelled":
            let reason = notice.number("reason").asUInt64.flatMap { UInt8(exactly: $0) }
                .flatMap { CancelReason(rawValue: $0) }
            return "\(job) cancelled" + (reason.map { ": \($0.name)" } ?? "")
        case "JobDefaulted": return "\(job) defaulted"
        default: return nil
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
