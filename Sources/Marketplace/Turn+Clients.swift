import ABI
import Content
import Vouchers

extension Turn {
    /// Takes a slot: the bond goes to escrow.
    mutating func accept(
        termsHash: Bytes32, payout: Address, proof: [Bytes32]
    ) throws(Refusal) {
        try requireAccepting()
        guard payout != context.application, !context.configuration.portals.contains(payout) else {
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
        decision.slotsTaken.append((context.sender, job.id))
        decision.counters.append((context.sender, .accepted))
        try decision.notice(
            NoticeFunctions.jobAccepted, .uint(job.id), .address(context.sender),
            .address(payout), .uint(UInt64(index)))
    }

    /// Slots are taken while they can still be used.
    private func requireAccepting() throws(Refusal) {
        try requireLive()
        switch job.phase {
        case .filling, .commit:
            break
        case .open(let phase):
            guard now < phase.closesAt else { throw wrongPhase() }
            // A slot that cannot be used any more would only cost its bond.
            guard now.later(by: Limits.minCommitAge) < phase.closesAt else {
                throw Refusal(.tooLate, at: "the window ends at \(phase.closesAt)")
            }
        case .data, .claim, .reveal, .gather, .score:
            throw wrongPhase()
        }
    }

    /// Promises a model. A later promise replaces an earlier one that was not opened in full.
    mutating func commit(_ commitment: Bytes32) throws(Refusal) {
        try requireLive()
        let index: Int
        switch job.phase {
        case .open(let phase):
            guard now < phase.closesAt else { throw wrongPhase() }
            index = try senderSlot()
            try requireAttempt(of: index)
            guard now.later(by: Limits.minCommitAge) < phase.closesAt else {
                throw Refusal(.tooLate, at: "the window ends at \(phase.closesAt)")
            }
        case .commit:
            index = try senderSlot()
        case .filling, .data, .claim, .reveal, .gather, .score:
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
        try requireLive()
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

    /// Opens the commitment with `<model_cid, data_cid>`. It counts when the bytes are in as well.
    mutating func submit(
        modelCid: [UInt8], dataCid: [UInt8], salt: Bytes32
    ) throws(Refusal) {
        try requireLive()
        let index = try requireDue()
        guard case .committed(let commitment) = job.slots[index].stage else {
            throw Refusal(.notCommitted)
        }
        if case .open = job.phase {
            let due = commitment.committedAt.later(by: Limits.minCommitAge)
            guard now >= due else { throw Refusal(.tooEarly, at: "from \(due) on") }
        }
        let model = try CID(modelCid, named: "modelCid")
        _ = try model.requireDigest(named: "modelCid")
        let data = try CID(dataCid, named: "dataCid")
        guard let dataDigest = state.content.digest(of: data), dataDigest == job.dataDigest else {
            throw Refusal(.wrongData)
        }
        let opening = AwaitedSubmission(
            modelCid: model, dataCid: data, salt: salt, commitment: commitment)
        // Of a DAG whose blocks are not all there nothing is known: it is compared when they are.
        guard let digest = try modelDigest(of: opening, slot: index) else {
            job.slots[index].stage = .awaiting(opening)
            return
        }
        try enter(opening, of: index, digest)
    }

    /// Makes a submission of an opening that is true.
    mutating func enter(
        _ opening: AwaitedSubmission, of slot: Int, _ digest: Bytes32
    ) throws(Refusal) {
        job.slots[slot].stage = .submitted(Submission(opening, digest))
        try decision.notice(
            NoticeFunctions.submitted, .uint(job.id), .uint(UInt64(job.round)),
            .address(job.slots[slot].client), .bytes(opening.modelCid.binary),
            .bytes(opening.dataCid.binary))
        if job.hasContent(digest) {
            enqueueSubmissions(of: digest)
        }
    }

    /// Whether the commitment of `opening` is to the model with this SHA-256.
    func isOpening(_ opening: AwaitedSubmission, of slot: Int, _ digest: Bytes32) -> Bool {
        opening.commitment.hash
            == Commitment.hash(
                chainID: context.chainID, application: context.application, job: job.id,
                round: job.round, client: job.slots[slot].client, modelDigest: digest,
                salt: opening.salt)
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
            guard phase.entries.contains(where: { $0.slot == index && $0.status == .due }) else {
                throw Refusal(.notDue)
            }
            guard now < phase.closesAt else { throw wrongPhase() }
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
        if slot.wholeSubmission != nil { throw Refusal(.awaitingScore) }
    }

    /// Puts the submissions that wait for these bytes in the queue, earliest commitment first.
    mutating func enqueueSubmissions(of digest: Bytes32) {
        var ready: [(order: UInt64, slot: Int)] = []
        for slot in 0..<job.slots.count {
            guard case .submitted(var submission) = job.slots[slot].stage,
                submission.digest == digest, !submission.isWhole, mayStillCount(slot)
            else { continue }
            submission.isWhole = true
            job.slots[slot].stage = .submitted(submission)
            ready.append((submission.order, slot))
        }
        ready.sort { $0 < $1 }
        let slots = ready.map { $0.slot }
        switch job.phase {
        case .open(var phase):
            phase.queue.waiting += slots
            job.phase = .open(phase)
        case .reveal(var phase):
            phase.queue.waiting += slots
            job.phase = .reveal(phase)
        case .filling, .commit, .data, .claim, .gather, .score:
            break
        }
    }

    /// Not in a REVEAL that was opened for others, after the slot's own window had passed.
    private func mayStillCount(_ slot: Int) -> Bool {
        guard case .reveal(let phase) = job.phase else { return true }
        return phase.entries.contains { $0.slot == slot && $0.status == .due }
    }

    /// Lets sponsor and clients talk: kept for inspect, and a notice.
    mutating func send(_ body: [UInt8], to recipient: Address) throws(Refusal) {
        try requireLive()
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
