import ABI

/// Global models of ended jobs that are still served, first in, first out.
///
/// Numbered, so that taking the oldest one out does not move all others.
struct KeptModels: Sendable {
    // Looked up, never iterated.
    private var entries: [UInt64: (digest: Bytes32, size: Int)] = [:]
    private var oldest: UInt64 = 0
    private var next: UInt64 = 0
    /// Of all of them together.
    private(set) var bytes = 0

    var count: Int { entries.count }

    mutating func append(_ digest: Bytes32, size: Int) {
        entries[next] = (digest, size)
        next += 1
        bytes += size
    }

    /// Calls `body` with each, the oldest first.
    func forEach(_ body: (Bytes32, Int) -> Void) {
        for number in oldest..<next {
            if let entry = entries[number] { body(entry.digest, entry.size) }
        }
    }

    /// The digest of the one that came first; nil when there is none.
    mutating func removeOldest() -> Bytes32? {
        guard let entry = entries.removeValue(forKey: oldest) else { return nil }
        oldest += 1
        bytes -= entry.size
        return entry.digest
    }
}
