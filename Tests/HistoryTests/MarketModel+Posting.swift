import ABI
import Content
import Marketplace
import Vouchers

extension MarketModel {
    /// All live jobs together.
    var reserved: UInt64 {
        jobs.filter { !$0.hasEnded }.map { $0.terms.footprint }.reduce(0, +)
    }

    mutating func post(_ offer: Offer) throws {
        if let code = offer.refusal { throw Refused(code) }
        makeRoom(for: offer)
        guard reserved + offer.footprint <= 128 << 20 else { throw Refused("capacity") }
        let id = jobs.count
        let hash = try offer.hash()
        let sponsorBonds = UInt256(offer.sponsorBond * UInt128(offer.slots))
        try stake(offer.rewards.adding(sponsorBonds) ?? .max, of: offer.asset, at: id)
        try stake(offer.storageBond, of: .ether, at: id)
        jobs.append(JobModel(offer, hash: hash, id: id, sponsor: sender, now: now))
        say(
            NoticeFunctions.jobPosted, .uint(UInt64(id)), .address(sender), .bytes32(hash),
            .uint(offer.payout), .bool(offer.isSealed), .address(offer.token),
            .number(UInt256(offer.reward)), .uint(offer.slots), .uint(now + offer.windows[0]))
        // Content that another live job has delivered is taken over at once.
        for digest in [offer.base.digest, offer.isSealed ? nil : offer.evaluation.first] {
            guard let digest, jobs[id].bytes(of: digest) == nil, let bytes = known[digest],
                stored(id, by: sender) + UInt64(bytes.count) <= jobs[id].share(of: sender)
            else { continue }
            keep(bytes, digest, id, owner: sender)
        }
        openWhenFilled(id)
        rollForward(id)
    }

    /// When there is no room, jobs whose time is up may make it: the four longest overdue.
    private mutating func makeRoom(for offer: Offer) {
        guard reserved + offer.footprint > 128 << 20 else { return }
        let overdue = jobs.filter { $0.nextDeadline ?? .max <= now }
            .sorted { ($0.nextDeadline ?? 0, $0.id) < ($1.nextDeadline ?? 0, $1.id) }
        for job in overdue.prefix(4) { rollForward(job.id) }
    }

    func stored(_ job: Int, by owner: Address) -> UInt64 {
        jobs[job].content.filter { $0.owner == owner }.map { UInt64($0.bytes.count) }
            .reduce(0, +)
    }

    mutating func keep(_ bytes: [UInt8], _ digest: Bytes32, _ job: Int, owner: Address) {
        jobs[job].content.append(
            JobModel.Stored(bytes: bytes, digest: digest, owner: owner))
        say(
            NoticeFunctions.contentStored, .uint(UInt64(job)), .address(owner),
            .bytes(Name(digest).binary), .uint(UInt64(bytes.count)))
    }

    mutating func upload(
        _ job: Int, _ cid: Name, size: Int, offset: Int, _ chunk: [UInt8]
    ) throws {
        try requireLive(job)
        let hasWindow = jobs[job].phase == .open || jobs[job].phase == .reveal
        if hasWindow, now >= jobs[job].deadline { throw Refused("wrongPhase") }
        guard sender == jobs[job].sponsor || jobs[job].slot(of: sender) != nil else {
            throw Refused("notSlotHolder")
        }
        if let code = cid.refusal { throw Refused(code) }
        guard size > 0, !chunk.isEmpty else { throw Refused("chunkOutOfRange") }
        guard jobs[job].bytes(of: cid.digest) == nil else { return }
        let share = jobs[job].share(of: sender)
        let pieces = jobs[job].content.filter { $0.owner == sender }.count
        guard stored(job, by: sender) + UInt64(size) <= share, pieces < 4 + Int(share / 512) else {
            throw Refused("quota")
        }
        if let bytes = known[cid.digest], bytes.count == size {
            store(bytes, cid.digest, job)
            return
        }
        var open = jobs[job].uploads[sender]
        if let other = open, other.digest != cid.digest || other.bytes.count != size {
            effects.codes.append("uploadReplaced")
            open = nil
        }
        guard offset + chunk.count <= size else { throw Refused("chunkOutOfRange") }
        var bytes = open?.bytes ?? [UInt8?](repeating: nil, count: size)
        for (index, byte) in chunk.enumerated() { bytes[offset + index] = byte }
        let whole = bytes.compactMap { $0 }
        guard whole.count == size else {
            jobs[job].uploads[sender] = JobModel.Upload(digest: cid.digest, bytes: bytes)
            return
        }
        jobs[job].uploads[sender] = nil
        guard SHA256.hash(whole) == cid.digest else {
            effects.codes.append("wrongHash")
            return
        }
        store(whole, cid.digest, job)
    }

    /// Keeps a verified blob, and does what it makes possible.
    private mutating func store(_ bytes: [UInt8], _ digest: Bytes32, _ job: Int) {
        keep(bytes, digest, job, owner: sender)
        switch jobs[job].phase {
        case .filling: openWhenFilled(job)
        case .data: acceptData(job)
        default: enqueue(job, digest)
        }
    }

    /// FILLING ends when the base model and, unsealed, the data are whole.
    private mutating func openWhenFilled(_ job: Int) {
        let terms = jobs[job].terms
        guard let base = jobs[job].bytes(of: terms.base.digest) else { return }
        var data: [UInt8]?
        if !terms.isSealed {
            data = terms.evaluation.first.flatMap { jobs[job].bytes(of: $0) }
            if data == nil { return }
        }
        guard let judge = try? Judge(features: terms.features), let global = judge.isBase(base)
        else {
            effects.codes.append("invalidModel")
            cancel(job, reason: 2)
            return
        }
        jobs[job].global = global
        jobs[job].globalDigest = terms.base.digest
        guard let data else {
            beginRound(job)
            return
        }
        guard judge.isData(data, terms) else {
            effects.codes.append("invalidData")
            cancel(job, reason: 3)
            return
        }
        jobs[job].data = data
        jobs[job].phase = .open
        jobs[job].deadline = now + terms.windows[1]
        noticeOpening(job)
    }

    mutating func noticeOpening(_ job: Int) {
        say(
            NoticeFunctions.jobOpened, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .uint(now), .uint(jobs[job].deadline))
    }

    func requireLive(_ job: Int) throws {
        if jobs[job].hasEnded { throw Refused("wrongPhase") }
    }
}
