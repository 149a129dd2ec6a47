import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// Takes one piece of a blob or a block. When it is the last one the whole is hashed: only then
    /// does it exist, and whatever waited for it goes on.
    mutating func upload(_ chunk: Message.UploadChunk) throws(Refusal) {
        try requireLive()
        // What comes after the window could not count any more.
        if case .open = job.phase { _ = try openPhase() }
        let sender = context.sender
        let isSponsor = sender == job.sponsor
        guard isSponsor || job.slotIndex(of: sender) != nil else { throw Refusal(.notSlotHolder) }
        let cid = try CID(chunk.cid, named: "cid")
        let digest = try cid.requireDigest(named: "cid")
        guard chunk.size > 0, !chunk.bytes.isEmpty else { throw Refusal(.chunkOutOfRange) }
        // The same bytes twice are no news, and no harm.
        if job.hasContent(digest) { return }
        try requireRoom(for: UInt64(chunk.size), isNode: cid.isNode, of: sender)
        if let bytes = state.content.bytes(of: digest), bytes.count == Int(chunk.size) {
            try store(bytes, cid: cid, digest: digest)
            return
        }
        var upload = openUpload(of: digest, size: Int(chunk.size))
        guard upload.insert(chunk.bytes, at: Int(chunk.offset)) else {
            throw Refusal(
                .chunkOutOfRange,
                at: "offset \(chunk.offset), length \(chunk.bytes.count), size \(chunk.size)")
        }
        guard upload.isWhole else {
            decision.content.append(.upload(upload, job: job.id, sender: sender))
            return
        }
        decision.content.append(.upload(nil, job: job.id, sender: sender))
        let bytes = upload.assembled()
        guard SHA256.hash(bytes) == digest else {
            decision.reports.append(
                Report.error(Refusal(.wrongHash, at: "job \(job.id), size \(bytes.count)")))
            return
        }
        try store(bytes, cid: cid, digest: digest)
    }

    /// The sender's upload of this blob, or a new one. Another blob's is dropped, which is said.
    private mutating func openUpload(of digest: Bytes32, size: Int) -> Upload {
        guard let upload = state.content.upload(for: job.id, from: context.sender) else {
            return Upload(digest: digest, size: size)
        }
        if upload.digest == digest, upload.size == size { return upload }
        decision.reports.append(
            Report.warning(
                "uploadReplaced",
                "Another upload of this sender was open in this job; it was dropped.",
                at: "\(upload.received) of \(upload.size) bytes had come"))
        return Upload(digest: digest, size: size)
    }

    /// Keeps a verified blob, and does what it makes possible.
    private mutating func store(
        _ bytes: [UInt8], cid: CID, digest: Bytes32
    ) throws(Refusal) {
        try keep(bytes, cid: cid, digest: digest, owner: context.sender)
        if cid.isNode { awaitData(under: cid, bytes) }
        try resolveFiles(awaiting: digest)
        guard ended == nil else { return }
        switch job.phase {
        case .filling:
            try openWhenFilled()
        case .open(var open):
            enqueueSubmissions(of: digest, in: &open)
            job.phase = .open(open)
        }
    }

    /// Keeps verified bytes for the job, on account of `owner`.
    mutating func keep(
        _ bytes: [UInt8], cid: CID, digest: Bytes32, owner: Address
    ) throws(Refusal) {
        job.content.append(
            StoredContent(digest: digest, size: bytes.count, owner: owner, isNode: cid.isNode))
        decision.content.append(.retain(digest, bytes: bytes))
        try decision.notice(
            NoticeFunctions.contentStored, .uint(job.id), .address(owner), .bytes(cid.binary),
            .uint(UInt64(bytes.count)))
    }

    /// Takes what the drive holds and what other jobs have delivered already, so that nobody
    /// uploads it twice.
    mutating func adoptSharedContent() throws(Refusal) {
        for digest in [job.baseDigest, job.dataDigest] {
            guard let digest, !job.hasContent(digest),
                let bytes = state.content.bytes(of: digest),
                storedBytes(of: job.sponsor) + UInt64(bytes.count) <= share(of: job.sponsor)
            else { continue }
            try keep(bytes, cid: .raw(digest: digest), digest: digest, owner: job.sponsor)
        }
        if job.baseDigest == nil, let root = job.baseCid.digest {
            job.awaited.append(AwaitedFile(root: job.baseCid, use: .base, missing: root))
            try resolveFiles(awaiting: root)
            guard ended == nil else { return }
        }
        try openWhenFilled()
    }

    /// Ends FILLING when base model and data are whole: OPEN starts now, or the job is cancelled
    /// when they are not what the terms say.
    mutating func openWhenFilled() throws(Refusal) {
        guard case .filling = job.phase, let baseDigest = job.baseDigest,
            let base = storedBytes(baseDigest), let data = storedBytes(job.dataDigest)
        else { return }
        let model: Model
        do throws(VerifierError) {
            model = try Model.base(parsing: base, architecture: job.architecture)
        } catch {
            try cancel(.invalidBaseModel, .invalidModel, error)
            return
        }
        do throws(VerifierError) {
            let dataset = try Dataset(
                parsing: data, architecture: job.architecture, samples: job.terms.samples,
                xDType: job.storage.xDType, yKind: job.storage.yKind)
            let closesAt = now.later(by: UInt64(job.terms.windows[1]))
            job.phase = .open(
                Open(opensAt: now, closesAt: closesAt, base: model, data: dataset))
        } catch {
            try cancel(.invalidData, .invalidData, error)
            return
        }
        if case .open(let open) = job.phase {
            try decision.notice(
                NoticeFunctions.jobOpened, .uint(job.id), .uint(0), .uint(open.opensAt),
                .uint(open.closesAt))
        }
    }

    private mutating func cancel(
        _ reason: CancelReason, _ code: RefusalCode, _ error: VerifierError
    ) throws(Refusal) {
        decision.reports.append(
            Report.error(Refusal(code, at: "job \(job.id): \(error.code)")))
        try cancel(reason)
    }

    /// Puts the submissions that waited for these bytes in the queue, earliest commitment first.
    mutating func enqueueSubmissions(of digest: Bytes32, in open: inout Open) {
        var ready: [(order: UInt64, slot: Int)] = []
        for slot in 0..<job.slots.count {
            guard case .submitted(var submission) = job.slots[slot].stage,
                submission.digest == digest, !submission.isQueued
            else { continue }
            submission.isQueued = true
            job.slots[slot].stage = .submitted(submission)
            ready.append((submission.order, slot))
        }
        ready.sort { $0 < $1 }
        for entry in ready { open.queue.append(entry.slot) }
    }

    private func storedBytes(_ digest: Bytes32) -> [UInt8]? {
        job.hasContent(digest) ? bytes(of: digest) : nil
    }

}

extension CID {
    /// A CID argument of a message: refused with `invalidCid`.
    init(_ bytes: [UInt8], named name: String) throws(Refusal) {
        do throws(CIDError) {
            try self.init(bytes)
        } catch {
            throw Refusal(.invalidCid, at: "\(name): \(error.code)")
        }
    }

    /// SHA-256 of the block: of a raw one, or of a dag-pb node.
    func requireDigest(named name: String) throws(Refusal) -> Bytes32 {
        guard codec == CID.rawCodec || isNode, let digest else {
            throw Refusal(.unsupported, at: "\(name): only raw and dag-pb sha2-256 CIDs")
        }
        return digest
    }

    var isNode: Bool { codec == CID.dagPBCodec }
}
