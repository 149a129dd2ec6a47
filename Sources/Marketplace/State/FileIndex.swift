import ABI
import Content
import Vouchers

/// Whole files by their names: by their raw CID, and by the CID of the DAG that they came in.
///
/// Sorted, so that names that somebody chose cannot make a look-up slow, and counted, so that a name
/// goes with the last file that has it.
struct FileIndex: Sendable {
    private struct Name: Comparable, Sendable {
        /// Whose jobs may adopt the file; nil for the names that everybody may ask for.
        let borrower: Address?
        let isNode: Bool
        let digest: Bytes32

        /// Nil for CIDs that name no file.
        init?(_ cid: CID, borrower: Address?) {
            guard let digest = cid.digest,
                cid.codec == CID.rawCodec || cid.codec == CID.dagPBCodec
            else { return nil }
            self.borrower = borrower
            isNode = cid.codec == CID.dagPBCodec
            self.digest = digest
        }

        static func < (a: Name, b: Name) -> Bool {
            if a.digest != b.digest { return a.digest < b.digest }
            if a.isNode != b.isNode { return b.isNode }
            switch (a.borrower, b.borrower) {
            case (nil, .some): return true
            case (.some(let a), .some(let b)): return a < b
            case (_, nil): return false
            }
        }
    }

    private struct Entry: Sendable {
        let file: WholeFile
        var count = 0
    }

    private var entries = SortedMap<Name, Entry>()

    func file(_ cid: CID) -> WholeFile? { find(cid, nil) }

    func lent(_ cid: CID, to borrower: Address) -> WholeFile? { find(cid, borrower) }

    /// Names a file; returns it with the bytes that all who have the same share.
    mutating func add(_ file: WholeFile, cid: CID) -> WholeFile {
        let shared = self.file(.raw(digest: file.digest))?.bytes ?? file.bytes
        let file = WholeFile(bytes: shared, digest: file.digest, boundDigest: file.boundDigest)
        count(file, cid, nil, by: 1)
        return file
    }

    mutating func remove(_ file: WholeFile, cid: CID) { count(file, cid, nil, by: -1) }

    /// Lets the jobs of `borrower` adopt a file.
    mutating func lend(_ file: WholeFile, cid: CID, to borrower: Address) {
        count(file, cid, borrower, by: 1)
    }

    mutating func takeBack(_ file: WholeFile, cid: CID, from borrower: Address) {
        count(file, cid, borrower, by: -1)
    }

    private func find(_ cid: CID, _ borrower: Address?) -> WholeFile? {
        guard let name = Name(cid, borrower: borrower) else { return nil }
        return entries[name]?.file
    }

    private mutating func count(
        _ file: WholeFile, _ cid: CID, _ borrower: Address?, by change: Int
    ) {
        var names = [Name(.raw(digest: file.digest), borrower: borrower)]
        if cid.codec == CID.dagPBCodec { names.append(Name(cid, borrower: borrower)) }
        for case let name? in names {
            var entry = entries[name] ?? Entry(file: file)
            entry.count += change
            entries[name] = entry.count > 0 ? entry : nil
        }
    }
}

/// Global models of ended jobs that are still served, first in, first out.
struct KeptModels: Sendable {
    private var entries = SortedMap<UInt64, WholeFile>()
    private var next: UInt64 = 0
    /// Of all of them together.
    private(set) var bytes = 0

    var count: Int { entries.count }

    mutating func append(_ model: WholeFile) {
        entries[next] = model
        next += 1
        bytes += model.bytes.count
    }

    /// Calls `body` with each, the oldest first.
    func forEach(_ body: (WholeFile) -> Void) {
        entries.forEach { _, model in body(model) }
    }

    /// The one that came first; nil when there is none.
    mutating func removeOldest() -> WholeFile? {
        guard let oldest = entries.first else { return nil }
        entries[oldest.key] = nil
        bytes -= oldest.value.bytes.count
        return oldest.value
    }
}
