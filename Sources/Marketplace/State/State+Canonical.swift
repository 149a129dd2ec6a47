import ABI
import Content
import JSON
import Vouchers

extension State {
    /// `state`: Keccak-256 of the canonical bytes of everything that the application remembers, and
    /// how many bytes they are. Two replicas that agree here agree on everything to come; an input
    /// that is refused leaves it as it was. The time of the last input is not part of it.
    ///
    /// The cost grows with the state, at about 60 guest instructions a byte: for comparing
    /// replicas, not for pages.
    func writeDigest(to json: inout JSONWriter) {
        var hasher = CanonicalHasher()
        add(to: &hasher)
        let count = hasher.count
        json.string("state", Hex.string(hasher.finish().bytes))
        json.string("bytes", "\(count)")
        json.number("asOf", asOf)
    }

    private func add(to hasher: inout CanonicalHasher) {
        hasher.add(outputCount)
        addLedger(to: &hasher)
        accounts.add(to: &hasher)
        hasher.add(reservedBytes, files.kept.count)
        files.kept.forEach { model in hasher.add(model.digest, model.bytes.count) }
        hasher.add(jobCount, jobs.count)
        jobs.forEach { id, record in
            hasher.add(id)
            switch record {
            case .live(let job):
                hasher.add(Choice(0))
                job.add(to: &hasher, files)
            case .ended(let job): hasher.add(Choice(1), job)
            }
        }
        // Which of the ended jobs is forgotten next.
        hasher.add(endings.count)
        endings.forEach { _, id in hasher.add(id) }
    }

    private func addLedger(to hasher: inout CanonicalHasher) {
        hasher.add(ledger.assetCount)
        ledger.forEachAsset { asset, totals in
            hasher.add(asset, totals.deposited, totals.vouchered, totals.burned)
            hasher.add(totals.inAccounts, totals.inEscrow)
        }
        hasher.add(ledger.balanceCount)
        ledger.forEachBalance { pocket, asset, amount in
            switch pocket {
            case .account(let owner): hasher.add(Choice(0), owner)
            case .escrow(let job): hasher.add(Choice(1), job)
            case .burned: hasher.add(Choice(2))
            case .chain: hasher.add(Choice(3))
            }
            hasher.add(asset, amount)
        }
    }
}

extension EndedJob: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(sponsor, termsHash)
        hasher.add(slotsTaken, paidSlots, rounds)
        switch outcome {
        case .settled: hasher.add(Choice(0))
        case .cancelled(let reason): hasher.add(Choice(1), Choice(reason.rawValue))
        case .defaulted: hasher.add(Choice(2))
        }
        hasher.add(postedAt, endedAt)
        hasher.add(baseLoss, bestLoss, modelDigest)
    }
}
