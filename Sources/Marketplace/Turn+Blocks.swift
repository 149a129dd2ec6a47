import ABI
import Content

// Blocks give way to the file that they make.
extension Turn {
    /// Keeps a file instead of the blocks that it came in; false, and said in a report, when the
    /// share of its owner has no room for it. That must not refuse the message: the last block may
    /// be another sender's, who would be kept from storing it.
    mutating func putOrReport(
        _ bytes: [UInt8], _ digest: Bytes32, of root: CID, madeFrom blocks: [Bytes32],
        owner: Address
    ) throws(Refusal) -> Bool {
        drop(blocks, of: owner, for: digest)
        do throws(Refusal) {
            try put(bytes, digest, root: root, owner: owner)
            return true
        } catch {
            guard error.code == .quota else { throw error }
            decision.reports.append(Report.error(error))
            return false
        }
    }

    /// Keeps a file, known under the root of the DAG that it came in too, if it did.
    mutating func put(
        _ bytes: [UInt8], _ digest: Bytes32, root: CID? = nil, owner: Address
    ) throws(Refusal) {
        if !job.hasContent(digest) {
            try requireRoom(for: UInt64(bytes.count), isNode: false, of: owner)
            try keep(bytes, cid: .raw(digest: digest), digest: digest, owner: owner)
        }
        if let root = root?.digest { decision.content.append(.name(root: root, of: digest)) }
    }

    /// Drops the blocks of a file that is whole, unless they are files themselves or another DAG
    /// of the job has them too. Without a `digest` the file is not the one that was promised: its
    /// blocks make room for those of the right one.
    mutating func drop(_ blocks: [Bytes32], of owner: Address, for digest: Bytes32?) {
        // Looked up, never iterated.
        var dropped = Set(blocks)
        if let digest { dropped.remove(digest) }
        for needed in [job.dataDigest, job.baseDigest, job.global?.digest] {
            if let needed { dropped.remove(needed) }
        }
        for slot in job.slots {
            if case .submitted(let submission) = slot.stage { dropped.remove(submission.digest) }
            if slot.isPaid, let last = slot.attempts.last { dropped.remove(last.digest) }
        }
        for file in job.awaited {
            guard case .missing(_, let found)? = try? resolve(file.root, file.use) else { continue }
            for digest in found { dropped.remove(digest) }
        }
        dropContent { $0.owner == owner && dropped.contains($0.digest) }
    }
}
