import ABI
import JSON
import Rollup
import Vouchers

/// What a story says is left at the end: every balance of every actor, and the totals of each
/// asset. The application is asked behind the last input.
struct FinalCheck {
    private let told: Story.Final
    private let actors: [Address]
    /// Paths with the page that they ask for; the last page has room for something untold.
    private let paths: [(path: String, actor: Address?)]
    private var answers: [JSONValue?] = []

    /// Nil when the story says nothing of the end.
    init?(_ story: Story?) {
        guard let story, let final = story.final else { return nil }
        told = final
        actors = story.actors.keys.sorted { $0.checksummed < $1.checksummed }
        func pages(_ path: String, _ count: Int) -> [String] {
            (0...count / 100).map { $0 == 0 ? path : "\(path)?offset=\($0 * 100)" }
        }
        paths =
            pages("audit", final.totals.count).map { ($0, nil) }
            + actors.flatMap { actor in
                pages("accounts/\(actor.checksummed)", final.balances(of: actor).count)
                    .map { ($0, actor) }
            }
    }

    /// Requests to run behind the inputs, each of which `take` wants the answer to.
    var queries: [[UInt8]] {
        paths.map { path, _ in
            var json = JSONWriter()
            RollupRequest.inspect(Array(path.utf8)).write(to: &json)
            return json.bytes
        }
    }

    mutating func take(_ outcome: RecordedOutcome) {
        answers.append(try? JSONValue(parsing: outcome.reports.flatMap { $0 }))
    }

    /// What is not as told.
    var differences: [Difference] {
        guard answers.count == paths.count else {
            return [difference("answers", "\(paths.count)", "\(answers.count)")]
        }
        return compareTotals(answers(about: nil).flatMap { $0["assets"]?.elements ?? [] })
            + compareBalances()
    }

    private func answers(about actor: Address?) -> [JSONValue] {
        zip(paths, answers).compactMap { $0.actor == actor ? $1 : nil }
    }

    private func difference(_ subject: String, _ expected: String, _ found: String) -> Difference {
        Difference(
            line: nil, subject: "story: \(subject) at the end", expected: expected, found: found)
    }

    private func compareTotals(_ found: [JSONValue]) -> [Difference] {
        var differences: [Difference] = []
        for total in told.totals {
            let asset = found.first { Self.asset(of: $0) == total.asset }
            for (name, amount, member) in [
                ("deposited", total.deposited, "deposited"),
                ("vouchered", total.vouchered, "vouchered"), ("escrow", total.escrow, "inEscrow"),
                ("burned", total.burned ?? "0", "burned"),
            ] where (asset?[member]?.text ?? "0") != amount {
                differences.append(
                    difference(
                        "\(name) of \(total.asset)", amount, asset?[member]?.text ?? "none"))
            }
        }
        for asset in found where !Self.isConserved(asset) {
            differences.append(
                difference("conservation of \(Self.asset(of: asset))", "kept", "broken"))
        }
        return differences
    }

    /// deposited − vouchered = accounts + escrow + burned, added up here from the totals.
    private static func isConserved(_ asset: JSONValue) -> Bool {
        let amounts = ["vouchered", "inAccounts", "inEscrow", "burned"].map {
            asset[$0]?.text.flatMap { UInt256(decimal: $0) } ?? .zero
        }
        let sum = amounts.reduce(UInt256.zero as UInt256?) { $0?.adding($1) }
        return sum == asset["deposited"]?.text.flatMap { UInt256(decimal: $0) }
    }

    private func compareBalances() -> [Difference] {
        var differences: [Difference] = []
        for actor in actors {
            var expected = told.balances(of: actor).map { "\($0.amount) of \($0.asset)" }
            var found: [String] = []
            for balance in answers(about: actor).flatMap({
                $0["balances"]?["items"]?.elements ?? []
            }) {
                guard let amount = balance["amount"]?.text, amount != "0" else { continue }
                found.append("\(amount) of \(Self.asset(of: balance))")
            }
            expected.sort()
            found.sort()
            guard expected != found else { continue }
            differences.append(
                difference(
                    "balances of \(actor.checksummed)", expected.joined(separator: ", "),
                    found.joined(separator: ", ")))
        }
        return differences
    }

    /// As in `final`: a token's address, and where there is an id the standard in two bytes and it.
    private static func asset(of entry: JSONValue) -> String {
        let token = entry["token"]?.text.flatMap { Address(hex: $0) } ?? .zero
        let standards: [String: UInt16] = ["erc721": 721, "erc1155": 1_155]
        guard let kind = entry["kind"]?.text, let standard = standards[kind],
            let id = entry["id"]?.text.flatMap({ UInt256(decimal: $0) })
        else { return Hex.string(token.bytes) }
        let number = [UInt8(standard >> 8), UInt8(standard & 0xFF)]
        return Hex.string(token.bytes + number + id.bytes32.bytes)
    }
}

extension Story.Final {
    fileprivate func balances(of actor: Address) -> [Balance] {
        balances.filter { $0.account == Hex.string(actor.bytes) }
    }
}
