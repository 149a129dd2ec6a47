import ABI

/// The Merkle tree over every output that the application ever made.
///
/// Height 63, leaves are Keccak-256 of the encoded outputs from the left, an empty leaf is 32 zero
/// bytes, a parent is Keccak-256 of its two children. Kept as the one open node of each level.
public struct OutputsTree: Sendable {
    public static var height: Int { 63 }

    /// For each level the left sibling that waits for its right one.
    private var waiting = [Bytes32](repeating: .zero, count: OutputsTree.height)
    private let empty = OutputsTree.emptyRoots()
    /// Outputs so far.
    public private(set) var count: UInt64 = 0

    public init() {}

    /// The root of an empty subtree of each height.
    static func emptyRoots() -> [Bytes32] {
        var roots: [Bytes32] = [.zero]
        for level in 0..<height { roots.append(Keccak256.hash(roots[level], roots[level])) }
        return roots
    }

    /// Appends an output.
    public mutating func append(_ output: Output) {
        append(leaf: Keccak256.hash(output.encoded))
    }

    /// Appends the hash of an output.
    public mutating func append(leaf: Bytes32) {
        var node = leaf
        var index = count
        for level in 0..<OutputsTree.height {
            if index & 1 == 0 {
                waiting[level] = node
                break
            }
            node = Keccak256.hash(waiting[level], node)
            index >>= 1
        }
        count += 1
    }

    /// The root over all outputs so far.
    public var root: Bytes32 {
        var node = empty[0]
        var index = count
        for level in 0..<OutputsTree.height {
            node =
                index & 1 == 0
                ? Keccak256.hash(node, empty[level]) : Keccak256.hash(waiting[level], node)
            index >>= 1
        }
        return node
    }
}
