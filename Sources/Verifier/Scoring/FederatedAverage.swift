/// The exact mean of what several models changed in a global model, all with equal weight.
///
/// G(S) = global + ⌊(Σ Δ_i + ⌊|S|/2⌋)/|S|⌋ per parameter, where Δ_i = model_i − global. The totals
/// are exact, so leaving one model out is a subtraction and the order of adding is without effect.
/// A mean lies between the smallest and the largest of its models: it never saturates.
public struct FederatedAverage: Sendable {
    private let global: Model
    /// Σ Δ_i: at most 2^32 per model, so 2^30 models fit with room to spare.
    private var totals: [Int64]
    /// Models in the sum.
    public private(set) var count = 0

    /// The sum over no model; its mean is `global` itself.
    public init(global: Model) {
        self.global = global
        totals = [Int64](repeating: 0, count: global.parameters.count)
    }

    /// Takes a model of the same architecture into the sum.
    public mutating func add(_ model: Model) {
        checkBelongs(model)
        for index in totals.indices {
            totals[index] &+=
                Int64(model.parameters[index]) &- Int64(global.parameters[index])
        }
        count &+= 1
    }

    /// Takes a model that was added out of the sum again.
    public mutating func remove(_ model: Model) {
        checkBelongs(model)
        precondition(count > 0, "only a model that was added can be removed")
        for index in totals.indices {
            totals[index] &-=
                Int64(model.parameters[index]) &- Int64(global.parameters[index])
        }
        count &-= 1
    }

    /// The new global model, or `rowOverflow` when the mean fails the load proof.
    public func mean(architecture: Architecture) throws(VerifierError) -> Model {
        guard count > 0 else { return global }
        let divisor = Int64(count)
        var parameters = global.parameters
        for index in parameters.indices {
            let step = Rounding.mean(sum: totals[index], count: divisor)
            parameters[index] = Rounding.saturate(Int64(parameters[index]) &+ step)
        }
        return try Model(parameters: parameters, architecture: architecture)
    }

    private func checkBelongs(_ model: Model) {
        precondition(
            model.architectureID == global.architectureID, "all models share one architecture")
    }
}

extension Model {
    /// Σ d² over all parameters, raw (2^32 means 1.0): what a norm bound limits.
    ///
    /// At most 2^18 · 2^64. `other` must be of the same architecture.
    public func squaredDistance(to other: Model) -> UInt128 {
        precondition(architectureID == other.architectureID, "both share one architecture")
        var sum: UInt128 = 0
        for index in parameters.indices {
            let difference = Int64(parameters[index]) &- Int64(other.parameters[index])
            sum &+= UInt128(difference.magnitude &* difference.magnitude)
        }
        return sum
    }
}
