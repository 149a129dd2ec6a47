import ABI

// What a sender may keep in a job: its share of the reservation. The sum of all shares, with a
// sixteenth on each for the nodes of DAGs, is what the job has reserved, so that the memory of the
// machine is bounded by what was bonded.
extension Turn {
    /// Refuses what would not fit. Bytes of files, raw, fit the share; together with dag-pb nodes
    /// they fit the share and its sixteenth.
    func requireRoom(for size: UInt64, isNode: Bool, of sender: Address) throws(Refusal) {
        let share = share(of: sender)
        let raw = storedBytes(of: sender, withNodes: false)
        if !isNode, raw + size > share {
            throw Refusal(.quota, at: "\(raw) stored, \(size) more, \(share) reserved")
        }
        let all = storedBytes(of: sender)
        let total = share + share / Limits.dagOverheadDivisor
        guard all + size <= total else {
            throw Refusal(.quota, at: "\(all) stored, \(size) more, \(total) reserved with nodes")
        }
        let entries = entries(of: sender)
        guard entries < Limits.contentEntries(share: share) else {
            throw Refusal(.quota, at: "\(entries) pieces of content stored")
        }
    }

    func storedBytes(of owner: Address, withNodes: Bool = true) -> UInt64 {
        var sum: UInt64 = 0
        for entry in job.content where entry.owner == owner && (withNodes || !entry.isNode) {
            sum += UInt64(entry.size)
        }
        return sum
    }

    private func entries(of owner: Address) -> Int {
        var count = 0
        for entry in job.content where entry.owner == owner { count += 1 }
        return count
    }

    /// The sender's part of the reservation: the sponsor delivers evaluation and base model, a
    /// client one model at a time.
    func share(of sender: Address) -> UInt64 {
        var share: UInt64 = 0
        if sender == job.sponsor { share += job.storage.evaluation + job.storage.base }
        if job.slotIndex(of: sender) != nil { share += job.storage.model }
        return share
    }
}
