import ABI
import Content
import JSON

extension Job {
    /// Every slot and what was submitted from it.
    func writeSubmissions(to json: inout JSONWriter) {
        json.beginArray("slots")
        for index in slots.indices where !slots[index].isVacant {
            json.beginObject()
            write(slots[index], at: index, to: &json)
            json.endObject()
        }
        json.endArray()
    }

    private func write(_ slot: Slot, at index: Int, to json: inout JSONWriter) {
        json.number("slot", UInt64(index))
        json.string("client", slot.client.checksummed)
        json.string("payout", slot.payout.isZero ? nil : slot.payout.checksummed)
        json.string("stage", slot.stageName.description)
        json.string("bond", slot.bond.rawValue)
        json.number("acceptedAt", slot.acceptedAt)
        writeCommitment(of: slot, to: &json)
        if terms.sealed {
            writeClaim(of: index, to: &json)
        } else {
            json.number("attemptsLeft", UInt64(max(0, Limits.attempts - slot.attempts.count)))
        }
        json.string("paid", slot.paid > 0 ? "\(UInt256(slot.paid))" : nil)
        json.amount("earned", slot.earned)
        json.beginArray("attempts")
        for attempt in slot.attempts {
            json.beginObject()
            attempt.writeMembers(to: &json)
            json.endObject()
        }
        json.endArray()
    }

    private func writeCommitment(of slot: Slot, to json: inout JSONWriter) {
        var committedAt: UInt64?
        if case .committed(let commitment) = slot.stage { committedAt = commitment.committedAt }
        json.number("committedAt", committedAt)
        json.number(
            "submitFrom", terms.sealed ? nil : committedAt?.later(by: Limits.minCommitAge))
        json.string("modelCid", slot.submission?.modelCid.text)
    }

    /// The claim of a slot, and whether it has to show its model.
    private func writeClaim(of slot: Int, to json: inout JSONWriter) {
        var claim: UInt64?
        var due: String?
        if case .claim(let phase) = phase { claim = phase.claims[slot] }
        if case .reveal(let phase) = phase {
            let entry = phase.entries.first { $0.slot == slot }
            claim = entry?.claim
            due = (entry?.status ?? .notDue).rawValue
        }
        json.loss("claim", claim)
        json.string("due", due)
    }

    /// The best score of every slot that has one, lowest loss first, earlier slot first on a tie.
    /// Sealed: the claims, which showing the model makes sure of.
    func writeLeaderboard(to json: inout JSONWriter) {
        var entries: [(loss: UInt64, slot: Int, attempt: Int?)] = []
        switch phase {
        case .claim(let phase):
            for (slot, claim) in phase.claims.enumerated() {
                if let claim { entries.append((claim, slot, nil)) }
            }
        case .reveal(let phase):
            for entry in phase.entries where entry.status != .failed {
                entries.append((entry.claim, entry.slot, nil))
            }
        case .filling, .open, .commit, .data, .gather, .score:
            for index in slots.indices {
                if let best = slots[index].bestAttempt {
                    entries.append((best.loss, index, best.number))
                }
            }
        }
        entries.sort { ($0.loss, $0.slot) < ($1.loss, $1.slot) }
        json.beginArray("leaderboard")
        for (rank, entry) in entries.enumerated() {
            let slot = slots[entry.slot]
            json.beginObject()
            json.number("rank", UInt64(rank + 1))
            json.number("slot", UInt64(entry.slot))
            json.string("client", slot.client.checksummed)
            if let attempt = entry.attempt {
                slot.attempts[attempt].writeMembers(to: &json)
            } else {
                json.string("loss", "\(entry.loss)")
            }
            json.amount("paid", slot.paid)
            json.endObject()
        }
        json.endArray()
    }

    /// The last messages between sponsor and clients, oldest first. What people write is shown as
    /// hexadecimal: it is nobody's JSON.
    func writeMessages(to json: inout JSONWriter) {
        json.beginArray("messages")
        for message in messages {
            json.beginObject()
            json.string("from", message.from.checksummed)
            json.string("to", message.to.checksummed)
            json.number("sentAt", message.sentAt)
            json.hex("body", message.body)
            json.endObject()
        }
        json.endArray()
    }
}

extension Slot {
    /// The scored attempt with the lowest loss, the first one on a tie.
    fileprivate var bestAttempt: (loss: UInt64, number: Int)? {
        var best: (loss: UInt64, number: Int)?
        for (number, attempt) in attempts.enumerated() {
            guard case .scored(let loss, _, _, _) = attempt.result else { continue }
            if let best, best.loss <= loss { continue }
            best = (loss, number)
        }
        return best
    }
}

extension Attempt {
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
