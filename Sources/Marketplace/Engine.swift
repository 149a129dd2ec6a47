import ABI
import Content
import Vouchers

/// The deterministic state machine: the same inputs give the same outputs everywhere.
///
/// Both entry points are total. An input is always accepted; one that is refused leaves the state
/// as it was and one error report. A deposit is credited whatever else its input says.
public struct Engine: Application, Sendable {
    public internal(set) var configuration: Configuration
    public internal(set) var state: State

    /// `drive` is content that is part of the machine.
    public init(
        configuration: Configuration, drive: ContentDrive = ContentDrive()
    ) {
        self.configuration = configuration
        state = State(drive: drive)
        // Makes the table now, before the machine's template is taken, and not in the first input.
        _ = configuration.foreignRelease(of: .zero)
        if let receiver = configuration.rentReceiver { state.accounts.open(receiver) }
    }

    /// Handles one input: what time has made due at two jobs, the credit of a deposit, and the
    /// message, which goes on with the work that is pending in its job.
    public mutating func advance(_ input: Input) -> Outcome {
        var outcome = Outcome()
        if let timestamp = input.metadata.blockTimestamp {
            state.asOf = timestamp
        }
        guard let sender = input.metadata.messageSender else {
            outcome.reports.append(Report.error(Refusal(.missingMetadata, at: "msg_sender")))
            return outcome
        }
        let portals = configuration.contracts.portals
        let isDeposit = portals.contains(sender)
        let deposit = isDeposit ? Deposit(payload: input.payload, from: sender, of: portals) : nil
        let letter =
            isDeposit
            ? Letter(deposit?.executionLayerData ?? [])
            : Letter(input.payload, from: configuration.foreignRelease(of: sender))
        let context = Result { () throws(Refusal) in
            try Context(input.metadata, sender: sender, configuration)
        }
        if case .success(let context) = context {
            roll(letter.job, context, &outcome)
        }
        if !isDeposit {
            run(letter, as: sender, context, mayRelay: true, &outcome)
        } else if let deposit {
            receive(deposit, letter, input.metadata, context, &outcome)
        } else {
            outcome.reports.append(Report.error(Refusal(.malformedDeposit)))
        }
        #if DEBUG
            assert(state.ledger.isConserved(), "money is not conserved")
        #endif
        return outcome
    }

    /// Does what time alone has made due at the job that the message names, and at the one other
    /// job that has been due for longest. This stands whatever becomes of the message.
    private mutating func roll(_ named: UInt64?, _ context: Context, _ outcome: inout Outcome) {
        if let named { roll(job: named, context, &outcome) }
        guard let longest = state.deadlines.first?.key, longest.deadline <= context.now,
            longest.job != named
        else { return }
        roll(job: longest.job, context, &outcome)
    }

    private mutating func roll(job id: UInt64, _ context: Context, _ outcome: inout Outcome) {
        do throws(Refusal) {
            guard let decision = try state.decideRoll(of: id, context) else { return }
            write(decision, &outcome)
        } catch {
            outcome.reports.append(Report.error(error))
        }
    }

    /// Credits a deposit, and then runs the message that it may carry.
    private mutating func receive(
        _ deposit: Deposit, _ letter: Letter, _ metadata: Metadata,
        _ context: Result<Context, Refusal>, _ outcome: inout Outcome
    ) {
        do throws(Refusal) {
            // Without its own address the application could not send anything back.
            if let application = metadata.appContract,
                !state.hasRoom(for: deposit, configuration)
            {
                let payout = configuration.payout(from: application)
                write(try state.decideReturn(of: deposit, payout), &outcome)
                throw Refusal(.ledgerFull)
            }
            write(try state.decideDeposit(deposit), &outcome)
            if !deposit.isEmpty { state.accounts.open(deposit.depositor) }
        } catch {
            outcome.reports.append(Report.error(error))
            return
        }
        guard !deposit.executionLayerData.isEmpty else { return }
        run(letter, as: deposit.depositor, context, mayRelay: false, &outcome)
    }

    /// Runs a message, and counts it when it is accepted. Only an input's own message may be a
    /// relay.
    private mutating func run(
        _ letter: Letter, as sender: Address, _ context: Result<Context, Refusal>,
        mayRelay: Bool, _ outcome: inout Outcome
    ) {
        do throws(Refusal) {
            var message = try letter.message.get()
            var context = try context.get().by(sender)
            if case .relay(let relay, let signature) = message {
                guard mayRelay else { throw Refusal(.nestedRelay) }
                try state.check(relay, signature: signature, context)
                context = context.by(relay.signer)
                if let inner = letter.relayed { message = try inner.get() }
            }
            try handle(message, context, &outcome)
            state.accounts.update(context.sender) { account in account.nonce += 1 }
        } catch {
            outcome.reports.append(Report.error(error))
        }
    }

    private mutating func handle(
        _ message: Message, _ context: Context, _ outcome: inout Outcome
    ) throws(Refusal) {
        switch message {
        case .postJob(let terms, let termsHash, let maxRent):
            write(
                try state.decidePosting(terms, termsHash: termsHash, maxRent: maxRent, context),
                &outcome)
        case .withdraw(let withdrawal):
            write(try state.decideWithdrawal(withdrawal, context), &outcome)
        case .upload(let id, let piece):
            let job = try state.liveJob(id)
            let arrival = try state.receive(piece, job: job, context)
            // Consumed before its decision is written, so that the state is nobody else's then.
            var turn = Turn(at: job, state: state, context: context)
            try turn.take(arrival)
            write(try (consume turn).afterWork(), &outcome)
        case .job(let id, let message):
            var turn = Turn(at: try state.liveJob(id), state: state, context: context)
            try turn.handle(message)
            write(try (consume turn).afterWork(), &outcome)
        case .relay:
            // A relay in a relay: `run` has opened the outer one.
            throw Refusal(.nestedRelay)
        }
    }

    private mutating func write(_ decision: Decision, _ outcome: inout Outcome) {
        guard state.apply(decision, configuration) else {
            outcome.reports.append(Report.error(Refusal(.internalFault, at: "ledger")))
            return
        }
        outcome.outputs.append(contentsOf: decision.outputs)
        outcome.reports.append(contentsOf: decision.reports)
    }
}

/// What an input says, decoded: a message, and of a relay the message within.
private struct Letter {
    let message: Result<Message, Refusal>
    let relayed: Result<Message, Refusal>?

    /// `portalRelease`: the release whose portal sent it, where that is not the application's own.
    /// Whoever deposits chooses the first bytes, so they are not even looked at.
    init(_ payload: [UInt8], from portalRelease: ContractsRelease? = nil) {
        if let portalRelease {
            let refusal = Refusal(
                .portalOfAnotherRelease, at: "a portal of \(portalRelease.rawValue)")
            message = .failure(refusal)
            relayed = nil
            return
        }
        message = Result { () throws(Refusal) in try Message(payload: payload) }
        if case .success(.relay(let relay, _)) = message {
            relayed = Result { () throws(Refusal) in try Message(payload: relay.message) }
        } else {
            relayed = nil
        }
    }

    /// The job that it names, which need not exist.
    var job: UInt64? {
        switch relayed ?? message {
        case .success(.job(let id, _)), .success(.upload(let id, _)): id.asUInt64
        case .success(.postJob), .success(.withdraw), .success(.relay), .failure: nil
        }
    }
}

extension State {
    /// What time alone does to a job; nil when nothing is due, or the job has ended.
    func decideRoll(of id: UInt64, _ context: Context) throws(Refusal) -> Decision? {
        guard case .live(let job)? = jobs[id], job.nextDeadline <= context.now else { return nil }
        var turn = Turn(at: job, state: self, context: context)
        try turn.roll()
        return turn.finish()
    }
}

extension Turn {
    /// A message that is no piece of a file.
    fileprivate mutating func handle(_ message: JobMessage) throws(Refusal) {
        switch message {
        case .cancel: try cancelBySponsor()
        case .accept(let termsHash, let payout, let proof):
            try accept(termsHash: termsHash, payout: payout, proof: proof)
        case .commit(let commitment): try commit(commitment)
        case .submit(let modelCid, let dataCid, let salt):
            try submit(modelCid: modelCid, dataCid: dataCid, salt: salt)
        case .revealData(let dataCid, let salt): try revealData(dataCid, salt: salt)
        case .claim(let loss): try claim(loss)
        case .send(let to, let body): try send(body, to: to)
        case .advance: break
        }
    }
}
