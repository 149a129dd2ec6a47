import ABI
import Foundation
import TestSupport
import Testing

/// The whole marketplace against a model that is too simple to be wrong, over random histories.
///
/// `DEML_HISTORIES` is the number of histories, `DEML_HISTORY_SEED` plays one of them again.
@Suite struct HistoryTests {
    @Test func theMarketIsWhatThePageSays() async throws {
        guard let seen = try await play(.market, count: 1_500) else { return }
        // The rarer withdrawals are the other profile's.
        for message in Coverage.messages.dropLast(3) {
            #expect(seen.count(of: "done \(message)") >= 100, "\(message)")
        }
        for kind in ["open posted"] + Coverage.sealedKinds {
            #expect(seen.count(of: "ends \(kind) settled") >= 100, "\(kind)")
            #expect(seen.count(of: "ends \(kind) cancelled") >= 50, "\(kind)")
        }
        for kind in Coverage.sealedKinds {
            #expect(seen.count(of: "ends \(kind) defaulted") >= 50, "\(kind)")
        }
        for kind in ["open posted"] + Coverage.sealedKinds {
            #expect(seen.count(of: "rewards \(kind)") >= 30, "\(kind)")
        }
        for code in Coverage.codes { #expect(seen.count(of: "codes \(code)") >= 1, "\(code)") }
        for what in Coverage.memory { #expect(seen.count(of: what) >= 10, "\(what)") }
    }

    /// An adversary with more than half of all accounts, against three that follow the guide.
    @Test func nobodyHonestLosesByAnAdversary() async throws {
        guard let seen = try await play(.adversary, count: 600) else { return }
        for kind in ["open posted"] + Coverage.sealedKinds {
            #expect(seen.count(of: "ends \(kind) settled") >= 30, "\(kind)")
            #expect(seen.count(of: "rewards \(kind)") >= 10, "\(kind)")
        }
        for code in Coverage.attacks { #expect(seen.count(of: "codes \(code)") >= 1, "\(code)") }
        for code in ["notWhole", "wrongNonce", "wrongPhase", "capacity", "rentTooHigh"] {
            #expect(seen.count(of: "codes \(code)") >= 10, "\(code)")
        }
        for what in Coverage.memory { #expect(seen.count(of: what) >= 10, "\(what)") }
        // A relay that came too early and was run again.
        #expect(seen.count(of: "relays again") >= 10)
    }

    @Test func moneyIsATableOfAmounts() async throws {
        guard let seen = try await play(.ledger, count: 1_000) else { return }
        for message in Coverage.messages.suffix(5) {
            #expect(seen.count(of: "done \(message)") >= 20, "\(message)")
            #expect(seen.count(of: "relayed \(message)") >= 1, "\(message)")
            #expect(seen.count(of: "with-a-deposit \(message)") >= 1, "\(message)")
        }
        #expect(seen.count(of: "memory vouchers") >= 10)
        for portal in ["Ether", "ERC-20", "ERC-721", "ERC-1155 single", "ERC-1155 batch"] {
            #expect(seen.count(of: "deposits \(portal)") >= 500, "\(portal)")
        }
        for code in [
            "malformedDeposit", "depositOverflow", "zeroAmount", "insufficientBalance",
            "malformedMessage",
        ] {
            #expect(seen.count(of: "codes \(code)") >= 100, "\(code)")
        }
    }

    /// Plays histories on every core. Nil when one failed, and when they were too few to ask what
    /// they have seen.
    private func play(_ profile: Generator.Profile, count enough: Int) async throws -> Coverage? {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["DEML_HISTORY_SEED"] {
            let seed = try #require(UInt64(text.dropFirst(2), radix: 16))
            _ = run([seed], profile)
            return nil
        }
        let count = environment["DEML_HISTORIES"].flatMap { Int($0) } ?? enough
        var seeds = SplitMix64(seed: 2026)
        let all = (0..<count).map { _ in seeds.next() }
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let seen = await withTaskGroup(of: Coverage?.self) { group -> Coverage? in
            for worker in 0..<workers {
                let part = stride(from: worker, to: count, by: workers).map { all[$0] }
                group.addTask { run(part, profile) }
            }
            var sum: Coverage? = Coverage()
            for await coverage in group {
                if let coverage { sum?.merge(coverage) } else { sum = nil }
            }
            return sum
        }
        if let seen { print("\(count) histories, profile \(profile.rawValue)\n\(seen.summary)") }
        return count >= enough ? seen : nil
    }

    /// Nil, and an issue, at the first history in which engine and model differ.
    private func run(_ seeds: [UInt64], _ profile: Generator.Profile) -> Coverage? {
        var sum = Coverage()
        for seed in seeds {
            guard var history = History(seed: seed, profile: profile) else {
                Issue.record("the stage could not be set")
                return nil
            }
            do {
                try history.play()
                sum.merge(history.coverage)
            } catch let difference as History.Difference {
                Issue.record(Comment(rawValue: difference.description))
                return nil
            } catch {
                Issue.record("seed \(seed): \(error)")
                return nil
            }
        }
        return sum
    }
}

extension History.Difference {
    /// The line to repeat it, what differs, and every step up to there.
    var description: String {
        let hex = String(seed, radix: 16)
        return """
            DEML_HISTORY_SEED=0x\(hex) swift test --filter HistoryTests   # profile \(profile.rawValue)
            \(found.joined(separator: "\n"))
            \(log.joined(separator: "\n"))
            """
    }
}
