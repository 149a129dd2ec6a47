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
        let answer = allowListRoot == .zero ? Limits.answerWindow : Limits.otherWindow
        let isFederated = mode == .federated
        let limits: [ClosedRange<UInt32>] = [
            Limits.fillWindow, sealed ? Limits.otherWindow : Limits.openWindow,
            sealed ? Limits.otherWindow : 0...0, sealed && !isFederated ? answer : 0...0,
            sealed ? answer : 0...0,
        ]
        for (index, limit) in limits.enumerated() {
            try require(limit.contains(windows[index]), "windows[\(index)]")
        }
        try require(life <= Limits.life, "windows")
    }

    /// All windows that the job may have, one after the other, in seconds: each client may get a
    /// REVEAL of its own, but where who is due does not depend on the claims of others.
    private var life: UInt64 {
        let fill = UInt64(windows[0])
        let commit = UInt64(windows[1])
        guard sealed else { return fill + commit }
        let data = UInt64(windows[2])
        let reveal = UInt64(windows[4])
        switch PayoutMode(rawValue: payout) {
        case .federated?: return fill + (commit + data + reveal) * UInt64(rounds)
        case .posted?: return fill + commit + data + UInt64(windows[3]) + reveal
        case .best?, .proportional?, nil:
            return fill + commit + data + UInt64(windows[3]) + reveal * UInt64(slots)
        }
    }

    /// The absolute end of a job that is posted at `now`.
    func end(from now: UInt64) -> UInt64 {
        now.later(by: life + life / 4 + Limits.overrun)
    }

    /// The bytes that the job needs; refused when the data would not fit the architecture.
    func storage(for architecture: Architecture) throws(Refusal) -> StorageNeeds {
        guard let xDType = DataDType(rawValue: xDtype), let yKind = TargetKind(rawValue: yKind),
            let modelDType = WeightsDType(rawValue: modelDtype)
        else { throw Refusal(.internalFault, at: "terms") }
        try require(yKind == architecture.head.targetKind, "yKind")
        guard
            let needs = StorageNeeds(
                architecture: architecture, terms: self, xDType: xDType, yKind: yKind,
                modelDType: modelDType)
        else { throw Refusal(.invalidTerms, at: "terms.samples") }
        return needs
    }

    /// The work that the job may ask for; refused when it is more than the budget of a job.
    func work(for architecture: Architecture, _ storage: StorageNeeds) throws(Refusal) -> WorkNeeds
    {
        let work = WorkNeeds(
            architecture: architecture, terms: self, dataBytes: storage.evaluation)
        guard work.admitted <= Limits.jobBudget else {
            throw Refusal(.invalidTerms, at: "terms.samples: work beyond the budget of a job")
        }
        return work
    }

    private func require(_ condition: Bool, _ field: String) throws(Refusal) {
        guard condition else { throw Refusal(.invalidTerms, at: "terms.\(field)") }
    }
}
