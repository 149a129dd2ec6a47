import ABI
import Marketplace

// What an accepted message's input spends on the job that it names.
extension MarketModel {
    /// What has to be done at once, whatever is left.
    mutating func charge(_ cost: UInt64) {
        effects.units += cost
    }

    private var unitsLeft: UInt64 { inputBudget - min(inputBudget, effects.units) }

    /// Whether a step of this cost fits what is left; the first of an input always does.
    mutating func start(_ cost: UInt64) -> Bool {
        guard cost <= unitsLeft || effects.units == 0 else { return false }
        effects.units += cost
        return true
    }

    /// Loads or makes the model to be scored, once; false when that has to wait.
    mutating func prepare(_ job: Int, cost: UInt64) -> Bool {
        if !jobs[job].hasLoaded { jobs[job].hasLoaded = start(cost) }
        return jobs[job].hasLoaded
    }

    /// Scores as many samples as fit; the result once that were all.
    mutating func score(
        _ parameters: [Int32], _ job: Int
    ) -> (loss: UInt64, correct: UInt64)? {
        let terms = jobs[job].terms
        guard let judge = try? Judge(features: terms.features), let data = jobs[job].data
        else { return nil }
        let unit = terms.sampleUnits
        let fitting = effects.units == 0 ? max(1, unitsLeft / unit) : unitsLeft / unit
        let count = min(fitting, terms.samples - UInt64(jobs[job].samplesScored))
        charge(count * unit)
        jobs[job].samplesScored += Int(count)
        guard jobs[job].samplesScored == Int(terms.samples) else { return nil }
        jobs[job].samplesScored = 0
        jobs[job].hasLoaded = false
        return judge.score(parameters, on: data)
    }

    /// Works until the units are spent or nothing is pending, and does what follows from it.
    mutating func work(_ job: Int) {
        var goesOn = true
        while goesOn, !jobs[job].hasEnded {
            switch jobs[job].phase {
            case .open:
                scoreOpen(job)
                goesOn = settleOpenIfDone(job)
            case .data: goesOn = scoreBaseOfData(job)
            case .reveal:
                scoreReveal(job)
                goesOn = proceedReveal(job)
            case .gather: goesOn = closeGatherIfComplete(job)
            case .score: goesOn = stepScore(job)
            default: goesOn = false
            }
        }
    }

    private mutating func scoreOpen(_ job: Int) {
        if jobs[job].baseScore == nil {
            guard let score = score(jobs[job].global, job) else { return }
            jobs[job].baseScore = score
            jobs[job].lossToBeat = score.loss
        }
        scoreQueue(job) { $0.judge(job, $1, loss: $2, correct: $3, isModel: $4) }
    }

    /// Scores what waits, as far as the budget reaches: `decide` hears the slot, the loss, the right
    /// answers, and whether the blob was a model at all.
    private mutating func scoreQueue(
        _ job: Int, _ decide: (inout MarketModel, Int, UInt64, UInt64, Bool) -> Void
    ) {
        while let slot = jobs[job].queue.first {
            guard prepare(job, cost: jobs[job].terms.loadUnits) else { return }
            guard let parameters = submission(job, slot) else {
                jobs[job].hasLoaded = false
                effects.codes.append("invalidModel")
                decide(&self, slot, jobs[job].worst, 0, false)
                continue
            }
            guard let score = score(parameters, job) else { return }
            decide(&self, slot, score.loss, score.correct, true)
        }
    }

    /// The parameters of the slot's submission; nil when the blob is no model of the job.
    func submission(_ job: Int, _ slot: Int) -> [Int32]? {
        guard let judge = try? Judge(features: jobs[job].terms.features),
            let opened = jobs[job].seats[slot]?.opened
        else { return nil }
        return judge.parameters(of: opened.blob, over: jobs[job].global, jobs[job].terms)
    }

    /// The ratchet: what passes is paid, and its loss is the one to beat.
    private mutating func judge(
        _ job: Int, _ slot: Int, loss: UInt64, correct: UInt64, isModel: Bool
    ) {
        jobs[job].queue.removeFirst()
        guard let seat = jobs[job].seats[slot], let toBeat = jobs[job].lossToBeat else { return }
        let passes = isModel && PayoutModel.passes(loss, toBeat, ppm: jobs[job].terms.ppm)
        noticeScore(job, slot, loss: loss, base: toBeat, correct: correct, passes)
        jobs[job].seats[slot]?.attempts += 1
        jobs[job].seats[slot]?.promise = nil
        jobs[job].seats[slot]?.opened = nil
        if passes {
            jobs[job].seats[slot]?.isPaid = true
            jobs[job].lossToBeat = loss
            reward(UInt256(jobs[job].terms.reward), job, slot: slot)
        } else {
            jobs[job].drop(.model, of: seat.client)
        }
    }

    /// CLAIM begins with the input in which the base loss is known.
    private mutating func scoreBaseOfData(_ job: Int) -> Bool {
        guard jobs[job].data != nil, let score = score(jobs[job].global, job) else { return false }
        jobs[job].baseScore = score
        jobs[job].phase = .claim
        jobs[job].deadline = now + jobs[job].terms.windows[3]
        return true
    }

    private mutating func scoreReveal(_ job: Int) {
        scoreQueue(job) { $0.verify(job, $1, loss: $2, correct: $3, isModel: $4) }
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
            if holds { continue }
            burnBond(job, slot: slot)
            jobs[job].seats[slot]?.opened?.hasFailed = true
            if let client = jobs[job].seats[slot]?.client { jobs[job].drop(.model, of: client) }
        }
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
