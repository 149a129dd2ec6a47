import ABI
import Content
import Marketplace

// What clients and sponsors say to a live job.
extension MarketModel {
    mutating func cancel(_ job: Int) throws {
        guard sender == jobs[job].sponsor else { throw Refused("notSponsor") }
        let isEarly =
            switch jobs[job].phase {
            case .filling: true
            case .open: !jobs[job].isOver && !jobs[job].wasCommittedTo
            case .commit: !jobs[job].wasCommittedTo
            default: false
            }
        guard isEarly else { throw Refused("wrongPhase") }
        cancel(job, reason: 0)
    }

    mutating func accept(
        _ job: Int, _ hash: Bytes32, payout: Address, proof: [Bytes32]
    ) throws {
        let end = jobs[job].deadline
        switch jobs[job].phase {
        case .filling: break
        case .open where !jobs[job].isOver:
            guard now + MarketModel.minCommitAge + MarketModel.lateMargin < end else {
                throw Refused("tooLate")
            }
        case .commit:
            guard now + MarketModel.lateMargin < end else { throw Refused("tooLate") }
        case .score: throw Refused("scoring")
        default: throw Refused("wrongPhase")
        }
        guard sender != jobs[job].sponsor else { throw Refused("sponsorSlot") }
        guard MarketModel.isPayable(payout) else {
            throw Refused("invalidPayout")
        }
        guard hash == jobs[job].termsHash else { throw Refused("termsMismatch") }
        let root = jobs[job].terms.allowListRoot
        guard root == .zero || AllowTree.root(of: sender, proof) == root else {
            throw Refused("notAllowed")
        }
        guard jobs[job].slot(of: sender) == nil else { throw Refused("alreadyAccepted") }
        guard jobs[job].takenSlots < Int(jobs[job].terms.slots) else {
            throw Refused("noFreeSlot")
        }
        try stake(UInt256(jobs[job].terms.clientBond), of: jobs[job].terms.asset, at: job)
        let seat = JobModel.Seat(client: sender, payout: payout)
        let slot = jobs[job].seats.firstIndex { $0 == nil } ?? jobs[job].seats.count
        if slot == jobs[job].seats.count { jobs[job].seats.append(nil) }
        jobs[job].seats[slot] = seat
        if !slotLists.contains(where: { $0 == (sender, job) }) { slotLists.append((sender, job)) }
        count(\.accepted, sender)
        say(
            NoticeFunctions.jobAccepted, .uint(UInt64(job)), .address(sender), .address(payout),
            .uint(UInt64(slot)))
    }

    mutating func commit(_ job: Int, _ hash: Bytes32) throws {
        let slot: Int
        switch jobs[job].phase {
        case .open where !jobs[job].isOver:
            slot = try seat(job)
            try requireAttempt(job, slot)
            let isFirst = jobs[job].seats[slot]?.hasCommitted == false
            let margin = isFirst ? MarketModel.lateMargin : 0
            guard now + MarketModel.minCommitAge + margin < jobs[job].deadline else {
                throw Refused("tooLate")
            }
        case .commit: slot = try seat(job)
        case .score: throw Refused("scoring")
        default: throw Refused("wrongPhase")
        }
        jobs[job].seats[slot]?.promise = JobModel.Promise(hash: hash, at: now, order: inputs)
        jobs[job].seats[slot]?.hasCommitted = true
        jobs[job].wasCommittedTo = true
        say(
            NoticeFunctions.committed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .address(sender), .bytes32(hash))
    }

    mutating func claim(_ job: Int, _ loss: UInt256) throws {
        if jobs[job].phase == .data, jobs[job].data != nil { throw Refused("scoring") }
        guard jobs[job].phase == .claim else { throw Refused("wrongPhase") }
        let slot = try seat(job)
        guard jobs[job].seats[slot]?.promise != nil else { throw Refused("notCommitted") }
        let worst = jobs[job].worst
        jobs[job].claims[slot] = min(loss.asUInt64 ?? worst, worst)
        say(
            NoticeFunctions.claimed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .address(sender), .number(loss))
    }

    /// Accepted only when the file is whole and the commitment true; nothing waits for bytes.
    mutating func submit(_ job: Int, _ model: Name, data: Name, salt: Bytes32) throws {
        let slot = try requireDue(job)
        guard let seat = jobs[job].seats[slot], let promise = seat.promise, seat.opened == nil
        else { throw Refused("notCommitted") }
        if jobs[job].phase == .open, now < promise.at + MarketModel.minCommitAge {
            throw Refused("tooEarly")
        }
        for code in [model.refusal, data.form == .foreign ? nil : data.refusal] {
            if let code { throw Refused(code) }
        }
        guard jobs[job].isData(data) else { throw Refused("wrongData") }
        guard let file = jobs[job].file(.model, of: sender),
            jobs[job].files[file].isKnown(as: model), let blob = jobs[job].files[file].blob
        else { throw Refused("notWhole") }
        let hash = MarketModel.commitment(
            job: job, round: jobs[job].round, client: sender, blob: blob, salt: salt)
        guard promise.hash == hash else { throw Refused("wrongCommitment") }
        jobs[job].seats[slot]?.opened = JobModel.Opened(model: model, data: data, blob: blob)
        jobs[job].seats[slot]?.hasSubmitted = true
        say(
            NoticeFunctions.submitted, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .address(sender), .bytes(model.binary), .bytes(data.binary))
        if jobs[job].phase != .gather { jobs[job].queue.append(slot) }
    }

    /// The sender's slot, in a phase in which it may submit.
    private func requireDue(_ job: Int) throws -> Int {
        switch jobs[job].phase {
        case .open where !jobs[job].isOver:
            let slot = try seat(job)
            try requireAttempt(job, slot)
            return slot
        case .reveal:
            let slot = try seat(job)
            if jobs[job].isOver { throw Refused("scoring") }
            guard jobs[job].entries.contains(where: { $0.slot == slot && $0.status == .due })
            else { throw Refused("notDue") }
            return slot
        case .gather: return try seat(job)
        default: throw Refused("wrongPhase")
        }
    }

    private func requireAttempt(_ job: Int, _ slot: Int) throws {
        guard let seat = jobs[job].seats[slot] else { return }
        if seat.isPaid { throw Refused("alreadyPaid") }
        if seat.attempts >= 3 { throw Refused("attemptsExhausted") }
        if seat.opened != nil { throw Refused("awaitingScore") }
    }

    mutating func talk(_ job: Int, to: Address, _ body: [UInt8]) throws {
        for (account, code) in [(sender, "notSlotHolder"), (to, "invalidRecipient")]
        where account != jobs[job].sponsor && jobs[job].slot(of: account) == nil {
            throw Refused(code)
        }
        guard body.count <= 512 else { throw Refused("messageTooLong") }
        jobs[job].messages.append((sender, to, body))
        jobs[job].messages = jobs[job].messages.suffix(32)
        say(
            NoticeFunctions.messageSent, .uint(UInt64(job)), .address(sender), .address(to),
            .bytes(body))
    }

    private func seat(_ job: Int) throws -> Int {
        guard let slot = jobs[job].slot(of: sender) else { throw Refused("notSlotHolder") }
        return slot
    }
}
