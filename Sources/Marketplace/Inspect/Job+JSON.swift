import ABI
import Content
import JSON
import Verifier
import Vouchers

extension Job {
    /// What a list shows.
    func writeSummary(
        to json: inout JSONWriter, phaseNow: PhaseName, _ configuration: Configuration
    ) {
        json.number("id", id)
        json.string("sponsor", sponsor.checksummed)
        json.string("phase", storedPhase.rawValue)
        json.string("phaseNow", phaseNow.rawValue)
        json.number("nextDeadline", nextDeadline)
        json.number("endsBy", endsBy)
        json.number("advancesLeft", advancesLeft(configuration))
        json.string("payout", payout.name.description)
        json.bool("sealed", terms.sealed)
        json.string("trust", trust.description)
        json.beginObject("asset")
        json.asset(asset)
        json.endObject()
        json.amount("reward", terms.reward)
        json.number("slots", UInt64(terms.slots))
        json.number("slotsTaken", UInt64(takenSlots))
        json.number("slotsPaid", UInt64(paidSlots))
        json.number("round", UInt64(round))
        json.number("rounds", UInt64(max(1, terms.rounds)))
        json.number("minImprovementPpm", UInt64(terms.minImprovementPpm))
        json.number("postedAt", postedAt)
        json.number("samples", UInt64(terms.samples))
        writeLosses(to: &json)
    }

    /// Whom a client has to trust: for data that makes sense only, or not to compete in disguise.
    private var trust: StaticString {
        terms.sealed && payout == .posted ? "data" : "sponsor"
    }

    private var baseMetrics: Metrics? {
        switch phase {
        case .open(let phase): return phase.baseMetrics
        case .claim(let phase): return phase.base
        case .reveal(let phase): return phase.base
        case .score(let phase): return phase.scoring.base
        case .filling, .commit, .data, .gather: return nil
        }
    }

    private func writeLosses(to json: inout JSONWriter) {
        let base = baseMetrics
        var lossToBeat = base?.loss
        if case .open(let phase) = phase { lossToBeat = phase.lossToBeat }
        json.loss("baseLoss", base?.loss)
        json.number("baseCorrect", base.map { UInt64($0.correct) })
        json.loss("lossToBeat", lossToBeat)
    }

    /// Everything about a live job.
    func write(
        to json: inout JSONWriter, phaseNow: PhaseName, _ files: FileStore,
        _ configuration: Configuration
    ) {
        writeSummary(to: &json, phaseNow: phaseNow, configuration)
        json.hex("termsHash", termsHash.bytes)
        writeWindow(to: &json)
        json.rawCID("globalModelCid", global?.digest)
        var best: Open.Best?
        if case .open(let phase) = phase { best = phase.best }
        json.string("bestModelCid", best?.modelCid.text)
        writeTerms(to: &json)
        writeContent(to: &json, files)
        writeCost(to: &json, configuration)
    }

    /// The window that is open, or null for phases that have none.
    private func writeWindow(to json: inout JSONWriter) {
        let window: (opensAt: UInt64, closesAt: UInt64)?
        switch phase {
        case .filling, .data, .score: window = nil
        case .open(let phase): window = (phase.opensAt, phase.closesAt)
        case .commit(let phase): window = (phase.opensAt, phase.closesAt)
        case .claim(let phase): window = (phase.opensAt, phase.closesAt)
        case .reveal(let phase): window = (phase.opensAt, phase.closesAt)
        case .gather(let phase): window = (phase.opensAt, phase.closesAt)
        }
        json.number("opensAt", window?.opensAt)
        json.number("closesAt", window?.closesAt)
    }

    private func writeTerms(to json: inout JSONWriter) {
        json.beginObject("terms")
        json.amount("clientBond", terms.clientBond)
        json.amount("sponsorBond", terms.sponsorBond)
        json.string("normBound", "\(terms.normBound)")
        json.hex("arch", terms.arch)
        json.hex("archId", architecture.id.bytes)
        json.number("parameters", UInt64(architecture.parameterCount))
        json.number("xDtype", UInt64(terms.xDtype))
        json.number("yKind", UInt64(terms.yKind))
        json.number("modelDtype", UInt64(terms.modelDtype))
        json.cid("trainerCid", terms.trainerCid)
        json.cid("metadataCid", terms.metadataCid)
        json.beginArray("evaluation")
        for hash in terms.evaluation { json.hex(hash.bytes) }
        json.endArray()
        json.hex("jobSalt", terms.jobSalt.bytes)
        json.beginArray("windows")
        for window in terms.windows { json.number(UInt64(window)) }
        json.endArray()
        json.hex("allowListRoot", terms.allowListRoot.bytes)
        json.endObject()
    }

    private func writeContent(to json: inout JSONWriter, _ files: FileStore) {
        json.beginObject("content")
        json.string("baseModelCid", baseCid.text)
        json.bool("baseModelStored", files.file(.base, of: id)?.whole != nil)
        let data = files.file(.data, of: id)?.whole
        json.rawCID("dataCid", data?.digest ?? (terms.sealed ? nil : terms.evaluation[0]))
        json.bool("dataStored", data != nil)
        json.number("baseModelSize", storage.base)
        json.number("dataSize", storage.evaluation)
        json.number("modelSize", storage.model)
        json.endObject()
    }

    private func writeCost(to json: inout JSONWriter, _ configuration: Configuration) {
        json.beginObject("cost")
        json.number("reservedBytes", storage.reserved)
        json.amount("storageBond", storage.bond)
        json.number("workPerSample", architecture.workPerSample)
        json.string("evaluationWork", "\(work.evaluation)")
        json.string("admittedWork", "\(work.admitted)")
        json.string("inputBudget", "\(configuration.inputBudget)")
        json.endObject()
    }

    /// Every file of the job: base, data, models by slot, global.
    func writeFiles(to json: inout JSONWriter, _ store: FileStore) {
        json.beginArray("files")
        for file in store.files(of: id) {
            json.beginObject()
            json.string("kind", file.kind.name.description)
            json.string("owner", file.owner.isZero ? nil : file.owner.checksummed)
            var number: UInt64?
            if case .model(let slot) = file.kind { number = UInt64(slot) }
            json.number("slot", number)
            json.string("cid", file.cid.text)
            json.number("size", UInt64(file.size))
            json.number("received", UInt64(file.received))
            json.number("due", file.whole == nil ? UInt64(file.received) : nil)
            json.bool("whole", file.whole != nil)
            json.bool("inUse", file.isInUse)
            json.endObject()
        }
        json.endArray()
    }
}

extension FileKind {
    fileprivate var name: StaticString {
        switch self {
        case .base: return "base"
        case .data: return "data"
        case .model: return "model"
        case .global: return "global"
        }
    }
}

extension EndedJob {
    /// All that is left of a job.
    func write(to json: inout JSONWriter) {
        json.number("id", id)
        json.string("sponsor", sponsor.checksummed)
        json.string("phase", storedPhase.rawValue)
        json.string("phaseNow", storedPhase.rawValue)
        var reason: CancelReason?
        if case .cancelled(let why) = outcome { reason = why }
        json.string("reason", reason?.name.description)
        json.string("payout", payout.name.description)
        json.bool("sealed", isSealed)
        json.beginObject("asset")
        json.asset(Asset(token: token))
        json.endObject()
        json.amount("reward", reward)
        json.number("slots", UInt64(slots))
        json.number("slotsTaken", UInt64(slotsTaken))
        json.number("slotsPaid", UInt64(paidSlots))
        json.number("rounds", UInt64(rounds))
        json.hex("termsHash", termsHash.bytes)
        json.number("postedAt", postedAt)
        json.number("endedAt", endedAt)
        json.number("samples", UInt64(samples))
        json.loss("baseLoss", baseLoss)
        json.loss("bestLoss", bestLoss)
        json.rawCID("bestModelCid", modelDigest)
    }
}

extension JSONWriter {
    mutating func loss(_ name: StaticString, _ loss: UInt64?) {
        string(name, loss.map { "\($0)" })
    }

    /// The raw CID over a digest; null when there is none.
    fileprivate mutating func rawCID(_ name: StaticString, _ digest: Bytes32?) {
        string(name, digest.map { CID.raw(digest: $0).text })
    }

    /// A CID that was checked when the job was posted; null when none was given.
    fileprivate mutating func cid(_ name: StaticString, _ bytes: [UInt8]) {
        string(name, (try? CID(bytes))?.text)
    }
}
