import ABI

/// The scoring of a federated round: what comes next, and what is known.
struct FederatedModel {
    enum Work {
        case base
        case load(Int)
        case all
        case without(Int)
        case drop(Int)
        case chosen
        /// The chosen mean becomes the global model; its loss.
        case renew(UInt64)
    }

    struct Update {
        let slot: Int
        /// Nil until it was loaded, and when it does not count.
        var parameters: [Int32]?
        var gain: Int64 = 0
    }

    var work = Work.base
    var updates: [Update]
    var base: UInt64 = 0
    var lossOfAll: UInt64 = 0

    func parameters(where isIn: (Int, Update) -> Bool) -> [[Int32]] {
        updates.enumerated().filter { isIn($0.offset, $0.element) }
            .compactMap { $0.element.parameters }
    }

    var helpful: [[Int32]] { parameters { _, update in update.gain > 0 } }

    /// `global + ⌊(Σ Δ + ⌊n/2⌋) / n⌋` for each parameter, floor division.
    static func mean(_ models: [[Int32]], over global: [Int32]) -> [Int32] {
        if models.isEmpty { return global }
        let n = models.count
        return global.indices.map { index in
            let g = Int(global[index])
            let sum = models.map { Int($0[index]) - g }.reduce(0, +) + n / 2
            let floor = sum >= 0 ? sum / n : -((-sum + n - 1) / n)
            return Int32(clamping: g + floor)
        }
    }

    /// Whether Σ d² of an update is at most normBound².
    static func isWithin(_ bound: UInt64, _ model: [Int32], of global: [Int32]) -> Bool {
        let squares = zip(model, global).map { a, b in
            let d = UInt128((Int64(a) - Int64(b)).magnitude)
            return d * d
        }
        return squares.reduce(0, +) <= UInt128(bound) * UInt128(bound)
    }
}
