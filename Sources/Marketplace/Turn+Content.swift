import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// Takes one piece of a blob. When it is the last one the blob is hashed: only then does it
    /// exist, and whatever waited for it goes on.
    mutating func upload(_ chunk: Message.UploadChunk) throws(Refusal) {
        try requireLive()
        // What comes after the window could not count any more.
        if case .open(let phase) = job.phase, now >= phase.closesAt { throw wrongPhase() }
        let sender = context.sender
        let isSponsor = sender == job.sponsor
        guard isSponsor || job.slotIndex(of: sender) != nil else { throw Refusal(.notSlotHolder) }
        let digest = try CID(chunk.cid, named: "cid").requireRawDigest(named: "cid")
        guard chunk.size > 0, !chunk.bytes.isEmpty else { throw Refusal(.chunkOutOfRange) }
        // The same bytes twice are no news, and no harm.
        if job.hasContent(digest) { return }
        guard storedBytes(of: sender) + UInt64(chunk.size) <= share(of: sender) else {
            throw Refusal(
                .quota,
                at: "\(storedBytes(of: sender)) stored, \(chunk.size) more, "
                    + "\(share(of: sender)) reserved")
        }
        if let bytes = state.content.bytes(of: digest), bytes.count == Int(chunk.size) {
            try store(bytes, digest: digest)
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
        try store(bytes, digest: digest)
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
    private mutating func store(_ bytes: [UInt8], digest: Bytes32) throws(Refusal) {
        try keep(bytes, digest: digest, owner: context.sender)
        switch job.phase {
        case .filling: try openWhenFilled()
        case .data: try completeData()
        case .open, .reveal, .gather: enqueueSubmissions(of: digest)
        case .commit, .claim, .score: break
        }
    }

    private mutating func keep(
        _ bytes: [UInt8], digest: Bytes32, owner: Address
    ) throws(Refusal) {
        job.content.append(StoredContent(digest: digest, size: bytes.count, owner: owner))
        decision.content.append(.retain(digest, bytes: bytes))
        try decision.notice(
            NoticeFunctions.contentStored, .uint(job.id), .address(owner),
            .bytes(CID.raw(digest: digest).binary), .uint(UInt64(bytes.count)))
    }

    /// Takes what other jobs have delivered already, so that nobody uploads it twice.
    mutating func adoptSharedContent() throws(Refusal) {
        for digest in [job.baseDigest, job.dataDigest ?? job.baseDigest]
        where !job.hasContent(digest) {
            guard let bytes = state.content.bytes(of: digest),
                storedBytes(of: job.sponsor) + UInt64(bytes.count) <= share(of: job.sponsor)
            else { continue }
            try keep(bytes, digest: digest, owner: job.sponsor)
        }
        try openWhenFilled()
    }

    /// Ends FILLING when what the sponsor owes at first is whole: the base model and, unsealed, the
    /// data. The next phase begins now, or the job is cancelled when they are not what the terms
    /// say.
    private mutating func openWhenFilled() throws(Refusal) {
        guard let base = storedBytes(job.baseDigest) else { return }
        var data: [UInt8]?
        if let digest = job.dataDigest {
            data = storedBytes(digest)
            if data == nil { return }
        }
        let global: GlobalModel
        do throws(VerifierError) {
            global = GlobalModel(
                model: try Model.base(parsing: base, architecture: job.architecture),
                digest: job.baseDigest)
        } catch {
            try cancel(.invalidBaseModel, .invalidModel, error)
            return
        }
        guard let data else {
            try begin(
                Round(number: 0, global: global, pool: job.terms.reward, emptyBefore: 0))
            return
        }
        do throws(VerifierError) {
            let closesAt = now.later(by: UInt64(job.terms.windows[1]))
            job.phase = .open(
                Open(
                    opensAt: now, closesAt: closesAt, global: global, data: try dataset(data)))
        } catch {
            try cancel(.invalidData, .invalidData, error)
            return
        }
        try decision.notice(
            NoticeFunctions.jobOpened, .uint(job.id), .uint(0), .uint(now),
            .uint(job.nextDeadline ?? now))
    }

    /// The sponsor opens its commitment to the round's data; it counts when the bytes are whole.
    mutating func revealData(_ dataCid: [UInt8], salt: Bytes32) throws(Refusal) {
        try requireLive()
        guard case .data(var phase) = job.phase, phase.dataset == nil else { throw wrongPhase() }
        try requireSponsor()
        let cid = try CID(dataCid, named: "dataCid")
        let digest = try cid.requireRawDigest(named: "dataCid")
        let hash = Commitment.dataHash(
            chainID: context.chainID, application: context.application, sponsor: job.sponsor,
            jobSalt: job.terms.jobSalt, round: phase.round.number, salt: salt, dataDigest: digest)
        guard hash == job.terms.evaluation[Int(phase.round.number)] else {
            throw Refusal(.wrongCommitment)
        }
        phase.revealed = RevealedData(cid: cid, digest: digest)
        job.phase = .data(phase)
        try decision.notice(
            NoticeFunctions.dataRevealed, .uint(job.id), .uint(UInt64(phase.round.number)),
            .bytes(cid.binary))
        try completeData()
    }

    /// Data that hashes right but is not what the terms say does not count as revealed.
    private mutating func completeData() throws(Refusal) {
        guard case .data(var phase) = job.phase, let revealed = phase.revealed,
            let bytes = storedBytes(revealed.digest)
        else { return }
        do throws(VerifierError) {
            phase.dataset = try dataset(bytes)
        } catch {
            phase.revealed = nil
            decision.reports.append(
                Report.error(Refusal(.invalidData, at: "job \(job.id): \(error.code)")))
        }
        job.phase = .data(phase)
    }

    private func dataset(_ bytes: [UInt8]) throws(VerifierError) -> Dataset {
        try Dataset(
            parsing: bytes, architecture: job.architecture, samples: job.terms.samples,
            xDType: job.storage.xDType, yKind: job.storage.yKind)
    }

    private mutating func cancel(
        _ reason: CancelReason, _ code: RefusalCode, _ error: VerifierError
    ) throws(Refusal) {
        decision.reports.append(
            Report.error(Refusal(code, at: "job \(job.id): \(error.code)")))
        try cancel(reason)
    }

    private func storedBytes(_ digest: Bytes32) -> [UInt8]? {
        job.hasContent(digest) ? bytes(of: digest) : nil
    }

    private func storedBytes(of owner: Address) -> UInt64 {
        var sum: UInt64 = 0
        for entry in job.content where entry.owner == owner { sum += UInt64(entry.size) }
        return sum
    }

    /// The sender's part of the reservation: the sponsor delivers evaluation and base model, a
    /// client one model at a time.
    private func share(of sender: Address) -> UInt64 {
        var share: UInt64 = 0
        if sender == job.sponsor { share += job.storage.evaluation + job.storage.base }
        if job.slotIndex(of: sender) != nil { share += job.storage.model }
        return share
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

    /// SHA-256 of the blob. Only raw blocks are resolved so far; a DAG is refused as unsupported.
    func requireRawDigest(named name: String) throws(Refusal) -> Bytes32 {
        guard let digest = rawDigest else {
            throw Refusal(.unsupported, at: "\(name): only raw sha2-256 CIDs")
        }
        return digest
    }
}
