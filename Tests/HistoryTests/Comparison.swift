import ABI
import Content
import Foundation
import Vouchers

@testable import Marketplace

/// Two accounts of the same input that must not differ.
struct Comparison {
    let engine: Engine
    let model: MarketModel
    let outcome: Outcome
    let effects: Effects
    let payees: PayeeModel

    /// What differs, in words; empty when nothing does. Money and jobs, after every step.
    func differences() -> [String] {
        var found = Differences()
        found.compare("codes", outcome.reports.map(Comparison.code), effects.codes)
        found.compare("vouchers", outcome.vouchers, effects.vouchers)
        // The order of notices is the engine's own affair.
        let (said, expected) = (
            Comparison.sorted(outcome.notices), Comparison.sorted(effects.notices)
        )
        if said != expected {
            found.compare(
                "notices", said.map(Comparison.words), expected.map(Comparison.words))
        }
        found.compare("fault of the model", nil, model.ledger.fault)
        compareMoney(&found)
        found.compare("jobs", Int(engine.state.jobCount), model.jobs.count)
        for job in model.jobs {
            let record = engine.state.jobs[UInt64(job.id)]
            if (record == nil) != model.isForgotten(job.id) {
                found.all.append("job \(job.id) is \(record == nil ? "not there" : "remembered")")
            }
            guard let record else { continue }
            let view = JobView(record, engine.state)
            if view != JobView(job) {
                found.all += view.differences(from: JobView(job), job.id)
            }
        }
        found.compare("reserved bytes", engine.state.reservedBytes, model.reserved)
        return found.all
    }

    private func compareMoney(_ found: inout Differences) {
        let ledger = engine.state.ledger
        found.compare("assets", ledger.assetCount, model.ledger.assets.count)
        for asset in model.ledger.assets {
            let totals = ledger.totals(of: asset)
            let sums = model.ledger.sums(of: asset)
            let expected = [
                model.ledger.deposited[asset], model.ledger.vouchered[asset], sums.accounts,
                sums.escrow, model.ledger.amount(of: .burned, in: asset),
            ]
            let amounts = [
                totals.deposited, totals.vouchered, totals.inAccounts, totals.inEscrow,
                totals.burned,
            ]
            found.compare("totals of \(asset)", amounts, expected.map { $0 ?? .zero })
        }
        for (owner, assets) in model.ledger.amounts {
            for (asset, amount) in assets {
                found.compare(
                    "\(owner) in \(asset)", ledger.balance(of: owner.pocket, in: asset), amount)
            }
        }
    }

    /// The rest of what there is to see: slower, so done at intervals.
    func slowDifferences() throws -> [String] {
        var found = Differences()
        if !engine.state.ledger.isConserved() { found.all.append("the ledger is not conserved") }
        try found.compare("audit", audit(), modelAudit())
        for account in Cast.accounts + [Cast.landlord] {
            let record = engine.state.accounts[account]
            found.compare("nonce of \(Cast.name(account))", record?.nonce, model.nonces[account])
            guard let record else { continue }
            found.compare(
                "counters of \(Cast.name(account))",
                MarketModel.Counters(
                    accepted: record.accepted, paid: record.paid, forfeited: record.forfeited,
                    settled: record.settled, defaulted: record.defaulted),
                model.counters[account] ?? MarketModel.Counters())
        }
        for account in Cast.accounts + [Cast.landlord] {
            let book = engine.state.accounts
            let who = Cast.name(account)
            found.compare(
                "jobs posted by \(who)", book.posted(of: account, offset: 0, limit: 999).items,
                model.posted(by: account))
            found.compare(
                "slots of \(who)", book.slots(of: account, offset: 0, limit: 999).items,
                model.slots(of: account))
            found.compare(
                "vouchers of \(who)", book.vouchers(of: account, offset: 0, limit: 9_999).items,
                payees.vouchers(of: account))
        }
        for file in model.drive {
            for name in [file.parcel.name, Name(of: file.blob)] {
                let content = (try? CID(name.binary)).flatMap { engine.state.files.content($0) }
                found.compare("drive", content?.bytes, file.blob)
            }
        }
        for (digest, bytes) in model.kept {
            let content = engine.state.files.content(.raw(digest: digest))
            found.compare("kept model", content?.bytes, bytes)
        }
        for job in model.jobs { try compareInspected(job, &found) }
        try compareRent(&found)
        return found.all
    }

    /// What inspect asks for more room now, of a size that any two states are likely to differ in.
    private func compareRent(_ found: inout Differences) throws {
        let bytes = 1 + (UInt64(model.inputs) * 0x9e37_79b9) % (model.capacity - 1)
        let seconds = 604_800 + UInt64(model.inputs) * 1_000
        let answer = try inspect("rent?bytes=\(bytes)&seconds=\(seconds)")
        guard model.reserved + bytes <= model.capacity else {
            let code = (answer["error"] as? [String: Any])?["code"] as? String
            found.compare("rent of \(bytes)", code, "capacity")
            return
        }
        let rent = RentModel.rent(
            reserved: model.reserved, bytes: bytes, seconds: seconds, half: model.capacity / 2)
        found.compare("rent of \(bytes)", answer["rent"] as? String, "\(rent)")
    }

    /// What inspect says of a job, and of the bytes of its files.
    private func compareInspected(_ job: JobModel, _ found: inout Differences) throws {
        var ahead = model
        ahead.now = engine.state.asOf
        ahead.rollForward(job.id)
        if model.isForgotten(job.id) {
            let answer = try inspect("jobs/\(job.id)")["error"] as? [String: Any]
            found.compare("forgotten", answer?["code"] as? String, "notFound")
            return
        }
        let shown = try inspect("jobs/\(job.id)")["job"] as? [String: Any]
        found.compare("phase", shown?["phase"] as? String, job.phaseName)
        found.compare("phase now", shown?["phaseNow"] as? String, ahead.jobs[job.id].phaseName)
        if job.hasEnded { return }
        // The networks are so small that one input of the real budget does all there is to do.
        if model.inputBudget == MarketModel().inputBudget {
            found.compare("advances", shown?["advancesLeft"] as? Int, job.hasPendingWork ? 1 : 0)
        }
        let files = try inspect("jobs/\(job.id)/files")["files"] as? [[String: Any]] ?? []
        found.compare("files", files.count, job.files.count)
        for file in job.files {
            guard let blob = file.blob else { continue }
            for name in [file.name, Name(of: blob)] {
                let content = (try? CID(name.binary)).flatMap { engine.state.files.content($0) }
                found.compare("content of \(name.short)", content?.bytes, blob)
            }
        }
    }

    /// `audit` as lines of text.
    private func audit() throws -> [String] {
        let assets = try inspect("audit")["assets"] as? [[String: Any]] ?? []
        return assets.map { asset in
            ["deposited", "vouchered", "inAccounts", "inEscrow", "burned", "conserved"]
                .map { "\(asset[$0] ?? "none")" }.joined(separator: " ")
        }.sorted()
    }

    private func modelAudit() -> [String] {
        model.ledger.assets.map { asset in
            let sums = model.ledger.sums(of: asset)
            let amounts = [
                model.ledger.deposited[asset], model.ledger.vouchered[asset], sums.accounts,
                sums.escrow, model.ledger.amount(of: .burned, in: asset),
            ]
            return amounts.map { ($0 ?? .zero).description }.joined(separator: " ") + " 1"
        }.sorted()
    }

    private func inspect(_ path: String) throws -> [String: Any] {
        let reports = engine.inspect(Array(path.utf8))
        let object = try JSONSerialization.jsonObject(with: Data(reports[0]))
        return object as? [String: Any] ?? [:]
    }

    /// The code in an error or a warning, found without a parser: it is the first member.
    static func code(_ report: [UInt8]) -> String {
        let parts = String(decoding: report, as: UTF8.self).split(separator: "\"")
        return parts.count > 5 ? String(parts[5]) : ""
    }

    /// The name and the arguments of a notice, shortened.
    static func words(_ notice: [UInt8]) -> String {
        let functions = NoticeFunctions.all + [MarketModel.rentPaid]
        let function = functions.first { $0.selector == ABIFunction.selector(of: notice) }
        let values = (try? function?.decode(notice)) ?? []
        let words = values.map { value in
            switch value {
            case .number(let number): return number.description
            case .bytes(let bytes), .fixedBytes(let bytes):
                return String(Hex.string(bytes).prefix(14))
            case .address(let address): return Cast.name(address)
            default: return "\(value)"
            }
        }
        return (function?.name ?? "?") + "(" + words.joined(separator: ", ") + ")"
    }

    private static func sorted(_ notices: [[UInt8]]) -> [[UInt8]] {
        notices.count < 2 ? notices : notices.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

/// Collects what differs.
struct Differences {
    var all: [String] = []

    mutating func compare<T: Equatable>(_ what: @autoclosure () -> String, _ engine: T, _ model: T)
    {
        if engine != model { all.append("\(what()): engine \(engine), model \(model)") }
    }
}

extension Owner {
    var pocket: Pocket {
        switch self {
        case .account(let address): return .account(address)
        case .escrow(let job): return .escrow(job: UInt64(job))
        case .burned: return .burned
        }
    }
}

extension Outcome {
    var vouchers: [Output] {
        outputs.filter { $0.destination != nil }
    }

    var notices: [[UInt8]] {
        outputs.compactMap { if case .notice(let payload) = $0 { payload } else { nil } }
    }
}
