import ABI
import Content
import Vouchers

/// The deterministic state machine: the same inputs give the same outputs everywhere.
///
/// Both entry points are total. An input is always accepted; one that is refused leaves the state
/// as it was and one error report. A deposit is credited whatever else its input says.
public struct Engine: Sendable {
    public internal(set) var configuration: Configuration
    public private(set) var state: State

    /// `drive` is content that is part of the machine.
    public init(
        configuration: Configuration = Configuration(), drive: ContentDrive = ContentDrive()
    ) {
        self.configuration = configuration
        state = State(drive: drive)
    }

    /// Handles one input.
    public mutating func advance(_ input: Input) -> Outcome {
        var outcome = Outcome()
        if let timestamp = input.metadata.blockTimestamp {
            state.lastTimestamp = timestamp
        }
        guard let sender = input.metadata.messageSender else {
            outcome.reports.append(Report.error(Refusal(.missingMetadata, at: "msg_sender")))
            return outcome
        }
        if configuration.portals.contains(sender) {
            receive(input, from: sender, &outcome)
        } else {
            run(input.payload, as: sender, input.metadata, mayRelay: true, &outcome)
        }
        #if DEBUG
            assert(state.ledger.isConserved(), "money is not conserved")
        #endif
        return outcome
    }

    /// Credits a deposit, and then runs the message that it may carry.
    private mutating func receive(_ input: Input, from portal: Address, _ outcome: inout Outcome) {
        guard
            let deposit = Deposit(
                payload: input.payload, from: portal, of: configuration.portals)
        else {
            outcome.reports.append(Report.error(Refusal(.malformedDeposit)))
            return
        }
        do throws(Refusal) {
            // Without its own address the application could not send anything back.
            if let application = input.metadata.appContract,
                !state.hasRoom(for: deposit, configuration)
            {
                write(try state.decideReturn(of: deposit, from: application), &outcome)
                throw Refusal(.ledgerFull)
            }
            write(try state.decideDeposit(deposit), &outcome)
        } catch {
            outcome.reports.append(Report.error(error))
            return
        }
        guard !deposit.executionLayerData.isEmpty else { return }
        run(
            deposit.executionLayerData, as: deposit.depositor, input.metadata, mayRelay: false,
            &outcome)
    }

    /// Runs one message. Only an input's own message may be a relay.
    private mutating func run(
        _ payload: [UInt8], as sender: Address, _ metadata: Metadata, mayRelay: Bool,
        _ outcome: inout Outcome
    ) {
        do throws(Refusal) {
            let message = try Message(payload: payload)
            let context = try Context(metadata, sender: sender, configuration)
            guard case .relay(let relay, let signature) = message else {
                write(try state.decide(message, context), &outcome)
                return
            }
            guard mayRelay else { throw Refusal(.nestedRelay) }
            try state.check(relay, signature: signature, context)
            // The signer meant this message to be tried once, whatever comes of it.
            state.consumeNonce(of: relay.signer)
            run(relay.message, as: relay.signer, metadata, mayRelay: false, &outcome)
        } catch {
            outcome.reports.append(Report.error(error))
        }
    }

    private mutating func write(_ decision: Decision, _ outcome: inout Outcome) {
        guard state.apply(decision) else {
            outcome.reports.append(Report.error(Refusal(.internalFault, at: "ledger")))
            return
        }
        outcome.outputs.append(contentsOf: decision.outputs)
        outcome.reports.append(contentsOf: decision.reports)
    }
}

extension State {
    /// What a message will do. Reads, and writes nothing.
    func decide(_ message: Message, _ context: Context) throws(Refusal) -> Decision {
        switch message {
        case .postJob(let terms, let termsHash):
            return try decidePosting(terms, termsHash: termsHash, context)
        case .withdraw(let withdrawal):
            return try decideWithdrawal(withdrawal, context)
        case .relay:
            throw Refusal(.internalFault, at: "dispatch")
        case .cancelJob(let job), .advance(let job), .acceptJob(let job, _, _, _),
            .upload(let job, _), .commit(let job, _), .submit(let job, _, _, _),
            .revealData(let job, _, _), .claim(let job, _), .sendMessage(let job, _, _):
            var turn = Turn(at: try liveJob(job), state: self, context: context)
            try turn.rollForward()
            try turn.run(message)
            try turn.rollForward()
            return turn.finish()
        }
    }
}

extension Turn {
    /// The message's own part, at a job that has been rolled forward.
    fileprivate mutating func run(_ message: Message) throws(Refusal) {
        switch message {
        case .cancelJob:
            try cancelBySponsor()
        case .acceptJob(_, let termsHash, let payout, let proof):
            try accept(termsHash: termsHash, payout: payout, proof: proof)
        case .upload(_, let chunk):
            try upload(chunk)
        case .commit(_, let commitment):
            try commit(commitment)
        case .submit(_, let modelCid, let dataCid, let salt):
            try submit(modelCid: modelCid, dataCid: dataCid, salt: salt)
        case .revealData(_, let dataCid, let salt):
            try revealData(dataCid, salt: salt)
        case .claim(_, let loss):
            try claim(loss)
        case .sendMessage(_, let to, let body):
            try send(body, to: to)
        case .advance:
            break
        case .postJob, .withdraw, .relay:
            throw Refusal(.internalFault, at: "dispatch")
        }
    }
}
