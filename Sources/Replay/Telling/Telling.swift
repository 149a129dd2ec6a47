import ABI
import Marketplace
import Terminal
import Vouchers

/// What came out of one input, as rows: the input's own, and one for each score, round, reward and
/// lost bond that it brought about for others.
struct Telling {
    let names: Names
    /// The input's own row is the first.
    private(set) var rows: [Chronicle.Row]
    private(set) var rewards: [Chronicle.Reward] = []
    private var lastVoucher: UInt64?
    /// Whose score is in the input's own row.
    private var scored: Address?

    init(names: Names, row: Chronicle.Row) {
        self.names = names
        rows = [row]
    }

    /// Takes in the next output. `jobs` know it already.
    mutating func take(_ recorded: RecordedOutput, _ jobs: JobSummaries) {
        guard case .notice(let payload) = recorded.output else {
            lastVoucher = recorded.index
            return
        }
        guard let notice = DecodedCall(payload) else { return }
        let job = jobs.job(notice.number("jobId"))
        switch notice.name {
        case "SubmissionScored":
            if job?.isFederated == true {
                tell(update: notice)
            } else {
                tell(score: notice, isSealed: job?.isSealed == true)
            }
        case "RoundClosed": tell(round: notice, job)
        case "RewardIssued": tell(reward: notice)
        case "BondForfeited": tell(forfeit: notice, job)
        case "JobSettled" where rows.count > 1: tell(settlement: notice, job)
        case "JobDefaulted" where rows.count > 1:
            addRow(
                who: job.map { names.name(of: $0.sponsor) } ?? "",
                did: "kept data of job \(notice.number("jobId")) back", mood: .bad)
            rows[rows.count - 1].results += [result(of: notice) ?? ""]
        case "Withdrawn":
            // A batch is one voucher and a notice for each id.
            guard let text = lastVoucher.map({ "voucher #\($0)" }), rows[0].results.last != text
            else { return }
            rows[0].results.append(text)
        default:
            guard let text = result(of: notice) else { return }
            // What time alone has done comes first, but these are of the message.
            let isOwn = ["JobPosted", "RentPaid", "JobAccepted", "ContentStored"]
                .contains(notice.name)
            rows[isOwn ? 0 : rows.count - 1].results.append(text)
        }
    }

    /// A row of its own behind the input's.
    private mutating func addRow(
        who: String, did: String, mood: Chronicle.Mood = .neutral, results: [String] = []
    ) {
        var row = Chronicle.Row(firstLine: rows[0].lastLine, lastLine: rows[0].lastLine)
        row.who = who
        row.did = did
        row.mood = mood
        row.results = results
        rows.append(row)
    }

    /// A model was scored: in the row of the input if its sender is the model's, else in one of its
    /// own.
    private mutating func tell(score notice: DecodedCall, isSealed: Bool) {
        let client = notice.address("client")
        let name = names.name(of: client)
        if scored == nil, rows.count == 1, rows[0].who == name || rows[0].who.isEmpty {
            rows[0].who = name
            scored = client
        } else {
            addRow(who: name, did: "has the model scored")
        }
        let index = rows.count - 1
        fill(index, notice)
        if notice.bool("accepted") {
            rows[index].mood = .good
            rows[index].results.append(isSealed ? "as claimed" : "accepted")
        } else if isSealed {
            rows[index].results.append("not as claimed")
        } else if notice.number("loss") < notice.number("baseLoss") {
            rows[index].results.append("improves too little")
        } else {
            rows[index].results.append("no improvement")
        }
    }

    private mutating func fill(_ index: Int, _ notice: DecodedCall) {
        let samples = notice.number("samples").asUInt64 ?? 0
        rows[index].loss =
            Figures.meanLoss(notice.number("baseLoss"), samples: samples) + " → "
            + Figures.meanLoss(notice.number("loss"), samples: samples)
        rows[index].accuracy = Figures.accuracy(
            correct: notice.number("correct").asUInt64 ?? 0, samples: samples)
    }

    /// FEDERATED: what the mean of all updates loses without this one.
    private mutating func tell(update notice: DecodedCall) {
        let samples = notice.number("samples").asUInt64 ?? 0
        let worst = UInt256(samples).multiplied(by: UInt256(1 << 34 as UInt64))
        let name = names.name(of: notice.address("client"))
        let round = "round \(notice.number("round"))"
        // The worst loss with nothing right stands for an update that did not load.
        if notice.number("loss") == worst, notice.number("correct").isZero {
            addRow(who: name, did: "\(round): an update that does not count", mood: .bad)
            return
        }
        let helps = notice.bool("accepted")
        addRow(
            who: name, did: "\(round): the mean of all → without this update",
            mood: helps ? .good : .neutral, results: [helps ? "helps" : "does not help"])
        fill(rows.count - 1, notice)
    }

    private mutating func tell(round notice: DecodedCall, _ job: JobSummaries.Summary?) {
        addRow(
            who: job.map { names.name(of: $0.sponsor) } ?? "",
            did: "round \(notice.number("round")) of job \(notice.number("jobId")) closes")
        let loss = notice.number("loss")
        if !loss.isZero {
            rows[rows.count - 1].loss =
                "global " + Figures.meanLoss(loss, samples: job?.samples ?? 0)
        }
        let model = Sentences(names: names).cid(notice.bytes("globalCid"))
        rows[rows.count - 1].results.append(
            job?.hasNewGlobal == true ? "new global model \(model)" : "the global model stays")
    }

    /// On the row of the score that earned it, if that is the last one; else on a row of its own.
    private mutating func tell(reward notice: DecodedCall) {
        let reward = Chronicle.Reward(
            job: notice.number("jobId"), client: notice.address("client"),
            token: notice.address("token"), amount: notice.number("amount"), voucher: lastVoucher)
        lastVoucher = nil
        rewards.append(reward)
        let amount = names.amount(reward.amount, token: reward.token)
        let name = names.name(of: reward.client)
        let last = rows.count - 1
        if rows[last].who == name, rows[last].results.last == "accepted" {
            rows[last].results.append("paid \(amount)")
        } else {
            addRow(who: name, did: "is paid by job \(reward.job)", mood: .good, results: [amount])
        }
    }

    /// The zero address stands for nobody: the bond is burned.
    private mutating func tell(forfeit notice: DecodedCall, _ job: JobSummaries.Summary?) {
        let beneficiary = notice.address("beneficiary")
        let fate = beneficiary.isZero ? "burned" : "to \(names.name(of: beneficiary))"
        let amount = names.amount(notice.number("amount"), token: job?.token ?? .zero)
        addRow(
            who: names.name(of: notice.address("client")),
            did: "forfeits the bond of job \(notice.number("jobId"))", mood: .bad,
            results: ["\(amount) \(fate)"])
    }

    /// The end, below what it brought to others.
    private mutating func tell(settlement notice: DecodedCall, _ job: JobSummaries.Summary?) {
        let refund = names.amount(notice.number("refund"), token: job?.token ?? .zero)
        addRow(
            who: job.map { names.name(of: $0.sponsor) } ?? "",
            did: "gets back what is left of job \(notice.number("jobId"))",
            results: [refund, "job \(notice.number("jobId")) settled"])
    }

    /// What the job costs its sponsor for good: room above one half, and work.
    private func rent(in notice: DecodedCall) -> String {
        let (rent, scoring) = (notice.number("rent"), notice.number("scoring"))
        let price = "scoring \(Figures.ether(scoring))"
        return rent.isZero ? price : "rent \(Figures.ether(rent)), \(price)"
    }

    private func result(of notice: DecodedCall) -> String? {
        let job = "job \(notice.number("jobId"))"
        switch notice.name {
        case "JobPosted": return job
        case "RentPaid": return rent(in: notice)
        case "JobAccepted": return "slot \(notice.number("slot"))"
        case "ContentStored": return "stored \(Sentences(names: names).cid(notice.bytes("cid")))"
        case "JobOpened":
            let round = notice.number("round")
            return round.isZero ? "\(job) opens" : "round \(round) opens"
        case "JobSettled": return "\(job) settled"
        case "JobCancelled":
            let reason = notice.number("reason").asUInt64.flatMap { UInt8(exactly: $0) }
                .flatMap { CancelReason(rawValue: $0) }
            return "\(job) cancelled" + (reason.map { ": \($0.name)" } ?? "")
        case "JobDefaulted": return "\(job) defaulted"
        default: return nil
        }
    }
}
