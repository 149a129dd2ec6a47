import ABI
import Content
import Vouchers

extension Turn {
    /// Takes a slot: the bond goes to escrow.
    mutating func accept(
        termsHash: Bytes32, payout: Address, proof: [Bytes32]
    ) throws(Refusal) {
        try requireAccepting()
        // A sponsor knows the data, and may upload as nobody but itself.
        guard context.sender != job.sponsor else { throw Refusal(.sponsorSlot) }
        guard context.canPay(payout) else {
            throw Refusal(.invalidPayout)
        }
        guard termsHash == job.termsHash else { throw Refusal(.termsMismatch) }
        let root = job.terms.allowListRoot
        guard root == .zero || AllowList.admits(context.sender, proof: proof, root: root) else {
            throw Refusal(.notAllowed)
        }
        guard job.slotIndex(of: context.sender) == nil else { throw Refusal(.alreadyAccepted) }
        guard job.takenSlots < Int(job.terms.slots) else {
            throw Refusal(.noFreeSlot, at: "\(job.terms.slots) slots")
        }
        try decision.take(
            job.clientBond, of: job.asset, from: context.sender, to: job.escrow, state.ledger)
        let slot = Slot(client: context.sender, payout: payout, acceptedAt: now)
        let index = job.slots.firstIndex { $0.isVacant } ?? job.slots.count
        if index == job.slots.count {
            job.slots.append(slot)
        } else {
            job.slots[index] = slot
        }
        decision.newClient = context.sender
        decision.counters.append((context.sender, .accepted))
        try decision.notice(
            NoticeFunctions.jobAccepted, .uint(job.id), .address(context.sender),
            .address(payout), .uint(UInt64(index)))
    }

    /// Slots are sold while there is time to use them: one that cannot be used would only cost its
    /// bond.
    private func requireAccepting() throws(Refusal) {
        switch job.phase {
        case .filling:
            break
        case .commit(let phase):
            try requireTime(Limits.lateMargin, before: phase.closesAt)
        case .open(let phase):
            guard now < phase.closesAt else { throw wrongPhase() }
            try requireTime(Limits.minCommitAge + Limits.lateMargin, before: phase.closesAt)
        case .score:
            throw Refusal(.scoring)
        case .data, .claim, .reveal, .gather:
            throw wrongPhase()
        }
    }

    private func requireTime(_ seconds: UInt64, before end: UInt64) throws(Refusal) {
        guard now.later(by: seconds) < end else {
            throw Refusal(.tooLate, at: "the window ends at \(end)")
        }
    }

    /// Promises a model. A later promise replaces an earlier one that was not opened; the file that
    /// came stays.
    mutating func commit(_ commitment: Bytes32) throws(Refusal) {
        let index: Int
        switch job.phase {
        case .open(let phase):
            guard now < phase.closesAt else { throw wrongPhase() }
            index = try senderSlot()
            try requireAttempt(of: index)
            let margin = job.slots[index].hasCommitted ? 0 : Limits.lateMargin
            try requireTime(Limits.minCommitAge + margin, before: phase.closesAt)
        case .commit:
            index = try senderSlot()
        case .score:
            throw Refusal(.scoring)
        case .filling, .data, .claim, .reveal, .gather:
            throw wrongPhase()
        }
        job.slots[index].stage = .committed(
            Commitment(hash: commitment, committedAt: now, order: context.inputIndex))
        job.slots[index].hasCommitted = true
        job.hasCommitments = true
        try decision.notice(
            NoticeFunctions.committed, .uint(job.id), .uint(UInt64(job.round)),
            .address(context.sender), .bytes32(commitment))
    }

    /// Says what loss the committed model has; the last word counts.
    mutating func claim(_ loss: UInt256) throws(Refusal) {
        if case .data(let phase) = job.phase, phase.evaluation != nil { throw Refusal(.scoring) }
        guard case .claim(var phase) = job.phase else { throw wrongPhase() }
        let index = try senderSlot()
        guard job.slots[index].commitmentOrder != nil else { throw Refusal(.notCommitted) }
        // No loss is larger than the worst, and none that large passes.
        phase.claims[index] = min(loss.asUInt64 ?? worstLoss, worstLoss)
        job.phase = .claim(phase)
        try decision.notice(
            NoticeFunctions.claimed, .uint(job.id), .uint(UInt64(job.round)),
            .address(context.sender), .number(loss))
    }

    /// Opens the commitment with `<model_cid, data_cid>`: the bytes of the model are there, and it is
    /// compared at once. A wrong opening changes nothing, so that a right one can follow.
    mutating func submit(
        modelCid: [UInt8], dataCid: [UInt8], salt: Bytes32
    ) throws(Refusal) {
        let index = try requireDue()
        guard case .committed(let commitment) = job.slots[index].stage else {
            throw Refusal(.notCommitted)
        }
        if case .open = job.phase {
            let due = commitment.committedAt.later(by: Limits.minCommitAge)
            guard now >= due else { throw Refusal(.tooEarly, at: "from \(due) on") }
        }
        let model = try CID(modelCid, named: "modelCid")
        try model.requireFile(named: "modelCid")
        let data = try CID(dataCid, named: "dataCid")
        guard file(.data)?.isWhole(under: data) == true else { throw Refusal(.wrongData) }
        guard let file = file(.model(slot: index)), file.isWhole(under: model),
            let whole = file.whole, let boundDigest = whole.boundDigest
        else { throw Refusal(.notWhole, at: model.text) }
        guard
            commitment.hash
                == Commitment.hash(
                    chainID: context.chainID, application: context.application, job: job.id,
                    round: job.round, client: job.slots[index].client, boundDigest: boundDigest,
                    salt: salt)
        else { throw Refusal(.wrongCommitment) }
        use(.model(slot: index))
        job.slots[index].hasSubmitted = true
        job.slots[index].stage = .submitted(
            Submission(
                modelCid: model, digest: whole.digest, dataCid: data, order: commitment.order))
        enqueue(index)
        try decision.notice(
            NoticeFunctions.submitted, .uint(job.id), .uint(UInt64(job.round)),
            .address(job.slots[index].client), .bytes(model.binary), .bytes(data.binary))
    }

    /// The sender's slot, in a phase in which it may submit.
    private func requireDue() throws(Refusal) -> Int {
        switch job.phase {
        case .open(let phase):
            guard now < phase.closesAt else { throw wrongPhase() }
            let index = try senderSlot()
            try requireAttempt(of: index)
            return index
        case .reveal(let phase):
            let index = try senderSlot()
            // It is over and still here only while scores are pending.
            if now >= phase.closesAt { throw Refusal(.scoring) }
            guard phase.entries.contains(where: { $0.slot == index && $0.status == .due }) else {
                throw Refusal(.notDue)
            }
            return index
        case .gather:
            return try senderSlot()
        case .filling, .commit, .data, .claim, .score:
            throw wrongPhase()
        }
    }

    /// Refuses what a slot of an unsealed job may not do any more, or not yet.
    private func requireAttempt(of index: Int) throws(Refusal) {
        let slot = job.slots[index]
        if slot.isPaid { throw Refusal(.alreadyPaid) }
        guard slot.attempts.count < Limits.attempts else { throw Refusal(.attemptsExhausted) }
        if slot.submission != nil { throw Refusal(.awaitingScore) }
    }

    /// Puts a submission at the end of the queue. A federated round scores all of them together.
    private mutating func enqueue(_ slot: Int) {
        switch job.phase {
        case .open(var phase):
            phase.queue.waiting.append(slot)
            job.phase = .open(phase)
        case .reveal(var phase):
            phase.queue.waiting.append(slot)
            job.phase = .reveal(phase)
        case .filling, .commit, .data, .claim, .gather, .score:
            break
        }
    }

    /// Lets sponsor and clients talk: kept for inspect, and a notice.
    mutating func send(_ body: [UInt8], to recipient: Address) throws(Refusal) {
        guard context.sender == job.sponsor || job.slotIndex(of: context.sender) != nil else {
            throw Refusal(.notSlotHolder)
        }
        guard recipient == job.sponsor || job.slotIndex(of: recipient) != nil else {
            throw Refusal(.invalidRecipient)
        }
        guard body.count <= Limits.messageBytes else {
            throw Refusal(.messageTooLong, at: "\(body.count) bytes")
        }
        job.messages.append(
            DirectMessage(from: context.sender, to: recipient, sentAt: now, body: body))
        if job.messages.count > Limits.messages {
            job.messages.removeFirst()
        }
        try decision.notice(
            NoticeFunctions.messageSent, .uint(job.id), .address(context.sender),
            .address(recipient), .bytes(body))
    }
}
