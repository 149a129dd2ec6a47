import ABI
import Verifier

extension JobTerms {
    /// What this version does not do yet, it refuses, so that nobody escrows money for it.
    func checkSupported() throws(Refusal) {
        guard payout <= 3 else { throw Refusal(.invalidTerms, at: "terms.payout") }
        guard payout == 0 else { throw Refusal(.unsupported, at: "terms.payout") }
        guard !sealed else { throw Refusal(.unsupported, at: "terms.sealed") }
        guard allowListRoot == .zero else {
            throw Refusal(.unsupported, at: "terms.allowListRoot")
        }
    }

    /// The limits of single fields and of pairs of them, in the order of the tuple.
    func checkLimits() throws(Refusal) {
        try require(reward > 0, "reward")
        try require(slots >= 1 && slots <= Limits.slots, "slots")
        // A job that is not federated has one round, named or not.
        try require(rounds <= 1, "rounds")
        try require(
            UInt256(clientBond * UInt128(Limits.bondDivisor)) >= UInt256(reward), "clientBond")
        try require(minImprovementPpm <= Limits.minImprovementPpm, "minImprovementPpm")
        try require(samples >= 1 && samples <= 1 << 20, "samples")
        try require(DataDType(rawValue: xDtype) != nil, "xDtype")
        try require(TargetKind(rawValue: yKind) != nil, "yKind")
        try require(WeightsDType(rawValue: modelDtype) != nil, "modelDtype")
        try require(evaluation.count == 1, "evaluation")
        try require(windows.count == 5, "windows")
        try require(Limits.fillWindow.contains(windows[0]), "windows[0]")
        try require(Limits.openWindow.contains(windows[1]), "windows[1]")
        for index in 2..<5 {
            try require(windows[index] == 0, "windows[\(index)]")
        }
    }

    /// The bytes that the job needs; refused when the data would not fit the architecture.
    func storage(for architecture: Architecture) throws(Refusal) -> StorageNeeds {
        guard let xDType = DataDType(rawValue: xDtype), let yKind = TargetKind(rawValue: yKind),
            let modelDType = WeightsDType(rawValue: modelDtype)
        else { throw Refusal(.internalFault, at: "terms") }
        try require(yKind == architecture.head.targetKind, "yKind")
        guard
            let needs = StorageNeeds(
                architecture: architecture, samples: samples, xDType: xDType, yKind: yKind,
                modelDType: modelDType, slots: slots)
        else { throw Refusal(.invalidTerms, at: "terms.samples") }
        return needs
    }

    /// All evaluations of the job: the base model, and three for each slot.
    func checkWork(for architecture: Architecture) throws(Refusal) {
        let evaluations = 1 + UInt64(Limits.attempts) * UInt64(slots)
        let work = Evaluation.totalWork(architecture: architecture, samples: Int(samples))
        // Below 2^20 · 2^27 + 2^22, times 193.
        guard (work + architecture.loadWork) * evaluations <= Limits.jobBudget else {
            throw Refusal(.invalidTerms, at: "terms.samples: work beyond the budget of a job")
        }
    }

    private func require(_ condition: Bool, _ field: String) throws(Refusal) {
        guard condition else { throw Refusal(.invalidTerms, at: "terms.\(field)") }
    }
}
