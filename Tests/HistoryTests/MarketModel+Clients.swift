import ABI
import Content
import Marketplace

// What clients and sponsors say to a live job.
extension MarketModel {
    mutating func cancel(_ job: Int) throws {
        guard sender == jobs[job].sponsor else { throw Refused("notSponsor") }
        try requireLive(job)
        let isEarly =
            switch jobs[job].phase {
            case .filling: true
            case .open: now < jobs[job].deadline && !jobs[job].wasCommittedTo
            case .commit: !jobs[job].wasCommittedTo
            default: false
            }
        guard isEarly else { throw Refused("wrongPhase") }
        cancel(job, reason: 0)
    }

    mutating func accept(
        _ job: Int, _ hash: Bytes32, payout: Address, proof: [Bytes32]
    ) throws {
        try requireLive(job)
        switch jobs[job].phase {
        case .filling, .commit: break
        case .open:
            guard now < jobs[job].deadline else { throw Refused("wrongPhase") }
            guard now + MarketModel.minCommitAge < jobs[job].deadline else {
                throw Refused("tooLate")
            }
        default: throw Refused("wrongPhase")
        }
        guard payout != MarketModel.application, !Cast.portals.contains(payout) else {
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
        count(\.accepted, sender)
        say(
            NoticeFunctions.jobAccepted, .uint(UInt64(job)), .address(sender), .address(payout),
            .uint(UInt64(slot)))
    }

    mutating func commit(_ job: Int, _ hash: Bytes32) throws {
        try requireLive(job)
        guard jobs[job].phase == .open || jobs[job].phase == .commit else {
            throw Refused("wrongPhase")
        }
        let isOpen = jobs[job].phase == .open
        if isOpen, now >= jobs[job].deadline { throw Refused("wrongPhase") }
        let slot = try seat(job)
        if isOpen {
            try requireAttempt(job, slot)
            guard now + MarketModel.minCommitAge < jobs[job].deadline else {
                throw Refused("tooLate")
            }
        }
        jobs[job].seats[slot]?.promise = JobModel.Promise(hash: hash, at: now, order: inputs)
        jobs[job].seats[slot]?.opened = nil
        jobs[job].seats[slot]?.hasCommitted = true
        jobs[job].wasCommittedTo = true
        say(
            NoticeFunctions.committed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .address(sender), .bytes32(hash))
    }

    mutating func claim(_ job: Int, _ loss: UInt256) throws {
        guard jobs[job].phase == .claim else { throw Refused("wrongPhase") }
        let slot = try seat(job)
        guard jobs[job].seats[slot]?.promise != nil else { throw Refused("notCommitted") }
        let worst = jobs[job].worst
        jobs[job].claims[slot] = min(loss.asUInt64 ?? worst, worst)
        say(
            NoticeFunctions.claimed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .address(sender), .number(loss))
    }

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
        guard data.form != .foreign, data.digest == jobs[job].dataDigest else {
            throw Refused("wrongData")
        }
        let hash = MarketModel.commitment(
            job: job, round: jobs[job].round, client: sender, model: model.digest, salt: salt)
        guard promise.hash == hash else { throw Refused("wrongCommitment") }
        jobs[job].seats[slot]?.opened = JobModel.Opened(model: model, data: data)
        say(
            NoticeFunctions.submitted, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .address(sender), .bytes(model.binary), .bytes(data.binary))
        if jobs[job].bytes(of: model.digest) != nil { enqueue(job, model.digest) }
    }

    /// The sender's slot, in a phase in which it may submit.
    private func requireDue(_ job: Int) throws -> Int {
        switch jobs[job].phase {
        case .open:
            guard now < jobs[job].deadline else { throw Refused("wrongPhase") }
            let slot = try seat(job)
            try requireAttempt(job, slot)
            return slot
        case .reveal:
            let slot = try seat(job)
            guard jobs[job].entries.contains(where: { $0.slot == slot && $0.status == .due })
            else { throw Refused("notDue") }
            guard now < jobs[job].deadline else { throw Refused("wrongPhase") }
            return slot
        case .gather: return try seat(job)
        default: throw Refused("wrongPhase")
        }
    }

    private func requireAttempt(_ job: Int, _ slot: Int) throws {
        guard let seat = jobs[job].seats[slot] else { return }
        if seat.isPaid { throw Refused("alreadyPaid") }
        if seat.tried.count >= 3 { throw Refused("attemptsExhausted") }
        if seat.opened?.isWhole == true { throw Refused("awaitingScore") }
    }

    /// Submissions whose bytes are in wait for their score, earliest commitment first.
    mutating func enqueue(_ job: Int, _ digest: Bytes32) {
        guard [.open, .reveal, .gather].contains(jobs[job].phase) else { return }
        var ready: [(order: Int, slot: Int)] = []
        for (slot, seat) in jobs[job].seats.enumerated() {
            guard let seat, let opened = seat.opened, let promise = seat.promise,
                opened.model.digest == digest, !opened.isWhole
            else { continue }
            // Whose window is over has failed, whoever brings the bytes now.
            let entry = jobs[job].entries.first { $0.slot == slot }
            if jobs[job].phase == .reveal, entry?.status != .due { continue }
            jobs[job].seats[slot]?.opened?.isWhole = true
            ready.append((promise.order, slot))
        }
        if jobs[job].phase == .gather { return }
        jobs[job].queue += ready.sorted { $0.order < $1.order }.map { $0.slot }
    }

    mutating func talk(_ job: Int, to: Address, _ body: [UInt8]) throws {
        try requireLive(job)
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

// The two commitments, from the formulas of the protocol page.
extension MarketModel {
    static func commitment(
        job: Int, round: Int, client: Address, model: Bytes32, salt: Bytes32
    ) -> Bytes32 {
        var bytes = Array("DeML/commit/1".utf8)
        bytes += UInt256(chainID).bytes32.bytes + application.bytes
        bytes += UInt256(UInt64(job)).bytes32.bytes + [0, 0, 0, UInt8(round)]
        bytes += client.bytes + model.bytes + salt.bytes
        return Keccak256.hash(bytes)
    }

    static func sealing(
        sponsor: Address, jobSalt: Bytes32, round: Int, salt: Bytes32, data: Bytes32
    ) -> Bytes32 {
        var bytes = Array("DeML/data/1".utf8)
        bytes += UInt256(chainID).bytes32.bytes + application.bytes + sponsor.bytes
        bytes += jobSalt.bytes + [0, 0, 0, UInt8(round)] + salt.bytes + data.bytes
        return Keccak256.hash(bytes)
    }
}

/// An allow-list as OpenZeppelin's `StandardMerkleTree` of `["address"]`, for two accounts.
enum AllowTree {
    static func leaf(_ account: Address) -> Bytes32 {
        let word = [UInt8](repeating: 0, count: 12) + account.bytes
        return Keccak256.hash(Keccak256.hash(word).bytes)
    }

    static func parent(_ a: Bytes32, _ b: Bytes32) -> Bytes32 {
        Keccak256.hash(a < b ? a.bytes + b.bytes : b.bytes + a.bytes)
    }

    /// Where a proof leads.
    static func root(of account: Address, _ proof: [Bytes32]) -> Bytes32? {
        proof.count > 32 ? nil : proof.reduce(leaf(account), parent)
    }
}
