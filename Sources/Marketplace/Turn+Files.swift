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

    func resolve(
        _ root: CID, _ use: AwaitedFile.Use
    ) throws(DagError) -> FileResolver.Resolution {
        try FileResolver.resolve(root, sizeLimit: job.sizeLimit(of: use)) { bytes(of: $0) }
    }

    /// Takes a node of the sponsor's for a root of the public evaluation data when it declares their
    /// size.
    mutating func awaitData(under cid: CID, _ block: [UInt8]) {
        guard case .filling = job.phase, context.sender == job.sponsor, let digest = cid.digest,
            digest != job.baseCid.digest, let data = job.dataDigest, !job.hasContent(data)
        else { return }
        let roots = job.awaited.count { $0.use == .data }
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
        case .data: forgetDataOpening()
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
            _ = try putOrReport(bytes, digest, of: file.root, madeFrom: blocks, owner: job.sponsor)
        case .data:
            try finishData(file, bytes, digest, blocks)
        case .model(let slot):
            try finishModel(file, slot: slot, bytes, digest, blocks)
        }
    }

    /// The data counts if it is the one that the terms or the sealed commitment name.
    private mutating func finishData(
        _ file: AwaitedFile, _ bytes: [UInt8], _ digest: Bytes32, _ blocks: [Bytes32]
    ) throws(Refusal) {
        guard case .data(let phase) = job.phase else {
            guard digest == job.dataDigest else {
                decision.reports.append(Report.error(Refusal(.wrongData, at: file.root.text)))
                drop(blocks, of: job.sponsor, for: nil)
                return
            }
            _ = try putOrReport(bytes, digest, of: file.root, madeFrom: blocks, owner: job.sponsor)
            return
        }
        guard let opening = phase.opening, opening.cid == file.root else { return }
        guard isOpening(opening, phase.round, digest) else {
            decision.reports.append(Report.error(Refusal(.wrongCommitment, at: file.root.text)))
            drop(blocks, of: job.sponsor, for: nil)
            forgetDataOpening()
            return
        }
        guard
            try putOrReport(bytes, digest, of: file.root, madeFrom: blocks, owner: job.sponsor)
        else {
            forgetDataOpening()
            return
        }
        try enter(opening, digest)
    }

    private mutating func forgetDataOpening() {
        guard case .data(var phase) = job.phase else { return }
        phase.opening = nil
        job.phase = .data(phase)
    }

    /// The submission goes into the queue if the model is the one that was committed to.
    private mutating func finishModel(
        _ file: AwaitedFile, slot: Int, _ bytes: [UInt8], _ digest: Bytes32, _ blocks: [Bytes32]
    ) throws(Refusal) {
        guard case .awaiting(let opening) = job.slots[slot].stage, opening.modelCid == file.root
        else { return }
        let owner = job.slots[slot].client
        guard isOpening(opening, of: slot, digest) else {
            decision.reports.append(Report.error(Refusal(.wrongCommitment, at: "slot \(slot)")))
            drop(blocks, of: owner, for: nil)
            returnToCommitment(slot)
            return
        }
        guard try putOrReport(bytes, digest, of: file.root, madeFrom: blocks, owner: owner) else {
            returnToCommitment(slot)
            return
        }
        try enter(opening, of: slot, digest)
    }

    private mutating func returnToCommitment(_ slot: Int) {
        guard case .awaiting(let opening) = job.slots[slot].stage else { return }
        job.slots[slot].stage = .committed(opening.commitment)
    }

    /// SHA-256 of the model that the sender submits, which is the one committed to; nil when blocks
    /// of its DAG are missing.
    mutating func modelDigest(
        of opening: AwaitedSubmission, slot: Int
    ) throws(Refusal) -> Bytes32? {
        try digest(of: opening.modelCid, for: .model(slot: slot)) { (turn, digest) in
            turn.isOpening(opening, of: slot, digest)
        }
    }

    /// SHA-256 of the data that the sponsor reveals, which is the one of the terms; nil when blocks
    /// of its DAG are missing.
    mutating func dataDigest(
        of opening: DataOpening, _ round: Round
    ) throws(Refusal) -> Bytes32? {
        try digest(of: opening.cid, for: .data) { (turn, digest) in
            turn.isOpening(opening, round, digest)
        }
    }

    /// Resolves a CID that the sender names. Bytes that are on the drive or in blocks at hand are
    /// taken over, if `isRight` says that they are the ones promised; else the message is refused.
    private mutating func digest(
        of root: CID, for use: AwaitedFile.Use, _ isRight: (Turn, Bytes32) -> Bool
    ) throws(Refusal) -> Bytes32? {
        if let digest = root.rawDigest {
            guard isRight(self, digest) else { throw Refusal(.wrongCommitment) }
            if !job.hasContent(digest), let bytes = state.content.bytesOnDrive(of: digest) {
                try put(bytes, digest, owner: context.sender)
            }
            return digest
        }
        let result: FileResolver.Resolution
        do throws(DagError) {
            result = try resolve(root, use)
        } catch {
            throw Refusal(.invalidContent, at: "\(root.text): \(error.code)")
        }
        switch result {
        case .whole(let bytes, let blocks):
            let digest = SHA256.hash(bytes)
            guard isRight(self, digest) else { throw Refusal(.wrongCommitment) }
            drop(blocks, of: context.sender, for: digest)
            try put(bytes, digest, root: root, owner: context.sender)
            return digest
        case .missing(let missing, _):
            wait(for: root, use, missing)
            return nil
        }
    }

    private mutating func wait(for root: CID, _ use: AwaitedFile.Use, _ missing: [CID]) {
        guard let first = missing.first?.digest else { return }
        job.awaited.removeAll { $0.use == use }
        job.awaited.append(AwaitedFile(root: root, use: use, missing: first))
        var names = ""
        for cid in missing { names += names.isEmpty ? cid.text : ", " + cid.text }
        decision.reports.append(
            Report.warning(
                "contentMissing", "Blocks are missing; this counts when they are there.",
                at: names))
    }
}
