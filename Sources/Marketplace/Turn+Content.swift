import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// Takes one piece of a blob or a block. When it is the last one the whole is hashed: only then
    /// does it exist, and whatever waited for it goes on.
    mutating func upload(_ chunk: Message.UploadChunk) throws(Refusal) {
        try requireLive()
        // What comes after the window does not count, also while scoring outlasts it.
        if case .open(let phase) = job.phase, now >= phase.closesAt { throw wrongPhase() }
        if case .reveal(let phase) = job.phase, now >= phase.closesAt { throw wrongPhase() }
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
        case .filling: try openWhenFilled()
        case .data: try completeData()
        case .open, .reveal, .gather: enqueueSubmissions(of: digest)
        case .commit, .claim, .score: break
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

    /// Ends FILLING when what the sponsor owes at first is whole: the base model and, unsealed, the
    /// data. The next phase begins now, or the job is cancelled when they are not what the terms
    /// say.
    private mutating func openWhenFilled() throws(Refusal) {
        guard let baseDigest = job.baseDigest, let base = storedBytes(baseDigest) else { return }
        var data: [UInt8]?
        if let digest = job.dataDigest {
            data = storedBytes(digest)
            if data == nil { return }
        }
        let global: GlobalModel
        do throws(VerifierError) {
            global = GlobalModel(
                model: try Model.base(parsing: base, architecture: job.architecture),
                digest: baseDigest)
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
        _ = try cid.requireDigest(named: "dataCid")
        let opening = DataOpening(cid: cid, salt: salt)
        guard let digest = try dataDigest(of: opening, phase.round) else {
            phase.opening = opening
            job.phase = .data(phase)
            return
        }
        try enter(opening, digest)
        try completeData()
    }

    /// Takes an opening that is true for the revelation.
    mutating func enter(_ opening: DataOpening, _ digest: Bytes32) throws(Refusal) {
        guard case .data(var phase) = job.phase else { return }
        phase.opening = nil
        phase.revealed = RevealedData(cid: opening.cid, digest: digest)
        job.phase = .data(phase)
        try decision.notice(
            NoticeFunctions.dataRevealed, .uint(job.id), .uint(UInt64(phase.round.number)),
            .bytes(opening.cid.binary))
    }

    /// Whether the round's sealed commitment is to the data with this SHA-256.
    func isOpening(_ opening: DataOpening, _ round: Round, _ digest: Bytes32) -> Bool {
        job.terms.evaluation[Int(round.number)]
            == Commitment.dataHash(
                chainID: context.chainID, application: context.application, sponsor: job.sponsor,
                jobSalt: job.terms.jobSalt, round: round.number, salt: opening.salt,
                dataDigest: digest)
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
