import ABI
import Content
import Marketplace

/// Single inputs on a state that already holds many jobs and accounts.
///
/// Every message is measured several times, each time at new jobs of its own.
enum StateWorkloads {
    private static var repetitions: UInt64 { 9 }

    /// Fills an engine with `jobs` jobs and `accounts` accounts, and measures.
    static func run(jobs: UInt64, accounts: UInt64) {
        var crowd = Crowd()
        fill(&crowd, jobs: jobs, accounts: accounts)
        // Nothing happens here: the plugin says how much memory is held.
        Measurement.run("memory") {}
        let signer = Signer(number: 1)
        crowd.deposit(to: signer.address)
        for repetition in 0..<repetitions {
            unsealed(&crowd, repetition, signer)
            sealed(&crowd, repetition)
            inspects(&crowd, repetition)
        }
    }

    /// Measures the inputs with which tables grow past powers of two: new accounts, up to `accounts`
    /// of them, and jobs that come and go, up to `jobs`.
    static func grow(jobs: UInt64, accounts: UInt64) {
        var crowd = Crowd()
        for number in 0..<accounts {
            crowd.deposit(
                to: Crowd.account(number),
                as: isNearPower(number) ? "deposit of a new account" : nil)
        }
        for job in 0..<jobs {
            let sponsor = Crowd.account(job % 16)
            let terms = SmallJob.terms(
                sponsor: sponsor, isSealed: false, number: job, openWindow: SmallJob.longWindow)
            let isMeasured = isNearPower(job)
            crowd.send(
                MessageFunctions.postJob, terms, .number(.max), from: sponsor,
                as: isMeasured ? "postJob" : nil)
            crowd.send(
                MessageFunctions.cancelJob, .uint(job), from: sponsor,
                as: isMeasured ? "cancelJob" : nil)
        }
    }

    /// Within eight of a power of two from 2^5 on.
    private static func isNearPower(_ number: UInt64) -> Bool {
        guard number >= 24 else { return false }
        let power =
            UInt64(1) << UInt64((number + 8).bitWidth - 1 - (number + 8).leadingZeroBitCount)
        return number + 8 - power <= 16
    }

    /// All accounts have a balance. Half of the jobs, but at most 1,000, are live and open, with two
    /// clients each, of which one has committed; the others were cancelled.
    private static func fill(_ crowd: inout Crowd, jobs: UInt64, accounts: UInt64) {
        for number in 0..<max(accounts, 16) { crowd.deposit(to: Crowd.account(number)) }
        let live = min(jobs / 2, 1_000)
        for job in 0..<jobs {
            let sponsor = Crowd.account(job % accounts)
            let terms = SmallJob.terms(
                sponsor: sponsor, isSealed: false, number: job, openWindow: SmallJob.longWindow)
            crowd.send(MessageFunctions.postJob, terms, .number(.max), from: sponsor)
            guard job + live >= jobs else {
                crowd.send(MessageFunctions.cancelJob, .uint(job), from: sponsor)
                continue
            }
            upload(&crowd, SmallJob.base(job), job: job, from: sponsor)
            upload(&crowd, SmallJob.data(job), job: job, from: sponsor)
            for place in 1...2 as ClosedRange<UInt64> {
                accept(&crowd, job, terms, as: Crowd.account((job + place) % accounts))
            }
            let client = Crowd.account((job + 1) % accounts)
            crowd.send(
                MessageFunctions.commit, .uint(job),
                SmallJob.commitment(to: SmallJob.model(weight: 1), of: client, job: job),
                from: client)
        }
    }

    private static func upload(
        _ crowd: inout Crowd, _ blob: [UInt8], job: UInt64, from sender: Address,
        as name: String? = nil
    ) {
        crowd.send(
            MessageFunctions.upload, .uint(job), .bytes(CID.raw(blob).binary),
            .uint(UInt64(blob.count)), .uint(0), .bytes(blob), from: sender, as: name)
    }

    private static func accept(
        _ crowd: inout Crowd, _ job: UInt64, _ terms: ABIValue, as client: Address,
        measured name: String? = nil
    ) {
        crowd.send(
            MessageFunctions.acceptJob, .uint(job), .bytes32(SmallJob.termsHash(terms)),
            .address(client), .array([]), from: client, as: name)
    }

    /// A new account, an unsealed job from its posting to its settlement, and a cancelled one.
    private static func unsealed(_ crowd: inout Crowd, _ repetition: UInt64, _ signer: Signer) {
        let newcomer = Crowd.account(1 << 32 + repetition)
        crowd.deposit(to: newcomer, as: "deposit of a new account")
        crowd.deposit(to: newcomer, as: "deposit")
        let sponsor = Crowd.account(repetition)
        let number = 1 << 17 + repetition
        let terms = SmallJob.terms(sponsor: sponsor, isSealed: false, number: number)
        let doomed = crowd.jobs
        crowd.send(MessageFunctions.postJob, terms, .number(.max), from: sponsor, as: "postJob")
        crowd.send(MessageFunctions.cancelJob, .uint(doomed), from: sponsor, as: "cancelJob")

        let job = crowd.jobs
        crowd.send(MessageFunctions.postJob, terms, .number(.max), from: sponsor)
        upload(
            &crowd, SmallJob.base(number), job: job, from: sponsor, as: "upload, base model")
        upload(
            &crowd, SmallJob.data(number), job: job, from: sponsor,
            as: "upload, data, opens the job")
        accept(&crowd, job, terms, as: newcomer, measured: "acceptJob")
        accept(&crowd, job, terms, as: signer.address)
        let model = SmallJob.model(weight: 60_000 + UInt16(repetition))
        let commitment = SmallJob.commitment(to: model, of: newcomer, job: job)
        crowd.send(MessageFunctions.commit, .uint(job), commitment, from: newcomer, as: "commit")
        relay(&crowd, repetition, signer, job)
        crowd.send(
            MessageFunctions.sendMessage, .uint(job), .address(sponsor),
            .bytes([UInt8](repeating: 0x41, count: 64)), from: newcomer, as: "sendMessage")
        crowd.now += 600
        upload(&crowd, model, job: job, from: newcomer, as: "upload, a submission")
        crowd.send(
            MessageFunctions.submit, .uint(job), .bytes(CID.raw(model).binary),
            .bytes(CID.raw(SmallJob.data(number)).binary), .bytes32(SmallJob.salt), from: newcomer,
            as: "submit, with scoring and a reward")
        crowd.send(MessageFunctions.advance, .uint(job), from: newcomer, as: "advance, nothing due")
        crowd.send(
            MessageFunctions.withdrawEther, .uint(1), .bytes([]), from: newcomer,
            as: "WithdrawEther")
        crowd.now += SmallJob.openWindow
        crowd.measureEnd("advance, settles", of: job, from: sponsor)
    }

    private static func relay(
        _ crowd: inout Crowd, _ repetition: UInt64, _ signer: Signer, _ job: UInt64
    ) {
        let message = RelayMessage(
            // One `acceptJob` and one relay in each repetition.
            signer: signer.address, nonce: UInt256(2 * repetition + 1), deadline: .max,
            message: CodecWorkloads.encode(
                MessageFunctions.commit, [.uint(job), .bytes32(SmallJob.salt)]))
        let domain = RelayMessage.domain(chainID: Crowd.chainID, application: Crowd.application)
        let signature = signer.sign(message.digest(separator: domain.separator))
        crowd.send(
            MessageFunctions.relay, .address(message.signer), .number(message.nonce),
            .uint(message.deadline), .bytes(message.message), .bytes(signature),
            from: Crowd.account(0), as: "relay of a commit")
    }

    /// A sealed job of two clients, from its posting to its settlement.
    private static func sealed(_ crowd: inout Crowd, _ repetition: UInt64) {
        let sponsor = Crowd.account(repetition)
        let clients = [Crowd.account(10 + repetition % 3), Crowd.account(13 + repetition % 3)]
        let number = 1 << 17 + 1 << 8 + repetition
        let terms = SmallJob.terms(sponsor: sponsor, isSealed: true, number: number)
        let job = crowd.jobs
        crowd.send(
            MessageFunctions.postJob, terms, .number(.max), from: sponsor, as: "postJob, sealed")
        upload(&crowd, SmallJob.base(number), job: job, from: sponsor)
        var models: [[UInt8]] = []
        for (place, client) in clients.enumerated() {
            models.append(SmallJob.model(weight: 50_000 + UInt16(2 * repetition) + UInt16(place)))
            accept(&crowd, job, terms, as: client)
            crowd.send(
                MessageFunctions.commit, .uint(job),
                SmallJob.commitment(to: models[place], of: client, job: job), from: client)
        }
        crowd.now += SmallJob.window
        upload(
            &crowd, SmallJob.data(number), job: job, from: sponsor,
            as: "upload, data of a sealed job")
        crowd.send(
            MessageFunctions.revealData, .uint(job), .bytes(CID.raw(SmallJob.data(number)).binary),
            .bytes32(SmallJob.salt), from: sponsor, as: "revealData")
        for (place, client) in clients.enumerated() {
            crowd.send(
                MessageFunctions.claim, .uint(job), .uint(loss(of: models[place], number)),
                from: client, as: "claim")
        }
        crowd.now += SmallJob.answerWindow
        crowd.send(
            MessageFunctions.advance, .uint(job), from: sponsor, as: "advance, opens the reveal")
        // The better of the two: the weight is larger.
        upload(&crowd, models[1], job: job, from: clients[1])
        crowd.send(
            MessageFunctions.submit, .uint(job), .bytes(CID.raw(models[1]).binary),
            .bytes(CID.raw(SmallJob.data(number)).binary), .bytes32(SmallJob.salt),
            from: clients[1], as: "submit, settles a sealed job")
    }

    private static func loss(of model: [UInt8], _ number: UInt64) -> UInt64 {
        Blobs.loss(of: model, SmallJob.architecture, SmallJob.data(number))
    }

    private static func inspects(_ crowd: inout Crowd, _ repetition: UInt64) {
        crowd.measureInspect("inspect version", "version")
        crowd.measureInspect("inspect a job that has ended", "jobs/\(crowd.jobs - 3)")
        crowd.measureInspect("inspect five open jobs", "jobs?phase=open&limit=5")
        crowd.measureInspect("inspect five cancelled jobs", "jobs?phase=cancelled&limit=5")
        crowd.measureInspect("inspect a settled job of a page", "jobs?phase=settled&limit=1")
        crowd.measureInspect(
            "inspect an account", "accounts/\(Crowd.account(1 << 32 + repetition).checksummed)")
        crowd.measureInspect("inspect audit", "audit")
    }
}
