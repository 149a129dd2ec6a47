import ABI

// Honest accounts and an adversary that holds more than half of all.
extension Generator {
    /// Whether the account follows the guide whatever happens.
    func isHonest(_ account: Address) -> Bool {
        profile == .adversary && Cast.honest.contains(account)
    }

    /// One side's next step. Time goes on in seconds as long as somebody honest has to act.
    mutating func contest(_ model: MarketModel) throws -> Step {
        if chance(60) { now += UInt64(below(16)) }
        if chance(5) { return step(.portal(dust()), now) }
        if chance(50), let (account, deed) = try attack(model) {
            last = (account, deed)
            return try sent(deed, by: account, model)
        }
        return try honestStep(model)
    }

    /// What somebody honest has to do now; else time passes.
    mutating func honestStep(_ model: MarketModel) throws -> Step {
        if let (account, deed) = try duty(model) { return try sent(deed, by: account, model) }
        if let (account, deed) = try offerOrAcceptance(model), chance(60) {
            return try sent(deed, by: account, model)
        }
        passTime(model)
        let live = model.jobs.filter { !$0.hasEnded }
        let job = live.min { ($0.nextDeadline, $0.id) < ($1.nextDeadline, $1.id) }
        return step(
            .account(idle(model), .advance(job: job.map { number($0) } ?? .zero)), now)
    }

    /// Somebody honest whose act withdraws nothing.
    private mutating func idle(_ model: MarketModel) -> Address {
        pick(Cast.honest.filter { !isWaiting($0, model) }) ?? Cast.pauper
    }

    /// Goes to the next moment that matters: a deadline, or a commitment that has aged.
    private mutating func passTime(_ model: MarketModel) {
        var times: [UInt64] = []
        for job in model.jobs where !job.hasEnded {
            times.append(job.nextDeadline)
            // Shortly before the end an adversary still has its say.
            if job.nextDeadline > now + 90 { times.append(job.nextDeadline - 90) }
            for case let seat? in job.seats where job.phase == .open {
                if let promise = seat.promise {
                    times += [promise.at + 400, promise.at + 600]
                }
            }
        }
        times += pledges.map { $0.until }
        if let next = times.filter({ $0 > now }).min() { now = next }
    }

    /// Most deeds are sent by their author, some are relayed. Somebody honest also signs and leaves
    /// the sending to others, for a few minutes.
    private mutating func sent(
        _ deed: Deed, by account: Address, _ model: MarketModel
    ) throws -> Step {
        if isHonest(account), case .relay = deed {
            return step(.account(Cast.adversaries[below(4)], deed), now)
        }
        let dice = below(100)
        if dice < 15, let nonce = model.nonces[account] {
            let deadline = now + UInt64(60 + below(240))
            let relay = try Cast.relay(
                deed, by: account, nonce: UInt256(nonce), deadline: deadline)
            if isHonest(account) { signed = signed.suffix(7) + [relay] }
            let sender = Cast.accounts[below(Cast.count)]
            if dice < 8 { return step(.account(sender, relay), now) }
        }
        if dice > 96, account != Cast.pauper {
            let gift = Gift(depositor: account, kind: .ether(.one), deed: deed)
            return step(.portal(gift), now)
        }
        return step(.account(account, deed), now)
    }

    /// Nothing at all, as little as there can be, or too much.
    private mutating func dust() -> Gift {
        let account = Cast.adversaries[below(4)]
        let tokens = [Cast.tokens[1], Cast.tokens[2]]
        let amount = UInt256(UInt64(below(3)))
        switch below(4) {
        case 3:
            // A token of its own claims all that there can be.
            return Gift(depositor: account, kind: .erc20(Cast.tokens[2], .max))
        case 0: return Gift(depositor: account, kind: .ether(amount))
        case 1: return Gift(depositor: account, kind: .erc20(tokens[below(2)], amount))
        default:
            let id = UInt256(UInt64(below(9)))
            return Gift(depositor: account, kind: .erc1155(tokens[below(2)], id: id, amount))
        }
    }
}

// What honest accounts owe, and when.
extension Generator {
    /// The deed that is due first; nil when nobody honest owes any.
    mutating func duty(_ model: MarketModel) throws -> (Address, Deed)? {
        let live = model.jobs.filter { !$0.hasEnded }
        for job in live.sorted(by: { ($0.nextDeadline, $0.id) < ($1.nextDeadline, $1.id) }) {
            if !isWaiting(job.sponsor, model), let duty = try sponsorDuty(at: job) { return duty }
            for (slot, seat) in job.seats.enumerated() {
                guard let seat, isHonest(seat.client), !isWaiting(seat.client, model) else {
                    continue
                }
                if let deed = try duty(of: seat, slot, at: job, model) {
                    return (seat.client, deed)
                }
            }
        }
        // Scores and ends that wait for a message.
        let waiting = live.filter { $0.hasPendingWork || $0.nextDeadline <= now }
        guard let job = pick(waiting) else { return nil }
        return (idle(model), .advance(job: number(job)))
    }

    private mutating func sponsorDuty(at job: JobModel) throws -> (Address, Deed)? {
        guard isHonest(job.sponsor) else { return nil }
        switch job.phase {
        case .filling: return delivery(at: job)
        case .data where job.data == nil: return dataDeed(at: job)
        default: return nil
        }
    }

    private mutating func duty(
        of seat: JobModel.Seat, _ slot: Int, at job: JobModel, _ model: MarketModel
    ) throws -> Deed? {
        switch job.phase {
        case .open:
            if job.isOver || !hasDeed(seat, slot, at: job) { return nil }
            // One accepted submission saves the bond; another is only worth it in good time.
            if seat.promise == nil, now + 2_400 > job.deadline { return nil }
            // The model goes out only when the commitment has aged.
            if let promise = seat.promise, now < promise.at + 600 {
                return promise.order % 2 == 0 ? try earlyDeed(of: seat, at: job, model) : nil
            }
            return try honestDeed(of: seat, at: job)
        case .commit: return seat.promise == nil ? try honestDeed(of: seat, at: job) : nil
        case .claim:
            guard seat.promise != nil, job.claims[slot] == nil,
                let loss = try loss(of: seat.client, at: job)
            else { return nil }
            return .claim(job: number(job), loss: UInt256(loss))
        case .reveal, .gather:
            if job.isOver || !hasDeed(seat, slot, at: job) { return nil }
            return try honestDeed(of: seat, at: job)
        default: return nil
        }
    }

    /// Like `deed(of:at:)`, without second thoughts.
    private mutating func honestDeed(of seat: JobModel.Seat, at job: JobModel) throws -> Deed? {
        let client = seat.client
        guard seat.promise != nil, let plan = plan(of: client, at: job) else {
            return try commitment(of: client, at: job)
        }
        let file = job.file(.model, of: client).map { job.files[$0] }
        guard file?.isWhole == true, file?.blob == plan.blob else {
            // 12: an older model by mistake can be replaced.
            if file == nil, chance(6), let old = plans.first(where: { $0.client == client }) {
                return upload(old.parcel, at: job, by: client)
            }
            return upload(plan.parcel, at: job, by: client)
        }
        return submission(of: plan, at: job)
    }

    /// A new job, or a slot in one that leaves time enough.
    private mutating func offerOrAcceptance(_ model: MarketModel) throws -> (Address, Deed)? {
        let live = model.jobs.filter { !$0.hasEnded }
        if live.count < 3, chance(40) {
            let sponsor = Cast.honest[0]
            return (sponsor, posting(try offer(by: sponsor), model))
        }
        let client = Cast.honest[1 + below(2)]
        if isWaiting(client, model) || isWaiting(Cast.honest[0], model) { return nil }
        let fitting = live.filter { job in
            let isInTime =
                switch job.phase {
                case .filling: true
                case .open: !job.isOver && now + 3_600 < job.deadline
                case .commit: now + 1_800 < job.deadline
                default: false
                }
            let isFair = !job.terms.isFederated || job.terms.normBound > 1 << 32
            let balance = model.ledger.amount(of: .account(client), in: job.terms.asset)
            return isInTime && isFair && client != job.sponsor
                && job.slot(of: client) == nil && job.takenSlots < Int(job.terms.slots)
                && balance >= UInt256(job.terms.clientBond)
        }
        guard let job = pick(fitting) else { return nil }
        return (client, acceptance(at: job, by: client))
    }
}

extension Generator {
    /// The last steps of a history: no more attacks, and time goes on until every job has ended.
    mutating func last(_ model: MarketModel) throws -> Step {
        if profile == .adversary {
            if let (account, deed) = try duty(model) { return step(.account(account, deed), now) }
            passTime(model)
            return step(.account(Cast.pauper, Twins.noise), now)
        }
        let live = model.jobs.filter { !$0.hasEnded }
        guard let job = live.first else { return step(.account(Cast.pauper, Twins.noise), now) }
        // What is pending is finished, or is cut off by the end of its job.
        if !job.hasPendingWork || chance(3) { now = max(now, job.nextDeadline) }
        return step(.account(Cast.pauper, .advance(job: number(job))), now)
    }
}
