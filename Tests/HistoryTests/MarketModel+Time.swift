import ABI
import Marketplace

// What time alone does, in the order of the stored times.
extension MarketModel {
    mutating func rollForward(_ job: Int) {
        while !jobs[job].hasEnded {
            let endsBy = jobs[job].endsBy
            if let end = jobs[job].windowEnd, end <= now, end <= endsBy {
                closeWindow(job)
            } else if endsBy <= now {
                endByTime(job)
            } else {
                return
            }
        }
    }

    private mutating func closeWindow(_ job: Int) {
        switch jobs[job].phase {
        case .filling: cancel(job, reason: 1)
        case .open:
            jobs[job].isOver = true
            for (slot, seat) in jobs[job].seats.enumerated() where seat?.hasSubmitted == false {
                burnBond(job, slot: slot)
            }
            _ = settleOpenIfDone(job)
        case .commit: closeCommit(job)
        case .data: defaultOnData(job)
        case .claim: closeClaim(job)
        case .reveal: closeReveal(job)
        case .gather: closeGather(job)
        case .score, .settled, .cancelled, .defaulted: break
        }
    }

    /// `endsBy`: whatever is pending, the job is over.
    mutating func endByTime(_ job: Int) {
        switch jobs[job].phase {
        case .filling, .open, .claim, .gather, .score: cancel(job, reason: 4)
        case .commit: cancel(job, reason: 4)
        case .data:
            if jobs[job].data == nil, !jobs[job].terms.isFederated {
                defaultOnData(job)
            } else {
                cancel(job, reason: 4)
            }
        case .reveal: settleSealed(job, onlyVerified: true)
        case .settled, .cancelled, .defaulted: break
        }
    }

    /// OPEN is settled once its window is over and no submission waits.
    mutating func settleOpenIfDone(_ job: Int) -> Bool {
        guard jobs[job].isOver, jobs[job].queue.isEmpty else { return false }
        for slot in jobs[job].seats.indices { returnBond(job, slot: slot) }
        settle(job)
        return true
    }
}

// The ends of a job.
extension MarketModel {
    /// Everything back that has not failed; what was earned is paid.
    mutating func cancel(_ job: Int, reason: UInt64) {
        for (slot, seat) in jobs[job].seats.enumerated() {
            reward(seat?.earned ?? .zero, job, slot: slot)
            returnBond(job, slot: slot)
        }
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
            returnBond(job, slot: slot)
        }
        count(\.defaulted, jobs[job].sponsor)
        _ = returnRest(job)
        say(
            NoticeFunctions.jobDefaulted, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)))
        end(job, .defaulted)
    }

    private mutating func end(_ job: Int, _ phase: JobModel.Phase) {
        let global = jobs[job].globalDigest
        if jobs[job].terms.isFederated, global != jobs[job].baseDigest,
            let file = jobs[job].files.first(where: { $0.kind == .global })
        {
            kept[global] = file.blob
        }
        jobs[job].files = []
        jobs[job].phase = phase
        noteEnd(of: job)
    }
}
