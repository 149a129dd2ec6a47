import Verifier

/// What one layer did to the samples that were looked at, or what the input holds.
package struct LayerFacts: Equatable, Sendable {
    /// "input", or the kind of the layer.
    package let name: String
    package let shape: Shape
    /// Raw Q16.16.
    package private(set) var minimum = Int32.max
    package private(set) var maximum = Int32.min
    /// Values at an end of Int32: most likely cut off.
    package private(set) var saturated = 0
    /// Values that are exactly 0.
    package private(set) var zeros = 0
    package private(set) var values = 0
    /// The largest distance to the same network in floating point, in units of the values.
    package private(set) var worstError = 0.0
    /// The largest Σ|w| of a row, as a share of what the load proof allows; 0 without weights.
    package let rowShare: Double

    package init(name: String, shape: Shape, rowShare: Double = 0) {
        self.name = name
        self.shape = shape
        self.rowShare = rowShare
    }

    package mutating func include(_ fixed: [Int32], float: [Double]) {
        for (value, exact) in zip(fixed, float) {
            minimum = min(minimum, value)
            maximum = max(maximum, value)
            if value == .min || value == .max { saturated += 1 }
            if value == 0 { zeros += 1 }
            worstError = max(worstError, abs(Double(value) / 65_536 - exact))
        }
        values += fixed.count
    }
}

extension Layer {
    /// The kind, as architecture descriptions call it.
    package var name: String {
        switch self {
        case .dense: "dense"
        case .conv2D: "conv2d"
        case .maxPool: "maxPool"
        case .averagePool: "avgPool"
        case .globalAveragePool: "globalAvgPool"
        case .relu: "relu"
        case .leakyReLU: "leakyRelu"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .flatten: "flatten"
        }
    }
}

extension Shape {
    /// Its dimensions: [values], or [channels, height, width].
    package var dimensions: [Int] {
        switch self {
        case .vector(let count): [count]
        case .image(let channels, let height, let width): [channels, height, width]
        }
    }

    package var text: String { dimensions.map { "\($0)" }.joined(separator: "×") }
}
