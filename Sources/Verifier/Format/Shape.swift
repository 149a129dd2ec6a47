/// What flows between layers: a vector, or an image in the order channel, row, column.
public enum Shape: Equatable, Sendable {
    case vector(Int)
    case image(channels: Int, height: Int, width: Int)

    /// The number of values.
    public var elements: Int {
        switch self {
        case .vector(let count): count
        // At most 2^17 per input dimension and 2^16 · (2^17 + 2^9)² per layer: no overflow.
        case .image(let channels, let height, let width): channels &* height &* width
        }
    }

    /// Channels, and the height and width of each: a vector has channels of one value.
    var planes: (channels: Int, height: Int, width: Int) {
        switch self {
        case .vector(let count): (count, 1, 1)
        case .image(let channels, let height, let width): (channels, height, width)
        }
    }
}

/// A parameter tensor as it lies in a weights blob, row-major.
public struct TensorShape: Equatable, Sendable {
    /// The layer that owns it.
    public let layer: Int
    /// False for a weight tensor, true for a bias.
    public let isBias: Bool
    /// [out, in], [out, channels, kernel height, kernel width], or [out] for a bias.
    public let dimensions: [Int]
    /// The index of its first parameter among all parameters of the model.
    public let offset: Int
    /// Parameters in it.
    public let count: Int
}
