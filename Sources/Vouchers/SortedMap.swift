/// A map in ascending order of its keys: a B+ tree.
///
/// Whoever deposits chooses the keys, and a hash table whose keys somebody chose can be made to
/// search all of itself for each of them; one that grows copies all of itself in one input. Here a
/// look-up compares with log₂(count) keys whatever the keys are, and a change moves or copies a few
/// nodes of some 4 KiB however many entries there are. A copy shares all nodes until one of the two
/// changes, and then all but those on the way to the change.
public struct SortedMap<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    var root = Node()

    public init() {}

    /// Entries.
    public var count: Int { root.total }

    /// The value of `key`; nil when it is absent, and setting nil removes it.
    public subscript(key: Key) -> Value? {
        get { root.value(of: key) }
        set {
            if let newValue {
                insert(newValue, at: key) { $0 = newValue }
            } else {
                remove(key)
            }
        }
    }

    /// Changes the value in place without copying it; nil when `key` is absent.
    public mutating func modify<R>(_ key: Key, _ body: (inout Value) -> R) -> R? {
        root.modify(key, body)
    }

    /// Puts an entry in, or changes the value that `key` has already.
    public mutating func insert(
        _ value: Value, at key: Key, orModify change: (inout Value) -> Void
    ) {
        var split: Child?
        _ = root.put(value, at: key, isLast: true, split: &split, orModify: change)
        guard let upper = split else { return }
        let lower = root
        root = Node(children: [Child(low: upper.low, node: lower), upper])
    }

    /// The entry with the smallest key.
    public var first: (key: Key, value: Value)? { root.first }

    /// The first entry whose key is `key` or behind it.
    public func first(from key: Key) -> (key: Key, value: Value)? {
        root.first { $0 < key }
    }

    /// The first entry whose key is behind `key`.
    public func first(after key: Key) -> (key: Key, value: Value)? {
        root.first { !(key < $0) }
    }

    /// How many entries come before the first whose key does not satisfy `isBefore`, which must hold
    /// for the keys up to some place and for none behind it. Logarithmic, like a look-up.
    public func count(while isBefore: (Key) -> Bool) -> Int {
        root.count(while: isBefore)
    }

    /// Up to `limit` entries in ascending order, beginning with the one that `offset` others precede.
    public func page(offset: Int, limit: Int) -> [(key: Key, value: Value)] {
        var result: [(key: Key, value: Value)] = []
        let start = max(0, offset)
        guard limit > 0, start < count else { return result }
        let size = min(limit, count - start)
        result.reserveCapacity(size)
        root.append(to: &result, from: start, upTo: size)
        return result
    }

    /// Every entry in ascending order.
    public func forEach(_ body: (Key, Value) -> Void) {
        root.forEach(body)
    }

    private mutating func remove(_ key: Key) {
        guard root.remove(key) else { return }
        while root.children.count == 1 {
            let only = root.children[0].node
            root = only
        }
    }
}
