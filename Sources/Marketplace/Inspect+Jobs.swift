import ABI
import Content
import JSON
import Vouchers
import Verifier

extension State {
    /// `jobs`, `jobs/{id}`, `jobs/{id}/submissions` and `jobs/{id}/leaderboard`.
    func writeJobs(
        _ segments: [[UInt8]], _ query: Query, to json: inout JSONWriter
    ) throws(Refusal) {
        json.number("asOf", lastTimestamp)
        guard let text = segments.first else {
            try writeJobList(query, to: &json)
            return
        }
        guard let id = Query.number(text) else { throw Refusal(.invalidQuery, at: "job number") }
        guard id < UInt64(jobs.count) else {
            throw Refusal(.notFound, at: "job \(id) of \(jobs.count)")
        }
        guard segments.count > 1 else {
            json.beginObject("job")
            switch jobs[Int(id)] {
            case .live(let job): job.write(to: &json, now: lastTimestamp, content)
            case .ended(let job): job.write(to: &json)
            }
            json.endObject()
            return
        }
        guard segments.count == 2 else { throw Refusal(.invalidQuery, at: "path") }
        guard case .live(let job) = jobs[Int(id)] else {
            throw Refusal(.notFound, at: "the job has ended; its notices tell")
        }
        json.number("jobId", id)
        switch Path(segments[1]) {
        case "submissions": job.writeSubmissions(to: &json)
        case "leaderboard": job.writeLeaderboard(to: &json)
        default: throw Refusal(.invalidQuery, at: "path")
        }
    }

    /// All jobs, or those of one stored phase, in the order of their numbers.
    private func writeJobList(_ query: Query, to json: inout JSONWriter) throws(Refusal) {
        let page = try Page(query)
        var ids: [UInt64] = []
        var total = jobs.count
        if let name = query.text("phase") {
            guard let phase = PhaseName(name) else { throw Refusal(.invalidQuery, at: "phase") }
            ids = phases[phase.rawValue].members(from: page.offset, limit: page.limit)
            total = phases[phase.rawValue].count
        } else {
            for index in page.range(of: jobs.count) { ids.append(UInt64(index)) }
        }
        page.write(total: total, to: &json)
        json.beginArray("jobs")
        for id in ids {
            json.beginObject()
            switch jobs[Int(id)] {
            case .live(let job): job.writeSummary(to: &json, now: lastTimestamp)
            case .ended(let job): job.write(to: &json)
            }
            json.endObject()
        }
        json.endArray()
    }
}

extension Job {
    /// What a list shows.
    fileprivate func writeSummary(to json: inout JSONWriter, now: UInt64) {
        json.number("id", id)
        json.string("sponsor", sponsor.checksummed)
        json.string("phase", storedPhase.name.description)
        json.string("phaseNow", phase(at: now).name.description)
        json.number("nextDeadline", nextDeadline)
        json.string("payout", payoutName(terms.payout))
        json.bool("sealed", terms.sealed)
        // Unsealed data is public, and any aged commitment can lower the loss to beat.
        json.string("trust", "sponsor")
        json.beginObject("asset")
        json.asset(asset)
        json.endObject()
        json.amount("reward", terms.reward)
        json.number("slots", UInt64(terms.slots))
        json.number("slotsTaken", UInt64(slots.count))
        var paid: UInt64 = 0
        for slot in slots where slot.paid != nil { paid += 1 }
        json.number("slotsPaid", paid)
        json.number("minImprovementPpm", UInt64(terms.minImprovementPpm))
        json.number("postedAt", postedAt)
        writeLosses(to: &json)
    }

    private func writeLosses(to json: inout JSONWriter) {
        json.number("samples", UInt64(terms.samples))
        guard case .open(let open) = phase, let base = open.baseMetrics else {
            json.null("baseLoss")
            json.null("baseCorrect")
            json.null("lossToBeat")
            return
        }
        json.string("baseLoss", "\(base.loss)")
        json.number("baseCorrect", UInt64(base.correct))
        json.string("lossToBeat", "\(open.lossToBeat ?? base.loss)")
    }

    /// Everything about a live job.
    fileprivate func write(to json: inout JSONWriter, now: UInt64, _ store: ContentStore) {
        writeSummary(to: &json, now: now)
        json.hex("termsHash", termsHash.bytes)
        switch phase {
        case .filling:
            json.null("opensAt")
            json.null("closesAt")
            json.null("bestModelCid")
        case .open(let open):
            json.number("opensAt", open.opensAt)
            json.number("closesAt", open.closesAt)
            if let best = open.best {
                json.string("bestModelCid", best.modelCid.text)
            } else {
                json.null("bestModelCid")
            }
        }
        writeTerms(to: &json)
        writeContent(to: &json, store)
        writeCost(to: &json)
    }

    private func writeTerms(to json: inout JSONWriter) {
        json.beginObject("terms")
        json.amount("clientBond", terms.clientBond)
        json.amount("sponsorBond", terms.sponsorBond)
        json.hex("arch", terms.arch)
        json.hex("archId", architecture.id.bytes)
        json.number("parameters", UInt64(architecture.parameterCount))
        json.number("xDtype", UInt64(terms.xDtype))
        json.number("yKind", UInt64(terms.yKind))
        json.number("modelDtype", UInt64(terms.modelDtype))
        json.cid("trainerCid", terms.trainerCid)
        json.cid("metadataCid", terms.metadataCid)
        json.hex("jobSalt", terms.jobSalt.bytes)
        json.beginArray("windows")
        for window in terms.windows { json.number(UInt64(window)) }
        json.endArray()
        json.endObject()
    }

    private func writeContent(to json: inout JSONWriter, _ store: ContentStore) {
        json.beginObject("content")
        json.string("baseModelCid", baseCid.text)
        json.bool("baseModelStored", hasBaseModel)
        json.string("dataCid", CID.raw(digest: dataDigest).text)
        json.bool("dataStored", hasContent(dataDigest))
        json.number("baseModelSize", storage.base)
        json.number("dataSize", storage.evaluation)
        json.number("modelSize", storage.model)
        writeAwaited(to: &json, store)
        json.endObject()
    }

    private func writeCost(to json: inout JSONWriter) {
        json.beginObject("cost")
        json.number("reservedBytes", storage.reserved)
        json.amount("storageBond", storage.bond)
        json.number("workPerSample", architecture.workPerSample)
        json.string(
            "evaluationWork",
            "\(Evaluation.totalWork(architecture: architecture, samples: Int(terms.samples)))")
        json.string("scoringBudget", "\(Limits.scoringBudget)")
        json.endObject()
    }

    /// Every slot and what was submitted from it.
    fileprivate func writeSubmissions(to json: inout JSONWriter) {
        json.beginArray("slots")
        for (index, slot) in slots.enumerated() {
            json.beginObject()
            json.number("slot", UInt64(index))
            json.string("client", slot.client.checksummed)
            if slot.payout.isZero {
                json.null("payout")
            } else {
                json.string("payout", slot.payout.checksummed)
            }
            json.string("stage", slot.stageName.description)
            json.number("acceptedAt", slot.acceptedAt)
            if case .committed(let commitment) = slot.stage {
                json.number("committedAt", commitment.committedAt)
                json.number("submitFrom", commitment.committedAt.later(by: Limits.minCommitAge))
            } else {
                json.null("committedAt")
                json.null("submitFrom")
            }
            json.number("attemptsLeft", UInt64(max(0, Limits.attempts - slot.attempts.count)))
            if let paid = slot.paid {
                json.amount("paid", paid)
            } else {
                json.null("paid")
            }
            json.beginArray("attempts")
            for attempt in slot.attempts { attempt.write(to: &json) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }

    /// The best score of every slot that has one, lowest loss first, earlier slot first on a tie.
    fileprivate func writeLeaderboard(to json: inout JSONWriter) {
        var entries: [(loss: UInt64, slot: Int, attempt: Int)] = []
        for (index, slot) in slots.enumerated() {
            var best: (loss: UInt64, slot: Int, attempt: Int)?
            for (number, attempt) in slot.attempts.enumerated() {
                guard case .scored(let loss, _, _, _) = attempt.result else { continue }
                if let best, best.loss <= loss { continue }
                best = (loss, index, number)
            }
            if let best { entries.append(best) }
        }
        entries.sort { $0 < $1 }
        json.beginArray("leaderboard")
        for (rank, entry) in entries.enumerated() {
            let slot = slots[entry.slot]
            json.beginObject()
            json.number("rank", UInt64(rank + 1))
            json.number("slot", UInt64(entry.slot))
            json.string("client", slot.client.checksummed)
            slot.attempts[entry.attempt].writeMembers(to: &json)
            json.amount("paid", slot.paid ?? 0)
            json.endObject()
        }
        json.endArray()
    }
}

extension Attempt {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(to: &json)
        json.endObject()
    }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.string("modelCid", modelCid.text)
        json.number("scoredAt", scoredAt)
        switch result {
        case .invalid(let reason):
            json.string("invalid", reason)
            json.bool("accepted", false)
        case .scored(let loss, let lossToBeat, let correct, let accepted):
            json.null("invalid")
            json.bool("accepted", accepted)
            json.string("loss", "\(loss)")
            json.string("lossToBeat", "\(lossToBeat)")
            json.number("correct", UInt64(correct))
        }
    }
}

extension EndedJob {
    /// All that is left of a job.
    fileprivate func write(to json: inout JSONWriter) {
        json.number("id", id)
        json.string("sponsor", sponsor.checksummed)
        json.string("phase", storedPhase.name.description)
        json.string("phaseNow", storedPhase.name.description)
        if case .cancelled(let reason) = outcome {
            json.string("reason", reason.name.description)
        } else {
            json.null("reason")
        }
        json.string("payout", payoutName(payout))
        json.bool("sealed", isSealed)
        json.beginObject("asset")
        json.asset(Asset(token: token))
        json.endObject()
        json.amount("reward", reward)
        json.number("slots", UInt64(slots))
        json.number("slotsTaken", UInt64(accepted))
        json.number("slotsPaid", UInt64(paidSlots))
        json.hex("termsHash", termsHash.bytes)
        json.number("postedAt", postedAt)
        json.number("endedAt", endedAt)
        json.number("samples", UInt64(samples))
        json.loss("baseLoss", baseLoss)
        json.loss("bestLoss", bestLoss)
        if let bestModelCid {
            json.string("bestModelCid", bestModelCid.text)
        } else {
            json.null("bestModelCid")
        }
    }
}

extension JSONWriter {
    fileprivate mutating func loss(_ name: StaticString, _ loss: UInt64?) {
        if let loss {
            string(name, "\(loss)")
        } else {
            null(name)
        }
    }

    /// A CID that was checked when the job was posted; null when none was given.
    fileprivate mutating func cid(_ name: StaticString, _ bytes: [UInt8]) {
        if let cid = try? CID(bytes) {
            string(name, cid.text)
        } else {
            null(name)
        }
    }
}

private func payoutName(_ payout: UInt8) -> String {
    switch payout {
    case 0: return "posted"
    case 1: return "best"
    case 2: return "proportional"
    default: return "federated"
    }
}
