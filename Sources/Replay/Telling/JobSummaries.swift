import ABI
import Marketplace

/// What became of each job, gathered from the notices.
struct JobSummaries: Equatable, Sendable {
    struct Summary: Equatable, Sendable {
        let id: UInt256
        let sponsor: Address
        let token: Address
        let reward: UInt256
        let slots: UInt256
        let isSealed: Bool
        let isFederated: Bool
        var state = "filling"
        /// Places that were ever taken; a federated job's may be lost and taken again.
        var takenSlots: [UInt256] = []
        var submissions = 0
        var paid = 0
        /// Loss sum of the base model, known once something was scored against it. FEDERATED: no
        /// notice has it; that of the global model after the first round that was measured.
        var baseLoss: UInt256?
        /// Of the best model, or the last global one.
        var bestLoss: UInt256?
        var bestCorrect: UInt64?
        var samples: UInt64 = 0
        /// FEDERATED: the global model after the last round that has closed, at first the base model.
        var globalCid: [UInt8] = []
        var measuredRounds = 0
        /// Whether the last round has made a new global model.
        var hasNewGlobal = false
        var refund: UInt256?
    }

    private(set) var all: [Summary] = []

    func job(_ id: UInt256) -> Summary? {
        all.first { $0.id == id }
    }

    mutating func note(_ notice: DecodedCall) {
        if notice.name == "JobPosted" {
            all.append(
                Summary(
                    id: notice.number("jobId"), sponsor: notice.address("sponsor"),
                    token: notice.address("token"), reward: notice.number("reward"),
                    slots: notice.number("slots"), isSealed: notice.bool("sealed"),
                    isFederated: notice.number("payout")
                        == UInt256(UInt64(PayoutMode.federated.rawValue))))
            return
        }
        guard let index = all.firstIndex(where: { $0.id == notice.number("jobId") }) else { return }
        switch notice.name {
        case "JobAccepted":
            let slot = notice.number("slot")
            if !all[index].takenSlots.contains(slot) { all[index].takenSlots.append(slot) }
        case "ContentStored":
            // FILLING ends with the base model.
            if all[index].state == "filling" { all[index].globalCid = notice.bytes("cid") }
        case "JobOpened": all[index].state = "open"
        case "RewardIssued": all[index].paid += 1
        case "SubmissionScored": all[index].note(score: notice)
        case "RoundClosed": all[index].note(round: notice)
        case "JobSettled":
            all[index].state = "settled"
            all[index].refund = notice.number("refund")
        case "JobCancelled": all[index].state = "cancelled"
        case "JobDefaulted": all[index].state = "defaulted"
        default: break
        }
    }
}

extension JobSummaries.Summary {
    fileprivate mutating func note(score notice: DecodedCall) {
        submissions += 1
        samples = notice.number("samples").asUInt64 ?? 0
        // Its losses are those of means, not of models that anybody keeps.
        if isFederated { return }
        // The first score is against the base model; later ones may be against an accepted one.
        if baseLoss == nil { baseLoss = notice.number("baseLoss") }
        let loss = notice.number("loss")
        if notice.bool("accepted"), bestLoss.map({ loss < $0 }) ?? true {
            bestLoss = loss
            bestCorrect = notice.number("correct").asUInt64
        }
    }

    fileprivate mutating func note(round notice: DecodedCall) {
        let cid = notice.bytes("globalCid")
        let loss = notice.number("loss")
        hasNewGlobal = cid != globalCid
        globalCid = cid
        // A round in which nothing was measured says 0.
        guard !loss.isZero else { return }
        if baseLoss == nil { baseLoss = loss }
        bestLoss = loss
        measuredRounds += 1
    }
}
