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

/// The simplest map there is: a sorted array.
private struct SortedArray {
    private(set) var entries: [(key: UInt64, value: UInt64)] = []

    func place(of key: UInt64) -> Int { entries.firstIndex { $0.key >= key } ?? entries.count }

    subscript(key: UInt64) -> UInt64? {
        get { entries.first { $0.key == key }?.value }
        set {
            let place = place(of: key)
            if place < entries.count, entries[place].key == key { entries.remove(at: place) }
            if let newValue { entries.insert((key, newValue), at: place) }
        }
    }
}

@Suite(.serialized) struct SortedMapTests {
    private typealias Map = SortedMap<UInt64, UInt64>

    private func same(
        _ a: (key: UInt64, value: UInt64)?, _ b: (key: UInt64, value: UInt64)?
    ) -> Bool {
        a?.key == b?.key && a?.value == b?.value
    }

    private func same(
        _ a: [(key: UInt64, value: UInt64)], _ b: some Sequence<(key: UInt64, value: UInt64)>
    ) -> Bool {
        a.elementsEqual(b) { $0 == $1 }
    }

    /// What differs between a map and its model, at a key and as a whole.
    private func differences(
        _ map: Map, _ model: SortedArray, at key: UInt64, offset: Int, limit: Int
    ) -> Int {
        var found = 0
        let entries = model.entries
        let place = model.place(of: key)
        if map.count != entries.count { found += 1 }
        if map[key] != model[key] { found += 1 }
        if !same(map.first, entries.first) { found += 1 }
        if !same(map.first(from: key), entries.first { $0.key >= key }) { found += 1 }
        if !same(map.first(after: key), entries.first { $0.key > key }) { found += 1 }
        if map.count(while: { $0 < key }) != place { found += 1 }
        let page = entries.dropFirst(max(0, offset)).prefix(max(0, limit))
        if !same(map.page(offset: offset, limit: limit), page) { found += 1 }
        return found
    }

    /// Insertions, replacements and removals at random, in runs that let the map grow and shrink by
    /// several levels.
    @Test(arguments: 0..<6) func isASortedArray(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var map = Map()
        var model = SortedArray()
        var found = 0
        let range: UInt64 = [40, 700, 3_000][Int(seed % 3)]
        for step in 0..<4_000 {
            let key = random.next() % range
            // Runs of 500 steps grow, the others shrink.
            let isRemoval = random.next() % 4 < (step / 500 % 2 == 0 ? 1 : 3)
            let value = isRemoval ? nil : random.next()
            map[key] = value
            model[key] = value
            let changed = map.modify(key) { $0 &+= 1 } != nil
            if changed != (value != nil) { found += 1 }
            if let value { model[key] = value &+ 1 }
            if step % 7 == 0 {
                found += differences(
                    map, model, at: random.next() % range,
                    offset: Int(random.next() % (range + 10)) - 5,
                    limit: Int(random.next() % 120) - 3)
            }
        }
        #expect(found == 0, "seed \(seed)")
        #expect(SortedMapShape(map).faults == [], "seed \(seed)")
        var all: [(key: UInt64, value: UInt64)] = []
        map.forEach { all.append(($0, $1)) }
        #expect(same(all, model.entries), "seed \(seed)")
    }

    @Test func anEmptyMapHasNothing() {
        var map = Map()
        #expect(map[1] == nil)
        #expect(map.first == nil)
        #expect(map.first(from: 0) == nil)
        #expect(map.page(offset: 0, limit: 10).isEmpty)
        map[1] = nil
        #expect(map.count == 0)
        map[1] = 2
        map[1] = nil
        #expect(map[1] == nil)
        #expect(map.modify(1) { $0 = 3 } == nil)
        #expect(map.count == 0)
    }

    /// Whatever the order, all is there, and all goes in any other order; nodes stay half full, and
    /// memory is given back.
    @Test(arguments: 0..<4, 0..<4) func growsAndShrinksInAnyOrder(growing: Int, shrinking: Int) {
        let count: UInt64 = 6_000
        func key(_ number: UInt64, _ order: Int) -> UInt64 {
            switch order {
            case 0: return number
            case 1: return count - 1 - number
            // 4,219 has no factor in common with 6,000.
            case 2: return number * 4_219 % count
            // From both ends to the middle.
            default: return number % 2 == 0 ? number / 2 : count - 1 - number / 2
            }
        }
        var map = Map()
        for number in 0..<count { map[key(number, growing)] = number }
        #expect(map.count == Int(count))
        var found = 0
        for number in 0..<count where map[key(number, growing)] != number { found += 1 }
        for number in 0..<count {
            map[key(number, shrinking)] = nil
            guard number % 500 == 0 else { continue }
            let shape = SortedMapShape(map)
            found += shape.faults.count + shape.sparse
            // 16 bytes an entry; a node at the end of each level may be nearly empty.
            if shape.bytes > 2 * 16 * map.count + 3 * 4_096 { found += 1 }
        }
        #expect(found == 0)
        #expect(map.count == 0)
        #expect(map.root.isLeaf && map.root.entries.capacity <= 32)
    }

    @Test func ascendingKeysLeaveFullNodesBehind() {
        var map = Map()
        for key in 0..<UInt64(100_000) { map[key] = key }
        let shape = SortedMapShape(map)
        #expect(shape.faults == [])
        #expect(shape.leaves == 100_000 / Map.Node.leafLimit + 1)
        #expect(shape.bytes < 100_000 * 16 * 107 / 100)
    }

    /// One large map once, and patterns that try to leave holes in it.
    @Test func removalsInPatternsGiveMemoryBack() {
        var map = Map()
        for number in 0..<UInt64(100_000) { map[number &* 0x9e37_79b9_7f4a_7c15] = number }
        var keys: [UInt64] = []
        map.forEach { key, _ in keys.append(key) }
        var found = 0
        // All but every 2nd, 4th, 8th … of what was there at first.
        for step in [2, 4, 8, 64, 1_024, 16_384] {
            for (place, key) in keys.enumerated() where place % step != 0 { map[key] = nil }
            let shape = SortedMapShape(map)
            found += shape.faults.count + shape.sparse
            if shape.bytes > 2 * 16 * map.count + 4 * 4_096 { found += 1 }
        }
        #expect(found == 0)
        #expect(map.count == 7)
        // Growing and shrinking by one where nodes are cut and merged.
        for _ in 0..<3 {
            for key in 0..<UInt64(200) { map[key] = key }
            for key in (0..<UInt64(200)).reversed() { map[key] = nil }
        }
        // The key 0 was one of the seven.
        #expect(map.count == 6)
        #expect(SortedMapShape(map).faults == [])
    }

    @Test func aCopyIsASnapshot() {
        var random = SplitMix64(seed: 5)
        var map = Map()
        var model = SortedArray()
        var snapshots: [(Map, SortedArray)] = []
        for step in 0..<3_000 {
            let key = random.next() % 1_500
            let value = random.next() % 3 == 0 ? nil : random.next()
            map[key] = value
            model[key] = value
            if step % 400 == 0 { snapshots.append((map, model)) }
        }
        // A copy that changes leaves the original alone, too.
        for (copy, _) in snapshots {
            var copy = copy
            for key in 0..<UInt64(1_500) { copy[key] = 1 }
            _ = copy.modify(7) { $0 = 2 }
        }
        for (copy, model) in snapshots {
            var all: [(key: UInt64, value: UInt64)] = []
            copy.forEach { all.append(($0, $1)) }
            #expect(same(all, model.entries))
        }
    }

    @Test func modifiesLargeValuesInPlace() {
        var map = SortedMap<UInt64, [UInt8]>()
        for key in 0..<UInt64(3_000) { map[key] = [UInt8](repeating: 1, count: 100) }
        func place(_ bytes: inout [UInt8]) -> UInt {
            bytes.withUnsafeMutableBytes { UInt(bitPattern: $0.baseAddress) }
        }
        _ = map.modify(1_234) { $0.reserveCapacity(1 << 20) }
        let before = map.modify(1_234) { place(&$0) }
        for round in 0..<100 {
            _ = map.modify(1_234) { $0.append(UInt8(round)) }
        }
        // Neighbours that come and go move the value, not what it holds.
        for key in 1_000..<UInt64(1_500) where key != 1_234 { map[key] = nil }
        for key in 1_000..<UInt64(1_500) where key != 1_234 { map[key] = [] }
        #expect(map.modify(1_234) { place(&$0) } == before)
        #expect(map[1_234]?.count == 200)
        #expect(map[1_234]?.capacity ?? 0 >= 1 << 20)
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
        // log₂ of 20,000 is 14.3; nodes may be half full in each of three levels.
        #expect(most <= 19)
        #expect(differences == 0)
    }
}
