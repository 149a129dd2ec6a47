import ABI

/// What became of each job, gathered from the notices.
struct JobSummaries: Equatable, Sendable {
    struct Summary: Equatable, Sendable {
        let id: UInt256
        let sponsor: Address
        let token: Address
        let reward: UInt256
        let slots: UInt256
        var state = "filling"
        var accepted = 0
        var submissions = 0
        var paid = 0
        /// Loss sum of the base model, known once something was scored against it.
        var baseLoss: UInt256?
        var bestLoss: UInt256?
        var bestCorrect: UInt64?
        var samples: UInt64 = 0
        var refund: UInt256?
    }

    private(set) var all: [Summary] = []

    mutating func note(_ notice: DecodedCall) {
        if notice.name == "JobPosted" {
            all.append(
                Summary(
                    id: notice.number("jobId"), sponsor: notice.address("sponsor"),
                    token: notice.address("token"), reward: notice.number("reward"),
                    slots: notice.number("slots")))
            return
        }
        guard let index = all.firstIndex(where: { $0.id == notice.number("jobId") }) else { return }
        switch notice.name {
        case "JobAccepted": all[index].accepted += 1
        case "JobOpened": all[index].state = "open"
        case "RewardIssued": all[index].paid += 1
        case "SubmissionScored": all[index].note(score: notice)
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
        // The first score is against the base model; later ones may be against an accepted one.
        if baseLoss == nil { baseLoss = notice.number("baseLoss") }
        if notice.bool("accepted") {
            bestLoss = notice.number("loss")
            bestCorrect = notice.number("correct").asUInt64
        }
    }
}
