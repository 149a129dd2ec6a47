import ABI
import Testing
import Vouchers

@testable import Marketplace

/// Names, accounts and tokens that somebody ground until they were alike make no look-up dear.
@Suite(.serialized) struct GroundKeyTests {
    /// No table of the state hashes its keys, so that none can be ground to collide.
    @Test func theStateHasNoHashTable() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 2))
        try market.open()
        #expect(try market.commit([1], from: Market.ada) == nil)
        var seen: Set<String> = []
        func walk(_ value: Any, _ depth: Int) {
            seen.insert(String(reflecting: type(of: value)))
            guard depth < 40 else { return }
            for child in Mirror(reflecting: value).children { walk(child.value, depth + 1) }
        }
        walk(market.engine.state, 0)
        let tables = seen.filter { $0.contains("Dictionary<") || $0.contains("Set<") }
        #expect(tables.isEmpty, "\(tables.sorted())")
        // It has been where the tables are.
        #expect(seen.contains { $0.contains("FileIndex") })
        #expect(seen.contains { $0.contains("SortedMap<") && $0.contains("Address") })
    }

    enum Keys: CaseIterable {
        case ascending
        case descending
        /// Differences in the last bytes only, as far as somebody could grind them.
        case alike
        /// Inner nodes are hit at their edges, from both ends.
        case alternating
    }

    /// A look-up compares with as many keys as the tree is deep, whatever a sender has ground.
    @Test(arguments: Keys.allCases) func groundKeysMakeNoWalk(keys: Keys) {
        let count: UInt64 = 20_000
        GroundKey.hashes = 0
        var map = SortedMap<GroundKey, UInt64>()
        var most = 0
        var wrong = 0
        for number in 0..<count {
            GroundKey.comparisons = 0
            map[GroundKey(number, keys)] = number
            most = max(most, GroundKey.comparisons)
        }
        for number in 0..<count {
            GroundKey.comparisons = 0
            if map[GroundKey(number, keys)] != number { wrong += 1 }
            most = max(most, GroundKey.comparisons)
        }
        #expect(wrong == 0)
        // log₂ of 20,000 is 14.3; nodes may be half full in each of three levels.
        #expect(most <= 19, "\(most) comparisons")
        #expect(GroundKey.hashes == 0)
    }
}

/// A digest that somebody chose: all have the same hash, and comparisons are counted.
private struct GroundKey: Comparable, Hashable, Sendable {
    nonisolated(unsafe) static var comparisons = 0
    nonisolated(unsafe) static var hashes = 0

    let digest: Bytes32

    init(_ number: UInt64, _ keys: GroundKeyTests.Keys) {
        let value =
            switch keys {
            case .ascending: number << 32
            case .descending: UInt64.max - number
            case .alike: (number &* 0x9e37) & 0x7fff_ffff
            case .alternating: number % 2 == 0 ? number : .max - number
            }
        digest = UInt256(value).bytes32
    }

    static func < (a: GroundKey, b: GroundKey) -> Bool {
        comparisons += 1
        return a.digest < b.digest
    }

    static func == (a: GroundKey, b: GroundKey) -> Bool {
        comparisons += 1
        return a.digest == b.digest
    }

    func hash(into hasher: inout Hasher) { GroundKey.hashes += 1 }
}
