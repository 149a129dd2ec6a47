import ABI

// 15: an honest account that leaves the sending to others, and what they do with it.
extension Generator {
    /// What an account has signed and waits for, without any act of its own.
    struct Pledge {
        let signer: Address
        let nonce: UInt64
        /// When it stops waiting, and acts itself: that withdraws what it signed.
        let until: UInt64
    }

    /// Whether the account waits for a relay of its own.
    func isWaiting(_ account: Address, _ model: MarketModel) -> Bool {
        pledges.contains { pledge in
            pledge.signer == account && now < pledge.until
                && model.nonces[account] == pledge.nonce
        }
    }

    /// What somebody waits for.
    func awaitedRelay(_ model: MarketModel) -> Deed? {
        signed.last { deed in
            guard case .relay(let relay) = deed else { return false }
            return isWaiting(relay.signer, model)
                && model.nonces[relay.signer].map { UInt256($0) } == relay.nonce
        }
    }

    /// Signs a deed for others to send, now or as soon as it is its time.
    mutating func pledge(
        _ deed: Deed, by account: Address, until: UInt64, _ model: MarketModel
    ) throws -> Deed? {
        guard let nonce = model.nonces[account] else { return nil }
        let relay = try Cast.relay(
            deed, by: account, nonce: UInt256(nonce), deadline: until)
        signed = signed.suffix(7) + [relay]
        pledges = pledges.suffix(7) + [Pledge(signer: account, nonce: nonce, until: until)]
        return relay
    }

    /// A submission that is signed while its commitment ages, its file whole: it is refused until
    /// the 600 seconds are over, keeps its nonce, and runs then. From the first piece on, all of it
    /// takes less than 600 seconds.
    mutating func earlyDeed(
        of seat: JobModel.Seat, at job: JobModel, _ model: MarketModel
    ) throws -> Deed? {
        guard let promise = seat.promise, let plan = plan(of: seat.client, at: job),
            now >= promise.at + 400, now + 2_400 < job.deadline
        else { return nil }
        let file = job.file(.model, of: seat.client).map { job.files[$0] }
        guard file?.isWhole == true, file?.blob == plan.blob else {
            return upload(plan.parcel, at: job, by: seat.client)
        }
        return try pledge(
            submission(of: plan, at: job), by: seat.client, until: promise.at + 700, model)
    }
}
