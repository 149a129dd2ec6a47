extension SortedMap {
    struct Entry: Sendable {
        let key: Key
        var value: Value
    }

    struct Child: Sendable {
        /// Not beyond any key in the node, and beyond every key in the children before it. Without
        /// meaning in the first child, which takes whatever is smaller than the second.
        var low: Key
        var node: Node
    }

    /// A subtree. A leaf has entries, an inner node has children; all leaves are equally deep.
    ///
    /// Nodes but the root are at least half full, except for the last ones of each level: keys that
    /// come in ascending order leave full nodes behind.
    struct Node: Sendable {
        var entries: [Entry] = []
        var children: [Child] = []
        /// Entries in the subtree.
        var total = 0

        init() {}

        init(entries: [Entry]) {
            self.entries = entries
            total = entries.count
        }

        init(children: [Child]) {
            self.children = children
            for child in children { total += child.node.total }
        }

        /// Entries of a leaf or children of an inner node, at most: about 4 KiB of them.
        static var leafLimit: Int { Node.limit(of: MemoryLayout<Entry>.stride) }
        static var innerLimit: Int { Node.limit(of: MemoryLayout<Child>.stride) }

        private static func limit(of stride: Int) -> Int { max(8, min(64, 4_096 / stride)) }

        var isLeaf: Bool { children.isEmpty }

        /// Less than half full.
        var isSparse: Bool {
            isLeaf
                ? entries.count < Node.leafLimit / 2 : children.count < Node.innerLimit / 2
        }
    }
}

// Looking up.
extension SortedMap.Node {
    /// The place of the first entry of a leaf that does not come before `key`.
    func place(of key: Key) -> Int { place { $0 < key } }

    func isMatch(_ place: Int, _ key: Key) -> Bool {
        place < entries.count && !(key < entries[place].key)
    }

    /// The child of an inner node in which `key` is or belongs.
    func child(of key: Key) -> Int { child { !(key < $0) } }

    func value(of key: Key) -> Value? {
        if !isLeaf { return children[child(of: key)].node.value(of: key) }
        let place = place(of: key)
        return isMatch(place, key) ? entries[place].value : nil
    }

    mutating func modify<R>(_ key: Key, _ body: (inout Value) -> R) -> R? {
        if !isLeaf { return children[child(of: key)].node.modify(key, body) }
        let place = place(of: key)
        guard isMatch(place, key) else { return nil }
        return body(&entries[place].value)
    }

    var first: (key: Key, value: Value)? {
        if !isLeaf { return children[0].node.first }
        guard !entries.isEmpty else { return nil }
        return (entries[0].key, entries[0].value)
    }

    /// The last child whose bound satisfies `isBefore`, or the first.
    @inline(__always)
    private func child(while isBefore: (Key) -> Bool) -> Int {
        var low = 0
        var high = children.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBefore(children[middle].low) { low = middle } else { high = middle }
        }
        return low
    }

    /// The place of the first entry of a leaf whose key does not satisfy `isBefore`.
    @inline(__always)
    private func place(while isBefore: (Key) -> Bool) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(entries[middle].key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first entry whose key does not satisfy `isBefore`.
    func first(behind isBefore: (Key) -> Bool) -> (key: Key, value: Value)? {
        if isLeaf {
            let place = place(while: isBefore)
            guard place < entries.count else { return nil }
            return (entries[place].key, entries[place].value)
        }
        let place = child(while: isBefore)
        if let found = children[place].node.first(behind: isBefore) { return found }
        return place + 1 < children.count ? children[place + 1].node.first : nil
    }

    func count(while isBefore: (Key) -> Bool) -> Int {
        if isLeaf { return place(while: isBefore) }
        let place = child(while: isBefore)
        var result = children[place].node.count(while: isBefore)
        for index in 0..<place { result += children[index].node.total }
        return result
    }

    func forEach(_ body: (Key, Value) -> Void) {
        for entry in entries { body(entry.key, entry.value) }
        for child in children { child.node.forEach(body) }
    }

    /// Appends entries from the one that `offset` others of this subtree precede until `result` has
    /// `size` of them.
    func append(
        to result: inout [(key: Key, value: Value)], from offset: Int, upTo size: Int
    ) {
        if isLeaf {
            for entry in entries[min(offset, entries.count)...] {
                if result.count >= size { return }
                result.append((entry.key, entry.value))
            }
            return
        }
        var skip = offset
        for index in 0..<children.count {
            if result.count >= size { return }
            let total = children[index].node.total
            if skip < total {
                children[index].node.append(to: &result, from: skip, upTo: size)
            }
            skip = max(0, skip - total)
        }
    }
}
