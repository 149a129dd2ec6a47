import ABI
import Content

// Files that come as the blocks of a DAG. A block is stored like any blob; when the last one is in,
// the file is put together and takes the blocks' place.
extension Turn {
    /// Walks the DAGs whose first missing block this was.
    mutating func resolveFiles(awaiting digest: Bytes32) throws(Refusal) {
        var index = 0
        while index < job.awaited.count, ended == nil {
            let file = job.awaited[index]
            guard file.missing == digest else {
                index += 1
                continue
            }
            let result: FileResolver.Resolution
            do throws(DagError) {
                result = try resolve(file.root, file.use)
            } catch {
                job.awaited.remove(at: index)
                try fail(file, error)
                continue
            }
            switch result {
            case .missing(let missing, _):
                job.awaited[index].missing = missing.first?.digest ?? digest
                index += 1
            case .whole(let bytes, let blocks):
                job.awaited.remove(at: index)
                try finish(file, bytes, blocks)
            }
        }
    }

    private func resolve(
        _ root: CID, _ use: AwaitedFile.Use
    ) throws(DagError) -> FileResolver.Resolution {
        try FileResolver.resolve(root, sizeLimit: job.sizeLimit(of: use)) { bytes(of: $0) }
    }

    /// Takes a node of the sponsor's for a root of the evaluation data when it declares their size.
    mutating func awaitData(under cid: CID, _ block: [UInt8]) {
        guard case .filling = job.phase, context.sender == job.sponsor, let digest = cid.digest,
            digest != job.baseCid.digest, !job.hasContent(job.dataDigest)
        else { return }
        var roots = 0
        for file in job.awaited where file.use == .data { roots += 1 }
        let node = try? FileNode(try DagNode(parsing: block))
        guard roots < Limits.dataRoots, node?.size == job.storage.evaluation else { return }
        job.awaited.append(AwaitedFile(root: cid, use: .data, missing: digest))
    }

    /// A DAG that can never be the file it should be.
    private mutating func fail(_ file: AwaitedFile, _ error: DagError) throws(Refusal) {
        decision.reports.append(
            Report.error(Refusal(.invalidContent, at: "\(file.root.text): \(error.code)")))
        switch file.use {
        case .base: try cancel(.invalidBaseModel)
        case .data: break
        case .model(let slot): returnToCommitment(slot)
        }
    }

    private mutating func finish(
        _ file: AwaitedFile, _ bytes: [UInt8], _ blocks: [Bytes32]
    ) throws(Refusal) {
        let digest = SHA256.hash(bytes)
        switch file.use {
        case .base:
            job.baseDigest = digest
            try putOrReport(bytes, digest, of: file.root, madeFrom: blocks, owner: job.sponsor)
        case .data:
            guard digest == job.dataDigest else {
                decision.reports.append(Report.error(Refusal(.wrongData, at: file.root.text)))
                return
            }
            try putOrReport(bytes, digest, of: file.root, madeFrom: blocks, owner: job.sponsor)
        case .model(let slot):
            try finishModel(file, slot: slot, bytes, digest, blocks)
        }
    }

    /// The submission goes into the queue if the model is the one that was committed to.
    private mutating func finishModel(
        _ file: AwaitedFile, slot: Int, _ bytes: [UInt8], _ digest: Bytes32, _ blocks: [Bytes32]
    ) throws(Refusal) {
        guard case .awaiting(let opening) = job.slots[slot].stage, case .open(var open) = job.phase
        else { return }
        guard isOpening(opening, of: slot, digest) else {
            decision.reports.append(
                Report.error(Refusal(.wrongCommitment, at: "slot \(slot)")))
            returnToCommitment(slot)
            return
        }
        let owner = job.slots[slot].client
        guard try putOrReport(bytes, digest, of: file.root, madeFrom: blocks, owner: owner) else {
            returnToCommitment(slot)
            return
        }
        job.slots[slot].stage = .submitted(Submission(opening, digest, isQueued: false))
        enqueueSubmissions(of: digest, in: &open)
        job.phase = .open(open)
    }

    private mutating func returnToCommitment(_ slot: Int) {
        guard case .awaiting(let opening) = job.slots[slot].stage else { return }
        job.slots[slot].stage = .committed(opening.commitment)
    }

    /// SHA-256 of the model that the sender submits, whose bytes are taken over when the drive or
    /// the job has them all; nil, and said in a report, when blocks of a DAG are missing.
    mutating func modelDigest(
        of opening: AwaitedSubmission, slot: Int
    ) throws(Refusal) -> Bytes32? {
        let root = opening.modelCid
        if let digest = root.rawDigest {
            if !job.hasContent(digest), let bytes = state.content.bytesOnDrive(of: digest) {
                try requireRoom(for: UInt64(bytes.count), isNode: false, of: context.sender)
                try keep(bytes, cid: root, digest: digest, owner: context.sender)
            }
            return digest
        }
        let result: FileResolver.Resolution
        do throws(DagError) {
            result = try resolve(root, .model(slot: slot))
        } catch {
            throw Refusal(.invalidContent, at: "modelCid: \(error.code)")
        }
        switch result {
        case .whole(let bytes, let blocks):
            let digest = SHA256.hash(bytes)
            // Nothing is taken over for a submission that will be refused.
            guard isOpening(opening, of: slot, digest) else { throw Refusal(.wrongCommitment) }
            drop(blocks, of: context.sender, for: digest)
            try put(bytes, digest, of: root, owner: context.sender)
            return digest
        case .missing(let missing, _):
            guard let first = missing.first?.digest else {
                throw Refusal(.invalidContent, at: "modelCid: unsupportedHash")
            }
            job.awaited.append(AwaitedFile(root: root, use: .model(slot: slot), missing: first))
            reportMissing(missing)
            return nil
        }
    }

    private mutating func reportMissing(_ missing: [CID]) {
        var names = ""
        for cid in missing { names += names.isEmpty ? cid.text : ", " + cid.text }
        decision.reports.append(
            Report.warning(
                "contentMissing", "Blocks are missing; the submission counts when they are there.",
                at: names))
    }

    /// Keeps a file instead of the blocks that it came in; false, and said in a report, when the
    /// share of its owner has no room for it. That must not refuse the message: the last block may
    /// be another sender's, who would be kept from storing it.
    @discardableResult
    private mutating func putOrReport(
        _ bytes: [UInt8], _ digest: Bytes32, of root: CID, madeFrom blocks: [Bytes32],
        owner: Address
    ) throws(Refusal) -> Bool {
        drop(blocks, of: owner, for: digest)
        do throws(Refusal) {
            try put(bytes, digest, of: root, owner: owner)
            return true
        } catch {
            guard error.code == .quota else { throw error }
            decision.reports.append(Report.error(error))
            return false
        }
    }

    private mutating func put(
        _ bytes: [UInt8], _ digest: Bytes32, of root: CID, owner: Address
    ) throws(Refusal) {
        if !job.hasContent(digest) {
            try requireRoom(for: UInt64(bytes.count), isNode: false, of: owner)
            try keep(bytes, cid: .raw(digest: digest), digest: digest, owner: owner)
        }
        if let root = root.digest { decision.content.append(.name(root: root, of: digest)) }
    }

    /// Drops the blocks of a file that is whole, unless they are files themselves or another DAG
    /// of the job has them too.
    private mutating func drop(_ blocks: [Bytes32], of owner: Address, for digest: Bytes32) {
        // Looked up, never iterated.
        var dropped = Set(blocks)
        dropped.remove(digest)
        dropped.remove(job.dataDigest)
        if let base = job.baseDigest { dropped.remove(base) }
        for slot in job.slots {
            if case .submitted(let submission) = slot.stage { dropped.remove(submission.digest) }
            if slot.paid != nil, let last = slot.attempts.last { dropped.remove(last.digest) }
        }
        for file in job.awaited {
            guard case .missing(_, let found)? = try? resolve(file.root, file.use) else { continue }
            for digest in found { dropped.remove(digest) }
        }
        var kept: [StoredContent] = []
        kept.reserveCapacity(job.content.count)
        for entry in job.content {
            if entry.owner == owner, dropped.contains(entry.digest) {
                decision.content.append(.release(entry.digest))
            } else {
                kept.append(entry)
            }
        }
        job.content = kept
    }
}
