import ABI
import Marketplace

// What time, delivered content and finished scores make due.
extension MarketModel {
    mutating func rollForward(_ job: Int) {
        while !jobs[job].hasEnded, stepForward(job) {}
    }

    /// One transition; false when the job stays where it is.
    private mutating func stepForward(_ job: Int) -> Bool {
        let isOver = now >= jobs[job].deadline
        switch jobs[job].phase {
        case .filling:
            if isOver { cancel(job, reason: 1) }
            return isOver
        case .open:
            scoreOpen(job)
            guard isOver, jobs[job].queue.isEmpty else { return false }
            for slot in jobs[job].seats.indices { closeBond(job, slot: slot) }
            settle(job)
            return true
        case .commit:
            if isOver { closeCommit(job) }
            return isOver
        case .data: return stepData(job, isOver: isOver)
        case .claim:
            if isOver { closeClaim(job) }
            return isOver
        case .reveal: return stepReveal(job)
        case .gather: return stepGather(job, isOver: isOver)
        case .score: return stepScore(job)
        case .settled, .cancelled, .defaulted: return false
        }
    }

    /// Scores one more sample of parameters; the result once it was the last.
    mutating func scoreOne(
        _ parameters: [Int32], _ job: Int
    ) -> (loss: UInt64, correct: UInt64)? {
        guard let judge = try? Judge(features: jobs[job].terms.features),
            let data = jobs[job].data
        else { return nil }
        let samples = Int(jobs[job].terms.samples)
        if budget == .max {
            jobs[job].samplesScored = samples
        } else {
            budget -= 1
            jobs[job].samplesScored += 1
        }
        guard jobs[job].samplesScored == samples else { return nil }
        jobs[job].samplesScored = 0
        return judge.score(parameters, on: data)
    }

    /// The parameters of the slot's submission; nil when the blob is no model of the job.
    func submission(_ job: Int, _ slot: Int) -> [Int32]? {
        guard let judge = try? Judge(features: jobs[job].terms.features),
            let opened = jobs[job].seats[slot]?.opened,
            let blob = jobs[job].bytes(of: opened.model.digest)
        else { return nil }
        return judge.parameters(of: blob, over: jobs[job].global, jobs[job].terms)
    }

    /// What a verdict costs that needs no sample.
    mutating func spendVerdict() {
        if budget != .max { budget -= 1 }
    }

    private mutating func scoreOpen(_ job: Int) {
        while budget > 0 {
            if jobs[job].baseScore == nil {
                guard let score = scoreOne(jobs[job].global, job) else { continue }
                jobs[job].baseScore = score
                jobs[job].lossToBeat = score.loss
                continue
            }
            guard let slot = jobs[job].queue.first else { return }
            guard let parameters = submission(job, slot) else {
                spendVerdict()
                effects.codes.append("invalidModel")
                judge(job, slot, loss: jobs[job].worst, correct: 0)
                continue
            }
            guard let score = scoreOne(parameters, job) else { continue }
            judge(job, slot, loss: score.loss, correct: score.correct)
        }
    }

    /// The ratchet: what passes is paid, and its loss is the one to beat.
    private mutating func judge(_ job: Int, _ slot: Int, loss: UInt64, correct: UInt64) {
        jobs[job].queue.removeFirst()
        guard let opened = jobs[job].seats[slot]?.opened, let toBeat = jobs[job].lossToBeat
        else { return }
        let passes = PayoutModel.passes(loss, toBeat, ppm: jobs[job].terms.ppm)
        noticeScore(job, slot, loss: loss, base: toBeat, correct: correct, passes)
        jobs[job].seats[slot]?.tried.append(opened.model.digest)
        jobs[job].seats[slot]?.promise = nil
        jobs[job].seats[slot]?.opened = nil
        if passes {
            jobs[job].seats[slot]?.isPaid = true
            jobs[job].lossToBeat = loss
            reward(UInt256(jobs[job].terms.reward), job, slot: slot)
        } else {
            dropFailed(job, opened.model.digest)
        }
    }

    /// A failed model goes, unless the job still needs its bytes or their owner has yet to use them.
    private mutating func dropFailed(_ job: Int, _ digest: Bytes32) {
        guard let entry = jobs[job].content.first(where: { $0.digest == digest }),
            digest != jobs[job].globalDigest, digest != jobs[job].dataDigest
        else { return }
        for case let seat? in jobs[job].seats {
            if seat.opened?.model.digest == digest { return }
            if seat.isPaid, seat.tried.last == digest { return }
            if seat.client == entry.owner, !seat.tried.contains(digest) { return }
        }
        jobs[job].content.removeAll { $0.digest == digest }
    }

    mutating func noticeScore(
        _ job: Int, _ slot: Int, loss: UInt64, base: UInt64, correct: UInt64, _ accepted: Bool
    ) {
        guard let seat = jobs[job].seats[slot], let opened = seat.opened else { return }
        say(
            NoticeFunctions.submissionScored, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .address(seat.client), .bytes(opened.model.binary), .bytes(opened.data.binary),
            .uint(loss), .uint(base), .uint(correct), .uint(jobs[job].terms.samples),
            .bool(accepted))
    }
}

// The ends of a job.
extension MarketModel {
    /// Everything back, accepted bonds too.
    mutating func cancel(_ job: Int, reason: UInt64) {
        for slot in jobs[job].seats.indices { returnBond(job, slot: slot) }
        say(NoticeFunctions.jobCancelled, .uint(UInt64(job)), .uint(reason))
        _ = returnRest(job)
        end(job, .cancelled)
    }

    mutating func settle(_ job: Int) {
        count(\.settled, jobs[job].sponsor)
        let refund = returnRest(job)
        say(
            NoticeFunctions.jobSettled, .uint(UInt64(job)),
            .uint(UInt64(jobs[job].paidClients)), .number(refund))
        end(job, .settled)
    }

    /// The data did not come: who had committed gets the bond and a sponsor bond.
    mutating func defaultOnData(_ job: Int) {
        let terms = jobs[job].terms
        for (slot, seat) in jobs[job].seats.enumerated() {
            guard let seat else { continue }
            if seat.promise != nil {
                ledger.move(
                    UInt256(terms.sponsorBond), of: terms.asset, from: .escrow(job),
                    to: .account(seat.client))
            }
            reward(seat.earned, job, slot: slot)
            closeBond(job, slot: slot)
        }
        count(\.defaulted, jobs[job].sponsor)
        _ = returnRest(job)
        say(
            NoticeFunctions.jobDefaulted, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)))
        end(job, .defaulted)
    }

    private mutating func end(_ job: Int, _ phase: JobModel.Phase) {
        let global = jobs[job].globalDigest
        if jobs[job].terms.isFederated, global != jobs[job].terms.base.digest,
            let bytes = jobs[job].bytes(of: global)
        {
            kept[global] = bytes
        }
        jobs[job].content = []
        jobs[job].uploads = [:]
        jobs[job].phase = phase
    }
}
