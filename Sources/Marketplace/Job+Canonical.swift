import ABI
import Content
import Verifier

extension Job {
    /// What distinguishes this job from any other in any state. The terms are in their hash; models
    /// and data are in the hashes of their blobs.
    func add(to hasher: inout CanonicalHasher, _ store: ContentStore) {
        hasher.add(sponsor)
        hasher.add(termsHash)
        hasher.add(baseDigest)
        hasher.add(postedAt)
        hasher.add(hasCommitments)
        hasher.add(UInt64(paidSlots))
        hasher.add(slots.count)
        for slot in slots { slot.add(to: &hasher) }
        hasher.add(content.count)
        for entry in content {
            hasher.add(entry.digest)
            hasher.add(entry.size)
            hasher.add(entry.owner)
            hasher.add(entry.isNode)
            let roots = store.roots(of: entry.digest)
            hasher.add(roots.count)
            for root in roots { hasher.add(root) }
        }
        hasher.add(awaited.count)
        for file in awaited { file.add(to: &hasher) }
        hasher.add(messages.count)
        for message in messages {
            hasher.add(message.from)
            hasher.add(message.to)
            hasher.add(message.sentAt)
            hasher.add(message.body)
        }
        addUploads(to: &hasher, store)
        phase.add(to: &hasher)
    }

    private func addUploads(to hasher: inout CanonicalHasher, _ store: ContentStore) {
        for sender in [sponsor] + slots.map({ $0.client }) {
            let upload = store.upload(for: id, from: sender)
            hasher.add(upload != nil)
            guard let upload else { continue }
            hasher.add(upload.digest)
            hasher.add(upload.size)
            hasher.add(upload.pieceCount)
            upload.forEachPiece { offset, bytes in
                hasher.add(offset)
                hasher.add(bytes)
            }
        }
    }
}

extension Slot {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(client)
        hasher.add(payout)
        hasher.add(acceptedAt)
        hasher.add(hasCommitted)
        hasher.add(paid)
        hasher.add(earned)
        hasher.add(skippedRounds)
        hasher.add(attempts.count)
        for attempt in attempts { attempt.add(to: &hasher) }
        switch stage {
        case .accepted: hasher.add(case: 0)
        case .committed(let commitment):
            hasher.add(case: 1)
            commitment.add(to: &hasher)
        case .awaiting(let opening):
            hasher.add(case: 2)
            hasher.add(opening.modelCid)
            hasher.add(opening.dataCid)
            hasher.add(opening.salt)
            opening.commitment.add(to: &hasher)
        case .submitted(let submission):
            hasher.add(case: 3)
            hasher.add(submission.modelCid)
            hasher.add(submission.digest)
            hasher.add(submission.dataCid)
            hasher.add(submission.order)
            hasher.add(submission.isWhole)
        case .paid: hasher.add(case: 4)
        case .vacant: hasher.add(case: 5)
        }
    }
}

extension Commitment {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(hash)
        hasher.add(committedAt)
        hasher.add(order)
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

extension AwaitedFile {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(root)
        hasher.add(missing)
        switch use {
        case .base: hasher.add(case: 0)
        case .data: hasher.add(case: 1)
        case .model(let slot):
            hasher.add(case: 2)
            hasher.add(slot)
        }
    }
}
