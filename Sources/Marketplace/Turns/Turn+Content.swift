import ABI
import Content
import Verifier
import Vouchers

extension Turn {
    /// Takes over what the sponsor need not upload: kept global models, what the drive holds, and
    /// what its other live jobs rely on. Only at exactly the length that is due.
    mutating func adopt(_ kind: FileKind, _ cid: CID) throws(Refusal) {
        guard let whole = state.files.adoptable(cid, by: job.sponsor),
            whole.bytes.count == job.length(of: kind)
        else { return }
        let file = JobFile(kind: kind, owner: job.sponsor, cid: cid, whole: whole)
        decision.content.append(.put(file))
        try noticeStored(file)
    }

    /// Ends FILLING when what the sponsor owes at first is whole: the base model and, unsealed, the
    /// data. The next phase begins now, or the job is cancelled when they are not what the terms
    /// say.
    mutating func openWhenFilled() throws(Refusal) {
        guard case .filling = job.phase, let base = file(.base)?.whole else { return }
        var data: WholeFile?
        if !job.terms.sealed {
            data = file(.data)?.whole
            if data == nil { return }
        }
        // One step, the first of its input: it is below the largest one.
        budget.spend(job.work.load + (data == nil ? 0 : job.work.data))
        let global: GlobalModel
        do throws(VerifierError) {
            global = GlobalModel(
                model: try Model.base(parsing: base.bytes, architecture: job.architecture),
                digest: base.digest)
        } catch {
            try cancel(.invalidBaseModel, .invalidModel, error)
            return
        }
        job.baseDigest = base.digest
        guard let data else {
            use(.base)
            try begin(Round(number: 0, global: global, pool: job.terms.reward, emptyBefore: 0))
            return
        }
        let samples: Dataset
        do throws(VerifierError) {
            samples = try dataset(data.bytes)
        } catch {
            try cancel(.invalidData, .invalidData, error)
            return
        }
        let closesAt = now.later(by: UInt64(job.terms.windows[1]))
        job.phase = .open(Open(opensAt: now, closesAt: closesAt, global: global, data: samples))
        use(.base)
        use(.data)
        try decision.notice(
            NoticeFunctions.jobOpened, .uint(job.id), .uint(0), .uint(now), .uint(closesAt))
    }

    /// The sponsor opens its commitment to the round's data, which are whole. Data that the terms do
    /// not admit are the sponsor's default: they were committed to before anyone took part.
    mutating func revealData(_ dataCid: [UInt8], salt: Bytes32) throws(Refusal) {
        guard case .data(var phase) = job.phase, phase.evaluation == nil else { throw wrongPhase() }
        try requireSponsor()
        let cid = try CID(dataCid, named: "dataCid")
        try cid.requireFile(named: "dataCid")
        if file(.data)?.isWhole(under: cid) != true { try adopt(.data, cid) }
        guard let file = file(.data), file.isWhole(under: cid), let whole = file.whole else {
            throw Refusal(.notWhole, at: cid.text)
        }
        guard
            job.terms.evaluation[Int(phase.round.number)]
                == Commitment.dataHash(
                    chainID: context.chainID, application: context.application,
                    sponsor: job.sponsor, jobSalt: job.terms.jobSalt, round: phase.round.number,
                    salt: salt, dataDigest: whole.digest)
        else { throw Refusal(.wrongCommitment) }
        try decision.notice(
            NoticeFunctions.dataRevealed, .uint(job.id), .uint(UInt64(phase.round.number)),
            .bytes(cid.binary))
        budget.spend(job.work.data)
        let data: Dataset
        do throws(VerifierError) {
            data = try dataset(whole.bytes)
        } catch {
            decision.report(.invalidData, at: "job \(job.id): \(error.code)")
            try defaultOnData()
            return
        }
        use(.data)
        phase.evaluation = RoundEvaluation(
            round: phase.round, cid: cid, digest: whole.digest, data: data)
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
        decision.report(code, at: "job \(job.id): \(error.code)")
        try cancel(reason)
    }
}
