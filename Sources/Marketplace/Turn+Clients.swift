import ABI
import Content
import Vouchers

extension Turn {
    /// Takes a slot: the bond goes to escrow.
    mutating func accept(
        termsHash: Bytes32, payout: Address
    ) throws(Refusal) {
        try requireLive()
        if case .open(let open) = job.phase {
            guard now < open.closesAt else { throw wrongPhase() }
            // A slot that cannot be used any more would only cost its bond.
            guard now.later(by: Limits.minCommitAge) < open.closesAt else {
                throw Refusal(.tooLate, at: "the window ends at \(open.closesAt)")
            }
        }
        guard payout != context.application, !context.configuration.portals.contains(payout) else {
            throw Refusal(.invalidPayout)
        }
        guard termsHash == job.termsHash else { throw Refusal(.termsMismatch) }
        guard job.slotIndex(of: context.sender) == nil else { throw Refusal(.alreadyAccepted) }
        guard job.slots.count < Int(job.terms.slots) else {
            throw Refusal(.noFreeSlot, at: "\(job.terms.slots) slots")
        }
        try decision.take(
            UInt256(job.terms.clientBond), of: job.asset, from: context.sender, to: job.escrow,
            state.ledger)
        let index = job.slots.count
        job.slots.append(Slot(client: context.sender, payout: payout, acceptedAt: now))
        decision.slotsTaken.append((context.sender, job.id))
        decision.counters.append((context.sender, .accepted))
        try decision.notice(
            NoticeFunctions.jobAccepted, .uint(job.id), .address(context.sender),
            .address(payout), .uint(UInt64(index)))
    }

    /// Promises a model. A later promise replaces an earlier one that was not opened in full.
    mutating func commit(_ commitment: Bytes32) throws(Refusal) {
        let open = try openPhase()
        let index = try senderSlot()
        try requireAttempt(of: index)
        guard now.later(by: Limits.minCommitAge) < open.closesAt else {
            throw Refusal(.tooLate, at: "the window ends at \(open.closesAt)")
        }
        job.slots[index].stage = .committed(
            Commitment(hash: commitment, committedAt: now, order: context.inputIndex))
        job.slots[index].hasCommitted = true
        try decision.notice(
            NoticeFunctions.committed, .uint(job.id), .uint(0), .address(context.sender),
            .bytes32(commitment))
    }

    /// Opens the commitment with `<model_cid, data_cid>`. It counts when the bytes are in as well.
    mutating func submit(
        modelCid: [UInt8], dataCid: [UInt8], salt: Bytes32
    ) throws(Refusal) {
        var open = try openPhase()
        let index = try senderSlot()
        try requireAttempt(of: index)
        guard case .committed(let commitment) = job.slots[index].stage else {
            throw Refusal(.notCommitted)
        }
        let due = commitment.committedAt.later(by: Limits.minCommitAge)
        guard now >= due else { throw Refusal(.tooEarly, at: "from \(due) on") }
        let model = try CID(modelCid, named: "modelCid")
        let digest = try model.requireRawDigest(named: "modelCid")
        let data = try CID(dataCid, named: "dataCid")
        guard data.rawDigest == job.dataDigest else { throw Refusal(.wrongData) }
        let hash = Commitment.hash(
            chainID: context.chainID, application: context.application, job: job.id, round: 0,
            client: context.sender, modelDigest: digest, salt: salt)
        guard hash == commitment.hash else { throw Refusal(.wrongCommitment) }
        let isWhole = job.hasContent(digest)
        job.slots[index].stage = .submitted(
            Submission(
                modelCid: model, digest: digest, dataCid: data, order: commitment.order,
                isQueued: isWhole))
        try decision.notice(
            NoticeFunctions.submitted, .uint(job.id), .uint(0), .address(context.sender),
            .bytes(model.binary), .bytes(data.binary))
        if isWhole {
            open.queue.append(index)
            job.phase = .open(open)
        }
    }

    /// Refuses what a slot may not do any more, or not yet.
    private func requireAttempt(of index: Int) throws(Refusal) {
        let slot = job.slots[index]
        if slot.paid != nil { throw Refusal(.alreadyPaid) }
        guard slot.attempts.count < Limits.attempts else { throw Refusal(.attemptsExhausted) }
        if case .submitted(let submission) = slot.stage, submission.isQueued {
            throw Refusal(.awaitingScore)
        }
    }
}
