/// A layer in its place: what comes in, what goes out, and where its parameters lie.
public struct Stage: Equatable, Sendable {
    public let layer: Layer
    public let input: Shape
    public let output: Shape
    /// The index of the layer's first weight among all parameters of the model.
    public let weightOffset: Int
    /// Weights, rows × rowLength; 0 for a layer without parameters.
    public let weightCount: Int
    /// Bias parameters right after the weights; 0 without a bias.
    public let biasCount: Int

    init(layer: Layer, input: Shape, output: Shape, weightOffset: Int) {
        self.layer = layer
        self.input = input
        self.output = output
        self.weightOffset = weightOffset
        let rows = Stage.rows(of: layer)
        // rows ≤ 2^17 and rowLength ≤ 2^17 · 255²: the product stays below 2^51.
        weightCount = rows &* Stage.rowLength(of: layer, input: input)
        biasCount = layer.hasBias ? rows : 0
    }

    /// Rows of the weight tensor: Dense outputs, or output channels of Conv2D.
    public var rows: Int { Stage.rows(of: layer) }

    /// Weights in a row, which is the sum that the load proof bounds.
    public var rowLength: Int { Stage.rowLength(of: layer, input: input) }

    /// The index of the first bias among all parameters of the model.
    public var biasOffset: Int { weightOffset &+ weightCount }

    /// Weights and biases.
    public var parameterCount: Int { weightCount &+ biasCount }

    private static func rows(of layer: Layer) -> Int {
        switch layer {
        case .dense(let outputs, _): outputs
        case .conv2D(let convolution): convolution.outputs
        case .maxPool, .averagePool, .globalAveragePool, .relu, .leakyReLU, .sigmoid, .tanh,
            .flatten:
            0
        }
    }

    private static func rowLength(of layer: Layer, input: Shape) -> Int {
        switch (layer, input) {
        case (.dense, _): input.elements
        case (.conv2D(let convolution), .image(let channels, _, _)):
            channels &* convolution.kernelHeight &* convolution.kernelWidth
        case (.conv2D, .vector), (.maxPool, _), (.averagePool, _), (.globalAveragePool, _),
            (.relu, _), (.leakyReLU, _), (.sigmoid, _), (.tanh, _), (.flatten, _):
            0
        }
    }

    /// Work of one sample: what the layer computes, what it writes, and its surroundings.
    ///
    /// Operations are multiply-adds, two for each value that a pool reads, 64 for a transcendental.
    /// All terms are bounded by the shape limits: at most 2^17 · 2^17 · 255² < 2^51 each.
    var work: UInt64 {
        let outputs = output.elements
        let operations: Int
        switch layer {
        case .dense: operations = 40 &+ weightCount &+ 2 &* rows
        case .conv2D(let convolution):
            // Every output element costs one row, padding counted; a window is laid out once.
            let windows = outputs / convolution.outputs
            operations = 160 &+ windows &* (weightCount &+ 10)
        case .maxPool(let window), .averagePool(let window):
            operations = 40 &+ 2 &* outputs &* window.reads
        case .globalAveragePool: operations = 40 &+ 2 &* input.elements
        case .sigmoid, .tanh: operations = 40 &+ 64 &* outputs
        case .relu, .leakyReLU, .flatten: operations = 40
        }
        return UInt64(truncatingIfNeeded: operations &+ 4 &* outputs)
    }
}
