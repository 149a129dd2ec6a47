import ABI

/// Files that are part of the machine, read before the first input: as blocks in a directory or a
/// CAR file of a read-only drive. Every block is verified when it is added, and all of them are made
/// into files by `seal`.
public struct ContentDrive: Sendable {
    /// Every file under its SHA-256.
    package var files = DriveTable()
    /// Those that were made of nodes, under the SHA-256 of their roots.
    package var roots = DriveTable()
    /// What is not made into files yet.
    package var nodes = DriveTable()

    public init() {}

    public var isEmpty: Bool { count == 0 }
    /// Files, however many names they have.
    public var count: Int { files.rows.count }

    /// The file under a raw CID or that of a root, of either version. Asked when the drive is sealed.
    public func file(_ cid: CID) -> WholeFile? {
        guard let digest = cid.digest else { return nil }
        switch cid.codec {
        case CID.rawCodec: return files.find(digest)
        case CID.dagPBCodec: return roots.find(digest)
        default: return nil
        }
    }
}

/// Files by a digest.
package struct DriveTable: Sendable {
    package var rows: [(key: Bytes32, file: WholeFile)] = []

    package init() {}

    /// Brings the rows into order, each key once.
    package mutating func sort() {
        var sorted: [(key: Bytes32, file: WholeFile)] = []
        sorted.reserveCapacity(rows.count)
        for row in rows.sorted(by: { $0.key < $1.key }) where sorted.last?.key != row.key {
            sorted.append(row)
        }
        rows = sorted
    }

    /// The file under `key` among rows in order.
    package func find(_ key: Bytes32) -> WholeFile? {
        let index = rows.firstSorted { $0.key >= key }
        return index < rows.count && rows[index].key == key ? rows[index].file : nil
    }
}

extension Array {
    /// The first of elements in order that has reached what is looked for.
    package func firstSorted(where isReached: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isReached(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
