import ABI
import Terminal

extension Chronicle {
    /// The run as lines of text: what happened, the jobs, the rewards, the totals.
    ///
    /// `root` is that of the tree over all outputs after the last input.
    public func lines(root: Bytes32, inColour: Bool) -> [String] {
        var lines = [title, ""]
        lines += eventLines(inColour: inColour)
        if !jobs.all.isEmpty { lines += [""] + jobTable.lines }
        if !rewards.isEmpty { lines += [""] + rewardTable.lines }
        lines += [""] + totals(root: root)
        return lines
    }

    private func eventLines(inColour: Bool) -> [String] {
        var table = TextTable()
        table.addColumn("line", .right)
        table.addColumn("who")
        table.addColumn("did")
        table.addColumn("mean loss to beat → scored", .right)
        table.addColumn("accuracy", .right)
        table.addColumn("result")
        for row in rows {
            let line =
                row.firstLine == row.lastLine
                ? "\(row.firstLine)" : "\(row.firstLine)–\(row.lastLine)"
            table.addRow([
                line, Figures.cut(row.who, to: 24), Figures.cut(row.did, to: 80), row.loss,
                row.accuracy,
                row.results.joined(separator: ", "),
            ])
        }
        var lines = table.lines
        guard inColour else { return lines }
        for (index, row) in rows.enumerated() {
            // Behind the titles and the rule.
            lines[index + 2] = Self.paint(lines[index + 2], row.mood)
        }
        return lines
    }

    private static func paint(_ text: String, _ mood: Mood) -> String {
        switch mood {
        case .neutral: return text
        case .good: return "\u{1B}[32m\(text)\u{1B}[0m"
        case .bad: return "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }

    private var jobTable: TextTable {
        var table = TextTable()
        table.addColumn("job", .right)
        table.addColumn("sponsor")
        table.addColumn("state")
        table.addColumn("reward", .right)
        table.addColumn("slots taken", .right)
        table.addColumn("scored", .right)
        table.addColumn("paid", .right)
        table.addColumn("mean loss base → best", .right)
        table.addColumn("best accuracy", .right)
        table.addColumn("refund", .right)
        for job in jobs.all {
            table.addRow([
                "\(job.id)", names.name(of: job.sponsor), job.state,
                names.amount(job.reward, token: job.token), "\(job.takenSlots.count)/\(job.slots)",
                "\(job.submissions)", "\(job.paid)", Self.losses(of: job),
                job.bestCorrect.map {
                    Figures.accuracy(correct: $0, samples: job.samples)
                } ?? "",
                job.refund.map { names.amount($0, token: job.token) } ?? "",
            ])
        }
        return table
    }

    /// FEDERATED: no notice has the loss of the base model; each round has that of the next one.
    private static func losses(of job: JobSummaries.Summary) -> String {
        guard let first = job.baseLoss else { return "" }
        let text = Figures.meanLoss(first, samples: job.samples)
        guard let last = job.bestLoss else { return text }
        let best = Figures.meanLoss(last, samples: job.samples)
        guard job.isFederated else { return "\(text) → \(best)" }
        return job.measuredRounds == 1
            ? "one round: \(best)" : "first round: \(text) → last: \(best)"
    }

    private var rewardTable: TextTable {
        var table = TextTable()
        table.addColumn("paid to")
        table.addColumn("job", .right)
        table.addColumn("reward", .right)
        table.addColumn("as")
        for reward in rewards {
            table.addRow([
                names.name(of: reward.client), "\(reward.job)",
                names.amount(reward.amount, token: reward.token),
                reward.voucher.map { "voucher #\($0)" } ?? "balance",
            ])
        }
        return table
    }

    /// `items` with commas, in lines of at most 100 characters that begin below the first item.
    private static func wrapped(_ title: String, _ items: [String]) -> [String] {
        var lines: [String] = []
        var line = title
        for (index, item) in items.enumerated() {
            let text = item + (index + 1 < items.count ? "," : "")
            if line.count + text.count > 100 {
                lines.append(line.trimmingTrailingSpaces)
                line = String(repeating: " ", count: title.count)
            }
            line += text + " "
        }
        return lines + [line.trimmingTrailingSpaces]
    }

    private func totals(root: Bytes32) -> [String] {
        let outputs = noticeCount + voucherCount
        var lines = [
            "\(Figures.count(inputCount, "input")), \(queryCount == 1 ? "1 query" : "\(queryCount) queries")",
            "\(Figures.count(outputs, "output")): \(Figures.count(noticeCount, "notice")), "
                + Figures.count(voucherCount, "voucher"),
        ]
        if !refusals.isEmpty {
            let total = refusals.reduce(0) { $0 + $1.count }
            // The frequent ones first; codes are unique, so the order is total.
            let sorted = refusals.sorted { ($1.count, $0.code) < ($0.count, $1.code) }
            lines += Self.wrapped(
                Figures.count(total, "refusal") + ": ",
                sorted.map { "\($0.code) \($0.count)" })
        }
        lines.append("outputs root \(Hex.string(root.bytes))")
        return lines
    }
}
