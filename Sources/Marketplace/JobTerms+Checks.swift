import ABI
import Verifier

extension JobTerms {
    /// The limits of single fields and of pairs of them, in the order of the tuple.
    func checkLimits() throws(Refusal) {
        guard let mode = PayoutMode(rawValue: payout) else {
            throw Refusal(.invalidTerms, at: "terms.payout")
        }
        // Payouts relative to others need data that nobody can fit.
        guard sealed || mode == .posted else {
            throw Refusal(.invalidTerms, at: "terms.sealed")
        }
        try require(reward > 0, "reward")
        try require(slots >= 1 && slots <= Limits.slots, "slots")
        if mode == .federated {
            try require(rounds >= 1 && rounds <= Limits.rounds, "rounds")
        } else {
            // A job that is not federated has one round, named or not.
            try require(rounds <= 1, "rounds")
        }
        try require(
            UInt256(clientBond * UInt128(Limits.bondDivisor)) >= UInt256(reward), "clientBond")
        try require(!sealed || sponsorBond >= clientBond, "sponsorBond")
        try require(minImprovementPpm <= Limits.minImprovementPpm, "minImprovementPpm")
        try require(mode != .federated || normBound > 0, "normBound")
        try require(samples >= 1 && samples <= 1 << 20, "samples")
        try require(DataDType(rawValue: xDtype) != nil, "xDtype")
        try require(TargetKind(rawValue: yKind) != nil, "yKind")
        try require(WeightsDType(rawValue: modelDtype) != nil, "modelDtype")
        try require(evaluation.count == Int(max(1, rounds)), "evaluation")
        try checkWindows(mode)
    }

    /// Fill; open or commit; data, claim and reveal as far as the job has them, else zero.
    private func checkWindows(_ mode: PayoutMode) throws(Refusal) {
        try require(windows.count == 5, "windows")
        try require(Limits.fillWindow.contains(windows[0]), "windows[0]")
        let isUsed = [sealed, sealed && mode != .federated, sealed]
        try require(
            (sealed ? Limits.otherWindow : Limits.openWindow).contains(windows[1]), "windows[1]")
        for (index, isUsed) in isUsed.enumerated() {
            let window = windows[index + 2]
            try require(
                isUsed ? Limits.otherWindow.contains(window) : window == 0,
                "windows[\(index + 2)]")
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
                modelDType: modelDType, slots: slots,
                isFederated: payout == PayoutMode.federated.rawValue)
        else { throw Refusal(.invalidTerms, at: "terms.samples") }
        return needs
    }

    /// All evaluations, with the loading of their models. Unsealed: the base model and three for
    /// each slot. Sealed: the base model and one for each slot. FEDERATED, in each round: base,
    /// mean, a mean without each update, the next global model, and every update loaded.
    func checkWork(for architecture: Architecture) throws(Refusal) {
        let slots = UInt64(slots)
        let evaluations: UInt64
        if payout == PayoutMode.federated.rawValue {
            evaluations = UInt64(rounds) * (2 * slots + 3)
        } else {
            evaluations = 1 + (sealed ? slots : UInt64(Limits.attempts) * slots)
        }
        let work = Evaluation.totalWork(architecture: architecture, samples: Int(samples))
        // Below 2^20 · 2^27 + 2^22, times 13,100.
        guard (work + architecture.loadWork) * evaluations <= Limits.jobBudget else {
            throw Refusal(.invalidTerms, at: "terms.samples: work beyond the budget of a job")
        }
    }

    private func require(_ condition: Bool, _ field: String) throws(Refusal) {
        guard condition else { throw Refusal(.invalidTerms, at: "terms.\(field)") }
    }
}
