import ABI
import Content
import Marketplace

/// The scoring of a federated round: what comes next, and what is known.
struct FederatedModel {
    enum Work {
        case base
        case load(Int)
        case all
        case without(Int)
        case drop(Int)
        case chosen
    }

    struct Update {
        let slot: Int
        /// Nil until it was loaded, and when it does not count.
        var parameters: [Int32]?
        var gain: Int64 = 0
    }

    var work = Work.base
    var updates: [Update]
    var base: UInt64 = 0
    var lossOfAll: UInt64 = 0

    func parameters(where isIn: (Int, Update) -> Bool) -> [[Int32]] {
        updates.enumerated().filter { isIn($0.offset, $0.element) }
            .compactMap { $0.element.parameters }
    }

    /// `global + ⌊(Σ Δ + ⌊n/2⌋) / n⌋` for each parameter, floor division.
    static func mean(_ models: [[Int32]], over global: [Int32]) -> [Int32] {
        if models.isEmpty { return global }
        let n = models.count
        return global.indices.map { index in
            let g = Int(global[index])
            let sum = models.map { Int($0[index]) - g }.reduce(0, +) + n / 2
            let floor = sum >= 0 ? sum / n : -((-sum + n - 1) / n)
            return Int32(clamping: g + floor)
        }
    }

    /// Whether Σ d² of an update is at most normBound².
    static func isWithin(_ bound: UInt64, _ model: [Int32], of global: [Int32]) -> Bool {
        let squares = zip(model, global).map { a, b in
            let d = UInt128((Int64(a) - Int64(b)).magnitude)
            return d * d
        }
        return squares.reduce(0, +) <= UInt128(bound) * UInt128(bound)
    }
}

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

    /// The bond goes to the sponsor, what was earned is paid, and the content goes, except for what
    /// somebody else has submitted too.
    private mutating func expel(_ job: Int, _ slot: Int) {
        guard let seat = jobs[job].seats[slot] else { return }
        reward(seat.earned, job, slot: slot)
        forfeitBond(job, slot: slot)
        jobs[job].seats[slot] = nil
        jobs[job].uploads[seat.client] = nil
        let sponsor = jobs[job].sponsor
        let submitted = jobs[job].seats.compactMap { $0?.opened?.model.digest }
        jobs[job].content = jobs[job].content.compactMap { entry in
            guard entry.owner == seat.client, entry.owner != sponsor else { return entry }
            guard submitted.contains(entry.digest) else { return nil }
            return JobModel.Stored(bytes: entry.bytes, digest: entry.digest, owner: .zero)
        }
    }

    mutating func stepGather(_ job: Int, isOver: Bool) -> Bool {
        let committed = jobs[job].seats.indices.filter { jobs[job].seats[$0]?.promise != nil }
        let whole = committed.filter { jobs[job].seats[$0]?.opened?.isWhole == true }
        guard isOver || whole.count == committed.count else { return false }
        for slot in committed where !whole.contains(slot) { expel(job, slot) }
        jobs[job].phase = .score
        jobs[job].federated = FederatedModel(
            updates: whole.map { FederatedModel.Update(slot: $0) })
        return true
    }

    /// True when the round is over.
    mutating func stepScore(_ job: Int) -> Bool {
        while budget > 0, let scoring = jobs[job].federated {
            switch scoring.work {
            case .base:
                guard let score = scoreOne(jobs[job].global, job) else { continue }
                jobs[job].baseScore = score
                jobs[job].federated?.base = score.loss
                jobs[job].federated?.work = .load(0)
            case .load(let index): load(job, index)
            case .all:
                let models = scoring.parameters { _, _ in true }
                if models.isEmpty {
                    closeRound(job, next: nil, loss: scoring.base, isEmpty: true)
                    return true
                }
                guard let score = scoreMean(of: models, job) else { continue }
                jobs[job].federated?.lossOfAll = score.loss
                jobs[job].federated?.work = .without(0)
            case .without(let index): leaveOut(job, index)
            case .drop(let index):
                guard index < scoring.updates.count else {
                    jobs[job].federated?.work = .chosen
                    continue
                }
                let update = scoring.updates[index]
                if update.parameters != nil, update.gain <= 0 { spendVerdict() }
                jobs[job].federated?.work = .drop(index + 1)
            case .chosen:
                if choose(job) { return true }
            }
        }
        return false
    }

    private mutating func load(_ job: Int, _ index: Int) {
        guard let scoring = jobs[job].federated, index < scoring.updates.count else {
            jobs[job].federated?.work = .all
            return
        }
        jobs[job].federated?.work = .load(index + 1)
        spendVerdict()
        let slot = scoring.updates[index].slot
        if let model = submission(job, slot),
            FederatedModel.isWithin(
                jobs[job].terms.normBound, model, of: jobs[job].global)
        {
            jobs[job].federated?.updates[index].parameters = model
            return
        }
        effects.codes.append("invalidModel")
        noticeScore(job, slot, loss: jobs[job].worst, base: scoring.base, correct: 0, false)
        expel(job, slot)
    }

    /// The score of a mean; the worst there is when it fails the load proof.
    private mutating func scoreMean(
        of models: [[Int32]], _ job: Int
    ) -> (loss: UInt64, correct: UInt64)? {
        let mean = FederatedModel.mean(models, over: jobs[job].global)
        guard let judge = try? Judge(features: jobs[job].terms.features),
            judge.isBase(judge.blob(mean)) != nil
        else {
            spendVerdict()
            return (jobs[job].worst, 0)
        }
        return scoreOne(mean, job)
    }

    /// What the mean loses without an update is what the update is worth.
    private mutating func leaveOut(_ job: Int, _ index: Int) {
        guard let scoring = jobs[job].federated else { return }
        guard index < scoring.updates.count else {
            jobs[job].federated?.work = .drop(0)
            return
        }
        guard scoring.updates[index].parameters != nil else {
            jobs[job].federated?.work = .without(index + 1)
            return
        }
        let others = scoring.parameters { other, _ in other != index }
        guard let score = scoreMean(of: others, job) else { return }
        let gain = Int64(score.loss) - Int64(scoring.lossOfAll)
        jobs[job].federated?.updates[index].gain = gain
        jobs[job].federated?.work = .without(index + 1)
        noticeScore(
            job, scoring.updates[index].slot, loss: score.loss, base: scoring.lossOfAll,
            correct: score.correct, gain > 0)
    }

    /// The mean of those that help becomes the global model if it is better.
    private mutating func choose(_ job: Int) -> Bool {
        guard let scoring = jobs[job].federated else { return false }
        let helpful = scoring.parameters { _, update in update.gain > 0 }
        guard !helpful.isEmpty else {
            closeRound(job, next: nil, loss: scoring.base, isEmpty: false)
            return true
        }
        guard let score = scoreMean(of: helpful, job) else { return false }
        guard score.loss < scoring.base else {
            closeRound(job, next: nil, loss: scoring.base, isEmpty: false)
            return true
        }
        let amounts = PayoutModel.federated(scoring.updates.map { $0.gain }, pool: share(job))
        for (update, amount) in zip(scoring.updates, amounts) {
            let earned = jobs[job].seats[update.slot]?.earned ?? .zero
            jobs[job].seats[update.slot]?.earned = earned.adding(amount) ?? .max
        }
        let mean = FederatedModel.mean(helpful, over: jobs[job].global)
        closeRound(job, next: mean, loss: score.loss, isEmpty: false)
        return true
    }

    /// `⌊what is left / rounds left⌋`
    private func share(_ job: Int) -> UInt256 {
        let left = jobs[job].terms.rounds - UInt64(jobs[job].round)
        return jobs[job].pool.divided(by: UInt256(left))?.quotient ?? .zero
    }

    mutating func closeRound(_ job: Int, next: [Int32]?, loss: UInt64, isEmpty: Bool) {
        if let next, let judge = try? Judge(features: jobs[job].terms.features) {
            let blob = judge.blob(next)
            jobs[job].global = next
            jobs[job].globalDigest = SHA256.hash(blob)
            jobs[job].content.append(
                JobModel.Stored(bytes: blob, digest: jobs[job].globalDigest, owner: .zero))
        }
        let global = jobs[job].globalDigest
        say(
            NoticeFunctions.roundClosed, .uint(UInt64(job)), .uint(UInt64(jobs[job].round)),
            .bytes(Name(global).binary), .uint(loss))
        for slot in jobs[job].seats.indices {
            jobs[job].seats[slot]?.promise = nil
            jobs[job].seats[slot]?.opened = nil
        }
        let owners = [Address.zero, jobs[job].sponsor]
        jobs[job].content.removeAll { $0.digest != global || !owners.contains($0.owner) }
        jobs[job].pool = jobs[job].pool.subtracting(share(job)) ?? .zero
        jobs[job].round += 1
        jobs[job].emptyRounds = isEmpty ? jobs[job].emptyRounds + 1 : 0
        jobs[job].named = nil
        jobs[job].data = nil
        jobs[job].baseScore = nil
        jobs[job].federated = nil
        guard jobs[job].round < Int(jobs[job].terms.rounds), jobs[job].emptyRounds < 2 else {
            for (slot, seat) in jobs[job].seats.enumerated() {
                guard let seat else { continue }
                reward(seat.earned, job, slot: slot)
                closeBond(job, slot: slot)
            }
            settle(job)
            return
        }
        beginRound(job)
    }
}
