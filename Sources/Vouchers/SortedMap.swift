/// A map in ascending order of its keys.
///
/// Whoever deposits chooses the keys, and a hash table whose keys somebody chose can be made to
/// search all of itself for each of them. Here a look-up compares with log₂(count) keys whatever the
/// keys are, and an insertion moves at most one chunk and the list of chunks.
struct SortedMap<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: Key
        var value: Value
    }

    /// Entries of a chunk, at most; a full one is cut in two.
    private static var chunkLimit: Int { 64 }

    /// Ascending within and across; none is empty.
    private var chunks: [[Entry]] = []
    private(set) var count = 0

    init() {}

    subscript(key: Key) -> Value? {
        get {
            guard let place = find(key), place.isMatch else { return nil }
            return chunks[place.chunk][place.entry].value
        }
        set {
            guard let place = find(key) else {
                if let newValue {
                    chunks.append([Entry(key: key, value: newValue)])
                    count = 1
                }
                return
            }
            switch (newValue, place.isMatch) {
            case (.some(let value), true): chunks[place.chunk][place.entry].value = value
            case (.some(let value), false): insert(Entry(key: key, value: value), at: place)
            case (.none, true): remove(at: place)
            case (.none, false): break
            }
        }
    }

    private struct Place {
        let chunk: Int
        let entry: Int
        /// Whether the key is there, or would have to be put there.
        let isMatch: Bool
    }

    /// Where `key` is or belongs; nil when the map is empty.
    private func find(_ key: Key) -> Place? {
        guard !chunks.isEmpty else { return nil }
        // The last chunk that does not begin beyond the key, or the first.
        var low = 0
        var high = chunks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if key < chunks[middle][0].key { high = middle } else { low = middle }
        }
        let chunk = low
        // The first entry that does not come before the key.
        low = 0
        high = chunks[chunk].count
        while low < high {
            let middle = (low + high) / 2
            if chunks[chunk][middle].key < key { low = middle + 1 } else { high = middle }
        }
        let isMatch = low < chunks[chunk].count && chunks[chunk][low].key == key
        return Place(chunk: chunk, entry: low, isMatch: isMatch)
    }

    private mutating func insert(_ entry: Entry, at place: Place) {
        count += 1
        guard chunks[place.chunk].count == Self.chunkLimit else {
            chunks[place.chunk].insert(entry, at: place.entry)
            return
        }
        // Keys that come in order leave full chunks behind.
        if place.entry == Self.chunkLimit {
            chunks.insert([entry], at: place.chunk + 1)
            return
        }
        let half = Self.chunkLimit / 2
        // Both halves are new, as an array that was cut keeps its memory.
        let upper = Array(chunks[place.chunk][half...])
        chunks[place.chunk] = Array(chunks[place.chunk][..<half])
        chunks.insert(upper, at: place.chunk + 1)
        if place.entry <= half {
            chunks[place.chunk].insert(entry, at: place.entry)
        } else {
            chunks[place.chunk + 1].insert(entry, at: place.entry - half)
        }
    }

    private mutating func remove(at place: Place) {
        count -= 1
        chunks[place.chunk].remove(at: place.entry)
        if chunks[place.chunk].isEmpty { chunks.remove(at: place.chunk) }
    }
}
