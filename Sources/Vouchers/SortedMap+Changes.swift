// Putting in.
extension SortedMap.Node {
    typealias Entry = SortedMap.Entry
    typealias Child = SortedMap.Child
    typealias Node = SortedMap.Node

    /// Puts an entry in, or changes the value that is there; whether it is new. What does not fit
    /// becomes `split`, which belongs right behind this node. `isLast`: no node comes behind this one.
    mutating func put(
        _ value: Value, at key: Key, isLast: Bool, split: inout Child?,
        orModify change: (inout Value) -> Void
    ) -> Bool {
        if isLeaf {
            let place = place(of: key)
            if isMatch(place, key) {
                change(&entries[place].value)
                return false
            }
            insert(Entry(key: key, value: value), at: place, isLast: isLast, split: &split)
            return true
        }
        let place = child(of: key)
        let isLastChild = isLast && place + 1 == children.count
        let isNew = children[place].node.put(
            value, at: key, isLast: isLastChild, split: &split, orModify: change)
        if isNew { total += 1 }
        if let upper = split {
            split = nil
            insert(upper, at: place + 1, isLast: isLastChild, split: &split)
        }
        return isNew
    }

    /// Puts in the other half of the child before `place`.
    private mutating func insert(
        _ child: Child, at place: Int, isLast: Bool, split: inout Child?
    ) {
        if children.count < Node.innerLimit {
            children.makeRoom(limit: Node.innerLimit)
            children.insert(child, at: place)
        } else if isLast {
            total -= child.node.total
            split = Child(low: child.low, node: Node(children: [child]))
        } else {
            var all = children
            all.insert(child, at: place)
            let half = all.count / 2
            // Both halves are new, as an array that was cut keeps its memory.
            self = Node(children: Array(all[..<half]))
            split = Child(low: all[half].low, node: Node(children: Array(all[half...])))
        }
    }

    private mutating func insert(
        _ entry: Entry, at place: Int, isLast: Bool, split: inout Child?
    ) {
        if entries.count < Node.leafLimit {
            entries.makeRoom(limit: Node.leafLimit)
            entries.insert(entry, at: place)
            total += 1
        } else if isLast && place == entries.count {
            split = Child(low: entry.key, node: Node(entries: [entry]))
        } else {
            var all = entries
            all.insert(entry, at: place)
            let half = all.count / 2
            self = Node(entries: Array(all[..<half]))
            split = Child(low: all[half].key, node: Node(entries: Array(all[half...])))
        }
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
