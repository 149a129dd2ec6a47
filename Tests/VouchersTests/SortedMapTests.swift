import TestSupport
import Testing

@testable import Vouchers

/// A key that counts how often keys are compared.
private struct CountedKey: Comparable, Sendable {
    nonisolated(unsafe) static var comparisons = 0
    let value: UInt64

    static func < (a: CountedKey, b: CountedKey) -> Bool {
        comparisons += 1
        return a.value < b.value
    }

    static func == (a: CountedKey, b: CountedKey) -> Bool {
        comparisons += 1
        return a.value == b.value
    }
}

@Suite(.serialized) struct SortedMapTests {
    @Test(arguments: 0..<4) func isADictionary(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var map = SortedMap<UInt64, UInt64>()
        var model: [UInt64: UInt64] = [:]
        var differences = 0
        for _ in 0..<5_000 {
            let key = random.next() % 700
            let value = random.next() % 3 == 0 ? nil : random.next()
            map[key] = value
            model[key] = value
            let probe = random.next() % 700
            if map[probe] != model[probe] || map.count != model.count { differences += 1 }
        }
        for key in 0..<UInt64(700) where map[key] != model[key] { differences += 1 }
        #expect(differences == 0, "seed \(seed)")
    }

    @Test func anEmptyMapHasNothing() {
        var map = SortedMap<UInt64, UInt64>()
        #expect(map[1] == nil)
        map[1] = nil
        #expect(map.count == 0)
        map[1] = 2
        map[1] = nil
        #expect(map[1] == nil)
        #expect(map.count == 0)
    }

    /// Ascending, descending and scattered keys: no order makes a look-up dear.
    @Test(arguments: 0..<3) func aLookUpIsLogarithmicWhateverTheKeys(order: Int) {
        let count: UInt64 = 20_000
        var map = SortedMap<CountedKey, UInt64>()
        func key(_ number: UInt64) -> UInt64 {
            switch order {
            case 0: return number
            case 1: return .max - number
            default: return number &* 0x9e37_79b9_7f4a_7c15
            }
        }
        var most = 0
        var differences = 0
        for number in 0..<count {
            CountedKey.comparisons = 0
            map[CountedKey(value: key(number))] = number
            most = max(most, CountedKey.comparisons)
        }
        for number in 0..<count {
            CountedKey.comparisons = 0
            if map[CountedKey(value: key(number))] != number { differences += 1 }
            most = max(most, CountedKey.comparisons)
        }
        // log₂ of 20,000 is 14.3; one more for each of two roundings, and one for equality.
        #expect(most <= 18)
        #expect(differences == 0)
    }
}
