import ABI
import Content
import Verifier

extension Job {
    /// What distinguishes this job from any other in any state. The terms are in their hash; models
    /// and data are in the hashes of their blobs.
    func add(to hasher: inout CanonicalHasher, _ store: FileStore) {
        hasher.add(sponsor)
        hasher.add(termsHash)
        hasher.add(baseDigest)
        hasher.add(postedAt)
        hasher.add(hasCommitments)
        hasher.add(UInt64(paidSlots))
        hasher.add(slots.count)
        for slot in slots { slot.add(to: &hasher) }
        let files = store.files(of: id)
        hasher.add(files.count)
        for file in files { file.add(to: &hasher) }
        hasher.add(messages.count)
        for message in messages {
            hasher.add(message.from)
            hasher.add(message.to)
            hasher.add(message.sentAt)
            hasher.add(message.body)
        }
        phase.add(to: &hasher)
    }
}

extension JobFile {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(kind.order)
        hasher.add(owner)
        hasher.add(cid)
        hasher.add(UInt64(size))
        hasher.add(isInUse)
        hasher.add(whole?.digest)
        // Of a model the bytes are in the digest, and the owner is above.
        if let stream {
            stream.addCanonical { bytes in hasher.add(bytes) }
        }
    }
}

extension Slot {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(client)
        hasher.add(payout)
        hasher.add(acceptedAt)
        hasher.add(Array(bond.rawValue.utf8))
        hasher.add(hasCommitted)
        hasher.add(hasSubmitted)
        hasher.add(paid)
        hasher.add(earned)
        hasher.add(skippedRounds)
        hasher.add(attempts.count)
        for attempt in attempts { attempt.add(to: &hasher) }
        switch stage {
        case .accepted: hasher.add(case: 0)
        case .committed(let commitment):
            hasher.add(case: 1)
            hasher.add(commitment.hash)
            hasher.add(commitment.committedAt, commitment.order)
        case .submitted(let submission):
            hasher.add(case: 2)
            hasher.add(submission.modelCid)
            hasher.add(submission.digest)
            hasher.add(submission.dataCid)
            hasher.add(submission.order)
        case .paid: hasher.add(case: 3)
        case .vacant: hasher.add(case: 4)
        }
    }
}

extension Attempt {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(modelCid)
        hasher.add(digest)
        hasher.add(scoredAt)
        switch result {
        case .invalid(let code):
            hasher.add(case: 0)
            hasher.add(Array(code.utf8))
        case .scored(let loss, let lossToBeat, let correct, let accepted):
            hasher.add(case: 1)
            hasher.add(loss)
            hasher.add(lossToBeat)
            hasher.add(UInt64(correct))
            hasher.add(accepted)
        }
    }
}
