/// What the outputs of the last layer mean, and so which loss is paid for.
public enum Head: UInt8, Equatable, Sendable {
    /// K classes, cross-entropy of the softmax.
    case softmax = 1
    /// One logit for two classes, binary cross-entropy of the sigmoid.
    case sigmoid = 2
    /// Regression, squared error.
    case identity = 3

    /// The kind of target that the loss needs.
    public var targetKind: TargetKind {
        switch self {
        case .softmax, .sigmoid: .classes
        case .identity: .values
        }
    }

    /// Classes that labels may name; 0 for regression.
    public func classCount(outputs: Int) -> Int {
        switch self {
        case .softmax: outputs
        case .sigmoid: 2
        case .identity: 0
        }
    }

    /// Targets per sample.
    func targetWidth(outputs: Int) -> Int {
        switch self {
        case .softmax, .sigmoid: 1
        case .identity: outputs
        }
    }

    /// Transcendentals of one sample's loss.
    func transcendentals(outputs: Int) -> Int {
        switch self {
        case .softmax: outputs &+ 1
        case .sigmoid: 3
        case .identity: 0
        }
    }
}
