import ABI
import Foundation
import TestSupport
import Testing

/// The whole marketplace against a model that is too simple to be wrong, over random histories.
///
/// `DEML_HISTORIES` is the number of histories, `DEML_HISTORY_SEED` plays one of them again.
@Suite struct HistoryTests {
    @Test func theMarketIsWhatThePageSays() async throws {
        let coverage = try await play(.market, count: 2_000)
        guard let coverage else { return }
        print(coverage.summary)
        let messages = [
            "postJob", "cancelJob", "acceptJob", "upload", "commit", "revealData", "claim",
            "submit", "advance", "sendMessage", "relay", "WithdrawEther", "WithdrawErc20",
        ]
        for message in messages {
            #expect(coverage.count(of: "done \(message)") >= 20, "\(message)")
        }
        for kind in [
            "open posted", "sealed posted", "sealed best", "sealed proportional",
            "sealed federated",
        ] {
            #expect(coverage.count(of: "ends \(kind) settled") >= 10, "\(kind)")
            #expect(coverage.count(of: "ends \(kind) cancelled") >= 5, "\(kind)")
        }
    }

    @Test func moneyIsATableOfAmounts() async throws {
        let coverage = try await play(.ledger, count: 1_000)
        guard let coverage else { return }
        print(coverage.summary)
    }

    /// Plays histories on every core; nil when one was asked for, or when one failed.
    private func play(_ profile: Generator.Profile, count: Int) async throws -> Coverage? {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["DEML_HISTORY_SEED"] {
            let seed = try #require(UInt64(text.dropFirst(2), radix: 16))
            _ = run([seed], profile)
            return nil
        }
        let count = environment["DEML_HISTORIES"].flatMap { Int($0) } ?? count
        var seeds = SplitMix64(seed: 2026)
        let all = (0..<count).map { _ in seeds.next() }
        let workers = ProcessInfo.processInfo.activeProcessorCount
        return await withTaskGroup(of: Coverage?.self) { group in
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
