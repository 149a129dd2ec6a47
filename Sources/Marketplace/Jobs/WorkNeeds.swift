import Verifier

/// The units of work of a job: what each step costs, and what all of them cost at most.
public struct WorkNeeds: Equatable, Sendable {
    /// Scoring one model on all samples.
    public let scoring: UInt64
    /// One pass over the parameters at the price of loading them.
    public let load: UInt64
    /// Parsing the evaluation data.
    public let data: UInt64
    /// All that the job may ever ask for.
    public let admitted: UInt64

    /// A submission: its load and its scoring.
    public var evaluation: UInt64 { scoring + load }
    /// FEDERATED: taking a model into a sum or out of it, or making the mean of a sum.
    public var average: UInt64 { load + load / 2 }
    /// FEDERATED: the canonical bytes of a new global model, and their hash.
    public var publication: UInt64 { 2 * load }

    init(architecture: Architecture, terms: JobTerms, dataBytes: UInt64) {
        // Below 2^20 · 2^27, and every sum below times 2^7 slots and 2^7 rounds.
        scoring = Evaluation.totalWork(architecture: architecture, samples: Int(terms.samples))
        load = architecture.loadWork
        data = (dataBytes + 3) / 4
        let slots = UInt64(terms.slots)
        let evaluation = scoring + load
        guard terms.payout == PayoutMode.federated.rawValue else {
            let models = terms.sealed ? slots : UInt64(Limits.attempts) * slots
            admitted = data + (1 + models) * evaluation
            return
        }
        let round =
            data + (2 * slots + 3) * evaluation + (5 * slots + 8) * load
            + (3 * slots + 6) * load / 2
        admitted = UInt64(max(1, terms.rounds)) * round
    }
}
