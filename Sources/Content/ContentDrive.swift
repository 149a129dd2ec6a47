import ABI

/// Blocks that are part of the machine, read before the first input: a directory of blocks or a CAR
/// file in a read-only drive. Every block is verified when it is added.
public struct ContentDrive: Sendable {
    // Looked up, never iterated.
    private var blocks: [Bytes32: [UInt8]] = [:]

    public init() {}

    public var isEmpty: Bool { blocks.isEmpty }
    public var count: Int { blocks.count }

    /// The block with this SHA-256.
    public func bytes(of digest: Bytes32) -> [UInt8]? { blocks[digest] }

    /// Adds one block; false when it does not hash to `cid`.
    public mutating func add(_ bytes: [UInt8], cid: CID) -> Bool {
        guard cid.matches(bytes) else { return false }
        // A block inside of its CID is always there.
        if let digest = cid.digest { blocks[digest] = bytes }
        return true
    }

    /// Adds the blocks of a CAR file. Those over other hash functions cannot be asked for, and are
    /// left out.
    public mutating func add(car file: [UInt8]) throws(CARError) {
        var reader = try CARReader(file)
        while let section = try reader.next() {
            if let digest = section.cid?.digest { blocks[digest] = section.bytes }
        }
    }
}
