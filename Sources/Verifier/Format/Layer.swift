/// The kernel of a Conv2D layer: how it slides over the image, and how far beyond its borders.
public struct Convolution: Equatable, Sendable {
    public let outputs: Int
    public let kernelHeight: Int
    public let kernelWidth: Int
    public let strideHeight: Int
    public let strideWidth: Int
    public let padTop: Int
    public let padLeft: Int
    public let padBottom: Int
    public let padRight: Int
    public let bias: Bool
}

/// The window of a pooling layer. It has no padding, and only whole windows count.
public struct Window: Equatable, Sendable {
    public let height: Int
    public let width: Int
    public let strideHeight: Int
    public let strideWidth: Int

    /// Values in one window.
    public var reads: Int { height &* width }
}

/// One layer of a network. Weights live in the `Model`, shapes in the `Stage`.
public enum Layer: Equatable, Sendable {
    /// W·x + b, W row-major [out][in].
    case dense(outputs: Int, bias: Bool)
    /// Cross-correlation with zero padding, W row-major [out][channel][row][column].
    case conv2D(Convolution)
    case maxPool(Window)
    case averagePool(Window)
    /// The mean of each channel; gives channels × 1 × 1.
    case globalAveragePool
    case relu
    /// The slope for negative values is raw Q16.16.
    case leakyReLU(slope: Int32)
    case sigmoid
    case tanh
    /// An image as a vector, in the order in which it lies.
    case flatten

    /// Whether the layer ends with a bias tensor.
    var hasBias: Bool {
        switch self {
        case .dense(_, let bias): bias
        case .conv2D(let convolution): convolution.bias
        case .maxPool, .averagePool, .globalAveragePool, .relu, .leakyReLU, .sigmoid, .tanh,
            .flatten:
            false
        }
    }

    /// The shape that leaves the layer, or the rule that `input` breaks.
    func output(for input: Shape, layer: Int) throws(VerifierError) -> Shape {
        switch self {
        case .dense(let outputs, _):
            guard case .vector = input else { throw .archLayerRank(layer: layer) }
            return .vector(outputs)
        case .conv2D(let convolution):
            return try convolution.output(for: input, layer: layer)
        case .maxPool(let window), .averagePool(let window):
            return try window.output(for: input, layer: layer)
        case .globalAveragePool:
            guard case .image(let channels, _, _) = input else {
                throw .archLayerRank(layer: layer)
            }
            return .image(channels: channels, height: 1, width: 1)
        case .relu, .leakyReLU, .sigmoid, .tanh:
            return input
        case .flatten:
            return .vector(input.elements)
        }
    }
}

extension Convolution {
    func output(for input: Shape, layer: Int) throws(VerifierError) -> Shape {
        guard case .image(_, let height, let width) = input else {
            throw .archLayerRank(layer: layer)
        }
        guard padTop < kernelHeight, padBottom < kernelHeight,
            padLeft < kernelWidth, padRight < kernelWidth
        else { throw .archPadding(layer: layer) }
        // Heights are at most 2^17 and paddings at most 255.
        let spareHeight = height &+ padTop &+ padBottom &- kernelHeight
        let spareWidth = width &+ padLeft &+ padRight &- kernelWidth
        guard spareHeight >= 0, spareWidth >= 0 else { throw .archKernelFit(layer: layer) }
        return .image(
            channels: outputs,
            height: spareHeight / strideHeight &+ 1,
            width: spareWidth / strideWidth &+ 1)
    }
}

extension Window {
    func output(for input: Shape, layer: Int) throws(VerifierError) -> Shape {
        guard case .image(let channels, let inputHeight, let inputWidth) = input else {
            throw .archLayerRank(layer: layer)
        }
        guard height <= inputHeight, width <= inputWidth else {
            throw .archKernelFit(layer: layer)
        }
        return .image(
            channels: channels,
            height: (inputHeight &- height) / strideHeight &+ 1,
            width: (inputWidth &- width) / strideWidth &+ 1)
    }
}
