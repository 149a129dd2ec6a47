import ABI
import Content
import Verifier

extension Job {
    /// What distinguishes this job from any other in any state. The terms are in their hash; models
    /// and data are in the hashes of their blobs.
    func add(to hasher: inout CanonicalHasher, _ store: FileStore) {
        hasher.add(sponsor, termsHash, baseDigest, postedAt)
        hasher.add(hasCommitments, paidSlots, slots)
        hasher.add(store.files(of: id), messages, phase)
    }
}

extension JobFile: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(kind.order, owner, cid, size)
        hasher.add(isInUse, whole?.digest)
        // Of a model the bytes are in the digest, and the owner is above.
        stream?.addCanonical { bytes in hasher.add(bytes) }
    }
}

extension DirectMessage: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(from, to, sentAt)
        hasher.add(body)
    }
}

extension Slot: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(client, payout, acceptedAt)
        hasher.add(Array(bond.rawValue.utf8))
        hasher.add(hasCommitted, hasSubmitted)
        hasher.add(paid, earned, skippedRounds, attempts)
        switch stage {
        case .accepted: hasher.add(Choice(0))
        case .committed(let commitment):
            hasher.add(Choice(1), commitment.hash, commitment.committedAt, commitment.order)
        case .submitted(let submission):
            hasher.add(Choice(2), submission.modelCid, submission.digest)
            hasher.add(submission.dataCid, submission.order)
        case .paid: hasher.add(Choice(3))
        case .vacant: hasher.add(Choice(4))
        }
    }
}

extension Attempt: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(modelCid, digest, scoredAt)
        switch result {
        case .invalid(let code):
            hasher.add(Choice(0))
            hasher.add(Array(code.utf8))
        case .scored(let loss, let lossToBeat, let correct, let accepted):
            hasher.add(Choice(1), loss, lossToBeat)
            hasher.add(correct, accepted)
        }
    }
}
