import ABI
import Marketplace

// Sealed jobs: COMMIT, DATA, CLAIM, REVEAL.
extension MarketModel {
    mutating func beginRound(_ job: Int) {
        jobs[job].phase = .commit
        jobs[job].deadline = now + jobs[job].terms.windows[1]
        noticeOpening(job)
    }

    mutating func closeCommit(_ job: Int) {
        let isEmpty = !jobs[job].seats.contains { $0?.promise != nil }
        if jobs[job].terms.isFederated {
            countSkips(job)
        } else {
            for (slot, seat) in jobs[job].seats.enumerated() where seat?.promise == nil {
                burnBond(job, slot: slot)
            }
        }
        if !isEmpty {
            // What cannot be opened any more ends here.
            guard jobs[job].deadline < jobs[job].endsBy else { return endByTime(job) }
            jobs[job].phase = .data
            jobs[job].deadline += jobs[job].terms.windows[2]
        } else if jobs[job].terms.isFederated {
            closeRound(job, next: nil, loss: 0, isEmpty: true)
        } else {
            settleSealed(job)
        }
    }

    /// Counts only with the bytes at hand; data that the terms do not admit end the job.
    mutating func reveal(_ job: Int, _ data: Name, salt: Bytes32) throws {
        guard jobs[job].phase == .data, jobs[job].data == nil else {
            throw Refused("wrongPhase")
        }
        guard sender == jobs[job].sponsor else { throw Refused("notSponsor") }
        if let code = data.refusal { throw Refused(code) }
        func blob() -> [UInt8]? {
            jobs[job].files.first { $0.kind == .data && $0.isKnown(as: data) }?.blob
        }
        if blob() == nil { adopt(.data, as: data, job) }
        guard let bytes = blob() else { throw Refused("notWhole") }
        let terms = jobs[job].terms
        let sealing = MarketModel.sealing(
            sponsor: sender, jobSalt: terms.jobSalt, round: jobs[job].round, salt: salt,
            data: Name(of: bytes).digest)
        guard terms.evaluation[jobs[job].round] == sealing else {
            throw Refused("wrongCommitment")
        }
        say(
            NoticeFunctions.dataRevealed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .bytes(data.binary))
        charge(terms.dataUnits)
        guard let judge = try? Judge(features: terms.features), judge.isData(bytes, terms) else {
            effects.codes.append("invalidData")
            defaultOnData(job)
            return
        }
        jobs[job].data = bytes
        if terms.isFederated {
            jobs[job].phase = .gather
            jobs[job].deadline = now + terms.windows[4]
        }
    }

    mutating func closeClaim(_ job: Int) {
        for (slot, seat) in jobs[job].seats.enumerated() {
            guard let promise = seat?.promise else { continue }
            guard let claim = jobs[job].claims[slot] else {
                burnBond(job, slot: slot)
                continue
            }
            jobs[job].entries.append(
                JobModel.Entry(slot: slot, order: promise.order, claim: claim))
        }
        jobs[job].entries.sort { $0.order < $1.order }
        openRevealOrSettle(job)
    }

    /// Who is due by the claims that stand, and was not before, gets a window; else it is over.
    private mutating func openRevealOrSettle(_ job: Int) {
        let standing = jobs[job].entries.indices.filter { jobs[job].entries[$0].status != .failed }
        let base = jobs[job].baseScore?.loss ?? 0
        let isDue = PayoutModel.isDue(
            standing.map { jobs[job].entries[$0].claim }, base: base, jobs[job].terms)
        let new = zip(standing, isDue).filter { index, isDue in
            isDue && jobs[job].entries[index].status == .notDue
        }
        if new.isEmpty { return settleSealed(job) }
        // A window that would open at the end or behind it is not opened.
        guard now < jobs[job].endsBy else { return endByTime(job) }
        for (index, _) in new { jobs[job].entries[index].status = .due }
        jobs[job].phase = .reveal
        jobs[job].isOver = false
        jobs[job].deadline = now + jobs[job].terms.windows[4]
    }

    /// Who was due and showed nothing has failed.
    mutating func closeReveal(_ job: Int) {
        jobs[job].isOver = true
        for (index, entry) in jobs[job].entries.enumerated()
        where entry.status == .due && jobs[job].seats[entry.slot]?.opened == nil {
            jobs[job].entries[index].status = .failed
            burnBond(job, slot: entry.slot)
            if let client = jobs[job].seats[entry.slot]?.client {
                jobs[job].drop(.model, of: client)
            }
        }
        _ = proceedReveal(job)
    }

    /// When nothing waits and nobody is due any more, others may have become due.
    mutating func proceedReveal(_ job: Int) -> Bool {
        guard jobs[job].queue.isEmpty,
            !jobs[job].entries.contains(where: { $0.status == .due })
        else { return false }
        openRevealOrSettle(job)
        return true
    }

    mutating func settleSealed(_ job: Int, onlyVerified: Bool = false) {
        let terms = jobs[job].terms
        let standing = jobs[job].entries.filter {
            $0.status == .verified || !onlyVerified && $0.status != .failed
        }
        let amounts = PayoutModel.amounts(
            standing.map { $0.claim }, base: jobs[job].baseScore?.loss ?? 0, terms)
        for (entry, amount) in zip(standing, amounts) where !amount.isZero {
            reward(amount, job, slot: entry.slot)
        }
        for slot in jobs[job].seats.indices { returnBond(job, slot: slot) }
        settle(job)
    }
}
