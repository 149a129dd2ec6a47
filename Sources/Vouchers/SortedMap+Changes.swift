// Putting in.
extension SortedMap.Node {
    typealias Entry = SortedMap.Entry
    typealias Child = SortedMap.Child
    typealias Node = SortedMap.Node

    /// Puts an entry in or replaces its value. `split` is what did not fit: it belongs right behind
    /// this node. `isLast`: no node comes behind this one.
    mutating func put(
        _ value: Value, at key: Key, isLast: Bool
    ) -> (isNew: Bool, split: Child?) {
        if isLeaf { return putIntoLeaf(value, at: key, isLast: isLast) }
        let place = child(of: key)
        let isLastChild = isLast && place + 1 == children.count
        let result = children[place].node.put(value, at: key, isLast: isLastChild)
        if result.isNew { total += 1 }
        guard let split = result.split else { return (result.isNew, nil) }
        if children.count < Node.innerLimit {
            children.makeRoom(limit: Node.innerLimit)
            children.insert(split, at: place + 1)
            return (true, nil)
        }
        if isLastChild {
            total -= split.node.total
            return (true, Child(low: split.low, node: Node(children: [split])))
        }
        var all = children
        all.insert(split, at: place + 1)
        let half = all.count / 2
        // Both halves are new, as an array that was cut keeps its memory.
        self = Node(children: Array(all[..<half]))
        return (true, Child(low: all[half].low, node: Node(children: Array(all[half...]))))
    }

    private mutating func putIntoLeaf(
        _ value: Value, at key: Key, isLast: Bool
    ) -> (isNew: Bool, split: Child?) {
        let place = place(of: key)
        if isMatch(place, key) {
            entries[place].value = value
            return (false, nil)
        }
        let entry = Entry(key: key, value: value)
        if entries.count < Node.leafLimit {
            entries.makeRoom(limit: Node.leafLimit)
            entries.insert(entry, at: place)
            total += 1
            return (true, nil)
        }
        if isLast && place == entries.count {
            return (true, Child(low: key, node: Node(entries: [entry])))
        }
        var all = entries
        all.insert(entry, at: place)
        let half = all.count / 2
        self = Node(entries: Array(all[..<half]))
        return (true, Child(low: all[half].key, node: Node(entries: Array(all[half...]))))
    }
}

// Taking out.
extension SortedMap.Node {
    /// False when `key` is absent. What is left may be sparse, which is the parent's to mend.
    mutating func remove(_ key: Key) -> Bool {
        if isLeaf {
            let place = place(of: key)
            guard isMatch(place, key) else { return false }
            entries.remove(at: place)
            entries.trim(limit: Node.leafLimit)
            total -= 1
            return true
        }
        let place = child(of: key)
        guard children[place].node.remove(key) else { return false }
        total -= 1
        if children[place].node.isSparse { mend(place) }
        return true
    }

    /// Makes one of a sparse child and a neighbour, or shares evenly between them what is too much
    /// for one.
    private mutating func mend(_ place: Int) {
        if children[place].node.total == 0 {
            children.remove(at: place)
            children.trim(limit: Node.innerLimit)
            return
        }
        guard children.count > 1 else { return }
        let left = max(0, place - 1)
        let right = children[left + 1]
        let rest = children[left].node.take(right)
        if let rest {
            children[left + 1] = rest
        } else {
            children.remove(at: left + 1)
            children.trim(limit: Node.innerLimit)
        }
    }

    /// Takes all of the neighbour behind this node, or so much that both have the same, and what
    /// remains of the neighbour.
    private mutating func take(_ right: Child) -> Child? {
        if isLeaf {
            let all = entries.joined(with: right.node.entries)
            if all.count <= Node.leafLimit {
                self = Node(entries: all)
                return nil
            }
            let half = all.count / 2
            self = Node(entries: Array(all[..<half]))
            return Child(low: all[half].key, node: Node(entries: Array(all[half...])))
        }
        var all = children.joined(with: right.node.children)
        all[children.count].low = right.low
        if all.count <= Node.innerLimit {
            self = Node(children: all)
            return nil
        }
        let half = all.count / 2
        self = Node(children: Array(all[..<half]))
        return Child(low: all[half].low, node: Node(children: Array(all[half...])))
    }
}

extension Array {
    fileprivate func joined(with other: [Element]) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(count + other.count)
        result.append(contentsOf: self)
        result.append(contentsOf: other)
        return result
    }

    /// Room for one more where there is none: a quarter of a node at a time, since arrays that
    /// double would waste up to half.
    fileprivate mutating func makeRoom(limit: Int) {
        guard count == capacity else { return }
        // A leaf without neighbours may stay small.
        reserveCapacity(Swift.min(limit, count < limit / 4 ? 2 * count + 1 : count + limit / 4))
    }

    /// Gives memory back when more than three eighths of a node are unused.
    fileprivate mutating func trim(limit: Int) {
        guard capacity > count + limit * 3 / 8 else { return }
        var copy: [Element] = []
        copy.reserveCapacity(count + limit / 8)
        copy.append(contentsOf: self)
        self = copy
    }
}
