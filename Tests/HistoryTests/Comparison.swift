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

    /// What differs, in words; empty when nothing does. Money and jobs, after every step.
    func differences() -> [String] {
        var found: [String] = []
        func compare<T: Equatable>(_ what: @autoclosure () -> String, _ engine: T, _ model: T) {
            if engine != model { found.append("\(what()): engine \(engine), model \(model)") }
        }
        compare("codes", outcome.reports.map(Comparison.code), effects.codes)
        compare("vouchers", outcome.vouchers, effects.vouchers)
        // The order of notices is the engine's own affair.
        let (said, expected) = (
            Comparison.sorted(outcome.notices), Comparison.sorted(effects.notices)
        )
        if said != expected {
            compare("notices", said.map(Comparison.words), expected.map(Comparison.words))
        }
        compare("fault of the model", nil, model.ledger.fault)
        let ledger = engine.state.ledger
        compare("assets", ledger.assets, model.ledger.assets)
        for asset in model.ledger.assets {
            let totals = ledger.totals(of: asset)
            let sums = model.ledger.sums(of: asset)
            compare("\(asset) deposited", totals.deposited, model.ledger.deposited[asset] ?? .zero)
            compare("\(asset) vouchered", totals.vouchered, model.ledger.vouchered[asset] ?? .zero)
            compare("\(asset) in accounts", totals.inAccounts, sums.accounts ?? .max)
            compare("\(asset) in escrow", totals.inEscrow, sums.escrow ?? .max)
        }
        for (owner, assets) in model.ledger.amounts {
            for (asset, amount) in assets {
                compare("\(owner) in \(asset)", ledger.balance(of: owner.pocket, in: asset), amount)
            }
        }
        compare("jobs", engine.state.jobs.count, model.jobs.count)
        for (record, job) in zip(engine.state.jobs, model.jobs) {
            let view = JobView(record, engine.state.content)
            if view != JobView(job) { found += view.differences(from: JobView(job), job.id) }
        }
        compare("reserved bytes", engine.state.reservedBytes, model.reserved)
        return found
    }

    /// The rest of what there is to see: slower, so done at intervals.
    func slowDifferences() throws -> [String] {
        var found: [String] = []
        func compare<T: Equatable>(_ what: @autoclosure () -> String, _ engine: T, _ model: T) {
            if engine != model { found.append("\(what()): engine \(engine), model \(model)") }
        }
        if !engine.state.ledger.isConserved() { found.append("the ledger is not conserved") }
        try compare("audit", audit(), modelAudit())
        for account in Cast.accounts {
            let record = engine.state.accounts[account]
            compare("nonce", record.nonce, model.nonces[account] ?? 0)
            compare(
                "counters of \(Cast.name(account))",
                MarketModel.Counters(
                    accepted: record.accepted, paid: record.paid, forfeited: record.forfeited,
                    settled: record.settled, defaulted: record.defaulted),
                model.counters[account] ?? MarketModel.Counters())
        }
        let stored = model.contentOfAll
        compare(
            "stored bytes", engine.state.content.storedBytes,
            stored.values.map { $0.count }.reduce(0, +))
        for (digest, bytes) in stored {
            compare("content", engine.state.content.bytes(of: digest), bytes)
        }
        for job in model.jobs {
            var ahead = model
            ahead.budget = 0
            ahead.now = engine.state.lastTimestamp
            ahead.rollForward(job.id)
            let shown = try inspect("jobs/\(job.id)")["job"] as? [String: Any]
            compare("phase", shown?["phase"] as? String, job.phaseName)
            compare("phase now", shown?["phaseNow"] as? String, ahead.jobs[job.id].phaseName)
        }
        return found
    }

    /// `audit` as lines of text.
    private func audit() throws -> [String] {
        let assets = try inspect("audit")["assets"] as? [[String: Any]] ?? []
        return assets.map { asset in
            ["deposited", "vouchered", "inAccounts", "inEscrow", "conserved"]
                .map { "\(asset[$0] ?? "none")" }.joined(separator: " ")
        }
    }

    private func modelAudit() -> [String] {
        model.ledger.assets.map { asset in
            let sums = model.ledger.sums(of: asset)
            let amounts = [
                model.ledger.deposited[asset], model.ledger.vouchered[asset], sums.accounts,
                sums.escrow,
            ]
            return amounts.map { ($0 ?? .zero).description }.joined(separator: " ") + " 1"
        }
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
    private static func words(_ notice: [UInt8]) -> String {
        let function = NoticeFunctions.all.first {
            $0.selector == ABIFunction.selector(of: notice)
        }
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

extension Owner {
    var pocket: Pocket {
        switch self {
        case .account(let address): return .account(address)
        case .escrow(let job): return .escrow(job: UInt64(job))
        }
    }
}

extension Outcome {
    var vouchers: [Output] {
        outputs.filter { if case .voucher = $0 { true } else { false } }
    }

    var notices: [[UInt8]] {
        outputs.compactMap { if case .notice(let payload) = $0 { payload } else { nil } }
    }
}
