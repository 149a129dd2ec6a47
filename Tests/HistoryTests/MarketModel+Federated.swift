import ABI
import Content
import Marketplace

// Federated rounds: who takes part, and how a round ends.
extension MarketModel {
    /// One skipped round is free, a second in a row costs bond and slot.
    mutating func countSkips(_ job: Int) {
        for slot in jobs[job].seats.indices {
            guard let seat = jobs[job].seats[slot] else { continue }
            let skipped = seat.promise == nil ? seat.skipped + 1 : 0
            jobs[job].seats[slot]?.skipped = skipped
            if skipped == 2 { expel(job, slot) }
        }
    }

    /// The bond burns, what was earned is paid, and the file goes with the slot.
    mutating func expel(_ job: Int, _ slot: Int) {
        guard let seat = jobs[job].seats[slot] else { return }
        reward(seat.earned, job, slot: slot)
        burnBond(job, slot: slot)
        jobs[job].drop(.model, of: seat.client)
        jobs[job].seats[slot] = nil
    }

    /// REVEAL of a round ends early when everyone has shown the update.
    mutating func closeGatherIfComplete(_ job: Int) -> Bool {
        let isComplete = jobs[job].seats.allSatisfy { $0?.promise == nil || $0?.opened != nil }
        if isComplete { closeGather(job) }
        return isComplete
    }

    mutating func closeGather(_ job: Int) {
        let committed = jobs[job].seats.indices.filter { jobs[job].seats[$0]?.promise != nil }
        let shown = committed.filter { jobs[job].seats[$0]?.opened != nil }
        for slot in committed where !shown.contains(slot) { expel(job, slot) }
        if shown.isEmpty {
            closeRound(job, next: nil, loss: 0, isEmpty: true)
            return
        }
        jobs[job].phase = .score
        jobs[job].federated = FederatedModel(
            updates: shown.map { FederatedModel.Update(slot: $0) })
    }

    /// `⌊what is left / rounds left⌋`
    func share(_ job: Int) -> UInt256 {
        let left = jobs[job].terms.rounds - UInt64(jobs[job].round)
        return jobs[job].pool.divided(by: UInt256(left))?.quotient ?? .zero
    }

    mutating func closeRound(_ job: Int, next: [Int32]?, loss: UInt64, isEmpty: Bool) {
        if let next, let judge = try? Judge(features: jobs[job].terms.features) {
            let blob = judge.blob(next)
            let name = Name(of: blob)
            jobs[job].global = next
            jobs[job].globalDigest = name.digest
            jobs[job].drop(.global, of: .zero)
            jobs[job].files.append(FileModel(.global, of: .zero, as: name, whole: blob))
        }
        say(
            NoticeFunctions.roundClosed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .bytes(Name(jobs[job].globalDigest).binary), .uint(loss))
        for slot in jobs[job].seats.indices {
            jobs[job].seats[slot]?.promise = nil
            jobs[job].seats[slot]?.opened = nil
        }
        jobs[job].files.removeAll { $0.kind == .model || $0.kind == .data }
        jobs[job].pool = jobs[job].pool.subtracting(share(job)) ?? .zero
        jobs[job].round += 1
        jobs[job].emptyRounds = isEmpty ? jobs[job].emptyRounds + 1 : 0
        jobs[job].data = nil
        jobs[job].baseScore = nil
        jobs[job].federated = nil
        let windows = jobs[job].terms.windows
        let fits = now + windows[1] + windows[2] + windows[4] <= jobs[job].endsBy
        guard jobs[job].round < Int(jobs[job].terms.rounds), jobs[job].emptyRounds < 2, fits
        else {
            settleFederated(job)
            return
        }
        beginRound(job)
    }

    private mutating func settleFederated(_ job: Int) {
        for (slot, seat) in jobs[job].seats.enumerated() {
            guard let seat else { continue }
            reward(seat.earned, job, slot: slot)
            if seat.hasCommitted {
                returnBond(job, slot: slot)
            } else {
                burnBond(job, slot: slot)
            }
        }
        settle(job)
    }
}
