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
        if jobs[job].terms.isFederated { countSkips(job) }
        if !isEmpty {
            jobs[job].phase = .data
            jobs[job].deadline += jobs[job].terms.windows[2]
        } else if jobs[job].terms.isFederated {
            closeRound(job, next: nil, loss: 0, isEmpty: true)
        } else {
            settleSealed(job)
        }
    }

    mutating func reveal(_ job: Int, _ data: Name, salt: Bytes32) throws {
        guard jobs[job].phase == .data, jobs[job].data == nil else {
            throw Refused("wrongPhase")
        }
        guard sender == jobs[job].sponsor else { throw Refused("notSponsor") }
        if let code = data.refusal { throw Refused(code) }
        let terms = jobs[job].terms
        let sealing = MarketModel.sealing(
            sponsor: sender, jobSalt: terms.jobSalt, round: jobs[job].round, salt: salt,
            data: data.digest)
        guard terms.evaluation[jobs[job].round] == sealing else {
            throw Refused("wrongCommitment")
        }
        jobs[job].named = data.digest
        say(
            NoticeFunctions.dataRevealed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .bytes(data.binary))
        acceptData(job)
    }

    /// Data counts when it is named, whole and valid.
    mutating func acceptData(_ job: Int) {
        guard let named = jobs[job].named, jobs[job].data == nil,
            let bytes = jobs[job].bytes(of: named)
        else { return }
        let terms = jobs[job].terms
        if let judge = try? Judge(features: terms.features), judge.isData(bytes, terms) {
            jobs[job].data = bytes
        } else {
            jobs[job].named = nil
            effects.codes.append("invalidData")
        }
    }

    mutating func stepData(_ job: Int, isOver: Bool) -> Bool {
        guard jobs[job].data != nil else {
            if isOver { defaultOnData(job) }
            return isOver
        }
        if jobs[job].terms.isFederated {
            jobs[job].phase = .gather
            jobs[job].deadline = now + jobs[job].terms.windows[4]
            return true
        }
        while budget > 0, jobs[job].baseScore == nil {
            jobs[job].baseScore = scoreOne(jobs[job].global, job)
        }
        guard jobs[job].baseScore != nil else { return false }
        jobs[job].phase = .claim
        jobs[job].deadline = now + jobs[job].terms.windows[3]
        return true
    }

    mutating func closeClaim(_ job: Int) {
        for (slot, seat) in jobs[job].seats.enumerated() {
            guard let promise = seat?.promise, let claim = jobs[job].claims[slot] else { continue }
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
        var hasNew = false
        for (index, isDue) in zip(standing, isDue)
        where isDue && jobs[job].entries[index].status == .notDue {
            jobs[job].entries[index].status = .due
            hasNew = true
        }
        guard hasNew else {
            settleSealed(job)
            return
        }
        jobs[job].phase = .reveal
        jobs[job].deadline = now + jobs[job].terms.windows[4]
    }

    mutating func stepReveal(_ job: Int) -> Bool {
        while budget > 0, let slot = jobs[job].queue.first {
            if let parameters = submission(job, slot) {
                guard let score = scoreOne(parameters, job) else { continue }
                verify(job, slot, loss: score.loss, correct: score.correct, isModel: true)
            } else {
                spendVerdict()
                effects.codes.append("invalidModel")
                verify(job, slot, loss: jobs[job].worst, correct: 0, isModel: false)
            }
        }
        guard jobs[job].queue.isEmpty else { return false }
        if now >= jobs[job].deadline {
            for index in jobs[job].entries.indices where jobs[job].entries[index].status == .due {
                jobs[job].entries[index].status = .failed
            }
        }
        guard !jobs[job].entries.contains(where: { $0.status == .due }) else { return false }
        openRevealOrSettle(job)
        return true
    }

    /// A model that is shown must have exactly the loss that was claimed for it.
    private mutating func verify(
        _ job: Int, _ slot: Int, loss: UInt64, correct: UInt64, isModel: Bool
    ) {
        jobs[job].queue.removeFirst()
        for index in jobs[job].entries.indices where jobs[job].entries[index].slot == slot {
            let holds = isModel && jobs[job].entries[index].claim == loss
            jobs[job].entries[index].status = holds ? .verified : .failed
            noticeScore(
                job, slot, loss: loss, base: jobs[job].baseScore?.loss ?? 0, correct: correct,
                holds)
        }
    }

    private mutating func settleSealed(_ job: Int) {
        let terms = jobs[job].terms
        let standing = jobs[job].entries.filter { $0.status != .failed }
        let amounts = PayoutModel.amounts(
            standing.map { $0.claim }, base: jobs[job].baseScore?.loss ?? 0, terms)
        var paid: [Int] = []
        for (entry, amount) in zip(standing, amounts) where !amount.isZero {
            reward(amount, job, slot: entry.slot)
            paid.append(entry.slot)
        }
        var forfeited = UInt256.zero
        for slot in jobs[job].seats.indices {
            guard let entry = jobs[job].entries.first(where: { $0.slot == slot }) else {
                // Never committed, or never claimed.
                forfeitBond(job, slot: slot)
                continue
            }
            if entry.status != .failed {
                returnBond(job, slot: slot)
            } else if paid.isEmpty {
                forfeitBond(job, slot: slot)
            } else {
                noticeForfeit(job, slot: slot, to: .zero)
                forfeited = forfeited.adding(UInt256(terms.clientBond)) ?? .max
            }
        }
        let share = PayoutModel.equalShare(of: forfeited, among: paid.count)
        for slot in paid {
            guard let seat = jobs[job].seats[slot] else { continue }
            ledger.move(
                share, of: terms.asset, from: .escrow(job), to: .account(seat.client))
        }
        settle(job)
    }
}
