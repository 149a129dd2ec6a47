import ABI

/// That an output stands at a place of the tree whose root is known: what `executeOutput` and
/// `validateOutput` of the application contract ask for.
public struct OutputsProof: Equatable, Sendable {
    /// Position among all outputs.
    public let index: UInt64
    /// One sibling for each level from the leaf up, `OutputsTree.height` of them.
    public let siblings: [Bytes32]

    public init(index: UInt64, siblings: [Bytes32]) {
        self.index = index
        self.siblings = siblings
    }

    /// The root that makes this the proof of `leaf`; nil when the number of siblings is wrong or
    /// the index lies outside of the tree.
    public func root(over leaf: Bytes32) -> Bytes32? {
        guard siblings.count == OutputsTree.height,
            index >> UInt64(OutputsTree.height) == 0
        else { return nil }
        var node = leaf
        var index = index
        for sibling in siblings {
            node =
                index & 1 == 0
                ? Keccak256.hash(node, sibling) : Keccak256.hash(sibling, node)
            index >>= 1
        }
        return node
    }
}

/// The outputs tree with every node kept, so that any output can be proved: about 64 bytes for
/// each output. `OutputsTree` gives the same root in constant memory.
public struct ProvableOutputs: Sendable {
    /// The nodes above at least one output, from the leaves up, `OutputsTree.height` + 1 levels.
    private var levels = [[Bytes32]](repeating: [], count: OutputsTree.height + 1)
    private let empty = OutputsTree.emptyRoots()

    public init() {}

    /// Outputs so far.
    public var count: UInt64 { UInt64(levels[0].count) }

    /// The root over all outputs so far.
    public var root: Bytes32 {
        levels[OutputsTree.height].first ?? empty[OutputsTree.height]
    }

    /// The hash of output `index`; nil when there is none.
    public func leaf(at index: UInt64) -> Bytes32? {
        index < count ? levels[0][Int(index)] : nil
    }

    /// Appends the hash of an output.
    public mutating func append(leaf: Bytes32) {
        var node = leaf
        var index = levels[0].count
        levels[0].append(leaf)
        for level in 0..<OutputsTree.height {
            // A left node is the last of its level; the left sibling of a right node is there.
            node =
                index & 1 == 0
                ? Keccak256.hash(node, empty[level])
                : Keccak256.hash(levels[level][index - 1], node)
            index >>= 1
            if index < levels[level + 1].count {
                levels[level + 1][index] = node
            } else {
                levels[level + 1].append(node)
            }
        }
    }

    /// The proof of output `index` against `root`; nil when there is no such output.
    public func proof(of index: UInt64) -> OutputsProof? {
        guard index < count else { return nil }
        var siblings: [Bytes32] = []
        siblings.reserveCapacity(OutputsTree.height)
        var position = Int(index)
        for level in 0..<OutputsTree.height {
            let sibling = position ^ 1
            siblings.append(
                sibling < levels[level].count ? levels[level][sibling] : empty[level])
            position >>= 1
        }
        return OutputsProof(index: index, siblings: siblings)
    }
}
