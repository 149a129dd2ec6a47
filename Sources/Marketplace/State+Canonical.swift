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
        json.number("asOf", lastTimestamp)
    }

    private func add(to hasher: inout CanonicalHasher) {
        hasher.add(outputCount)
        addLedger(to: &hasher)
        addAccounts(to: &hasher)
        hasher.add(reservedBytes)
        hasher.add(kept.count)
        kept.forEach { digest, size in
            hasher.add(digest)
            hasher.add(size)
        }
        hasher.add(jobs.count)
        for job in jobs {
            switch job {
            case .live(let job):
                hasher.add(case: 0)
                job.add(to: &hasher, content)
            case .ended(let job):
                hasher.add(case: 1)
                job.add(to: &hasher)
            }
        }
    }

    private func addLedger(to hasher: inout CanonicalHasher) {
        hasher.add(ledger.assets.count)
        for asset in ledger.assets {
            let totals = ledger.totals(of: asset)
            hasher.add(asset)
            hasher.add(totals.deposited)
            hasher.add(totals.vouchered)
            hasher.add(totals.inAccounts)
            hasher.add(totals.inEscrow)
        }
        for pocket in ledger.pockets {
            switch pocket {
            case .account(let owner):
                hasher.add(case: 0)
                hasher.add(owner)
            case .escrow(let job):
                hasher.add(case: 1)
                hasher.add(job)
            case .chain:
                hasher.add(case: 2)
            }
            let assets = ledger.assets(of: pocket)
            hasher.add(assets.count)
            for asset in assets {
                hasher.add(asset)
                hasher.add(ledger.balance(of: pocket, in: asset))
            }
        }
    }

    private func addAccounts(to hasher: inout CanonicalHasher) {
        hasher.add(accounts.addresses.count)
        for address in accounts.addresses {
            let account = accounts[address]
            hasher.add(address)
            for list in [account.slots, account.posted, account.vouchers] {
                hasher.add(list.count)
                for number in list { hasher.add(number) }
            }
            hasher.add(account.accepted)
            hasher.add(account.paid)
            hasher.add(account.forfeited)
            hasher.add(account.settled)
            hasher.add(account.defaulted)
            hasher.add(account.nonce)
        }
    }
}

extension EndedJob {
    fileprivate func add(to hasher: inout CanonicalHasher) {
        hasher.add(sponsor)
        hasher.add(termsHash)
        hasher.add(UInt64(slotsTaken))
        hasher.add(UInt64(paidSlots))
        hasher.add(UInt64(rounds))
        switch outcome {
        case .settled: hasher.add(case: 0)
        case .cancelled(let reason):
            hasher.add(case: 1)
            hasher.add(case: reason.rawValue)
        case .defaulted: hasher.add(case: 2)
        }
        hasher.add(postedAt)
        hasher.add(endedAt)
        hasher.add(baseLoss)
        hasher.add(bestLoss)
        hasher.add(modelDigest)
    }
}
