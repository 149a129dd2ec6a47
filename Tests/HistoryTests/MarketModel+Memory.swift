import ABI
import Marketplace
import Vouchers

// What is remembered of jobs that are over.
extension MarketModel {
    /// Only the last ones that have ended are remembered.
    func isForgotten(_ job: Int) -> Bool { ended.dropLast(rememberedJobs).contains(job) }

    /// A job that ends stays in the lists of its clients until there are too many of later ones,
    /// and in all until it is forgotten.
    mutating func noteEnd(of job: Int) {
        ended.append(job)
        while true {
            let old = slotLists.filter { ended.contains($0.job) }
            guard old.count > rememberedEntries,
                let first = ended.first(where: { job in old.contains { $0.job == job } }),
                let client = old.filter({ $0.job == first }).map({ $0.client }).min()
            else { break }
            slotLists.removeAll { $0 == (client, first) }
        }
        slotLists = slotLists.filter { !isForgotten($0.job) }
    }

    /// Jobs that the account posted, and in which it took a slot, as far as they are listed.
    func posted(by account: Address) -> [UInt64] {
        jobs.filter { $0.sponsor == account && !isForgotten($0.id) }.map { UInt64($0.id) }
    }

    func slots(of account: Address) -> [UInt64] {
        slotLists.filter { $0.client == account }.map { UInt64($0.job) }.sorted()
    }
}

/// Which outputs paid whom: the order of outputs is the engine's own affair, so it is the engine's
/// outputs that are counted, and the model that says on whose account each voucher is.
struct PayeeModel {
    private var outputs: UInt64
    private var entries: [(output: UInt64, payee: Address)] = []
    /// Whether an entry was forgotten.
    private(set) var hasForgotten = false

    /// Begins with the output that has this global index.
    init(from index: UInt64) { outputs = index }

    mutating func note(_ outcome: Outcome, _ effects: Effects, _ model: MarketModel) {
        var payees = effects.payees[...]
        for output in outcome.outputs {
            if output.destination != nil, let payee = payees.popFirst(), model.nonces[payee] != nil
            {
                entries.append((outputs, payee))
            }
            outputs += 1
            if entries.count > model.rememberedEntries {
                entries.removeFirst()
                hasForgotten = true
            }
        }
    }

    func vouchers(of account: Address) -> [UInt64] {
        entries.filter { $0.payee == account }.map { $0.output }
    }
}
