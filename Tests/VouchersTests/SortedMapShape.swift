@testable import Vouchers

/// What a walk over the nodes of a map finds, for what its interface does not show.
struct SortedMapShape {
    /// Rules that a node breaks: order, bounds, totals, depth.
    private(set) var faults: [String] = []
    private(set) var leaves = 0
    /// Nodes less than half full which are not at the end of their level.
    private(set) var sparse = 0
    /// Bytes of all arrays, unused room included.
    private(set) var bytes = 0
    private(set) var depth = 0

    init<Key, Value>(_ map: SortedMap<Key, Value>) {
        walk(map.root, level: 1, isLast: true, isRoot: true)
        var last: Key?
        var entries = 0
        map.forEach { key, _ in
            if let last, !(last < key) { faults.append("\(last) before \(key)") }
            last = key
            entries += 1
        }
        if entries != map.count { faults.append("\(entries) entries, count \(map.count)") }
    }

    private mutating func walk<Key, Value>(
        _ node: SortedMap<Key, Value>.Node, level: Int, isLast: Bool, isRoot: Bool
    ) {
        if node.isSparse && !isLast && !isRoot { sparse += 1 }
        if node.isLeaf {
            leaves += 1
            if depth == 0 { depth = level }
            if depth != level { faults.append("a leaf at depth \(level), not \(depth)") }
            if node.total != node.entries.count { faults.append("a leaf counts \(node.total)") }
            if node.entries.isEmpty && !isRoot { faults.append("an empty leaf") }
            bytes += 32 + node.entries.capacity * MemoryLayout<SortedMap<Key, Value>.Entry>.stride
            return
        }
        bytes += 32 + node.children.capacity * MemoryLayout<SortedMap<Key, Value>.Child>.stride
        var total = 0
        for (index, child) in node.children.enumerated() {
            total += child.node.total
            if index > 0 {
                if let first = child.node.first?.key, first < child.low {
                    faults.append("\(first) below its bound \(child.low)")
                }
                if let before = node.children[index - 1].node.last, !(before < child.low) {
                    faults.append("\(before) not below the bound \(child.low)")
                }
            }
            walk(
                child.node, level: level + 1, isLast: isLast && index + 1 == node.children.count,
                isRoot: false)
        }
        if total != node.total { faults.append("a node counts \(node.total), not \(total)") }
        if isRoot && node.children.count < 2 { faults.append("a root with one child") }
    }
}

extension SortedMap.Node {
    fileprivate var last: Key? {
        isLeaf ? entries.last?.key : children.last?.node.last
    }
}
