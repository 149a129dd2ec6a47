/// Runs batches of samples through the layers of a network.
///
/// The model must belong to the architecture: all extents follow from it.
struct ForwardPass {
    let architecture: Architecture
    private let parameters: WeightPanels

    init(architecture: Architecture, model: Model) {
        self.architecture = architecture
        parameters = WeightPanels(model, architecture: architecture)
    }

    /// Runs samples `first ..< first + count` of `data`, and gives the place of their logits:
    /// `count · outputs` values, one sample after the other.
    ///
    /// The samples must exist and `count` be at most `buffers.batch`.
    func run(
        _ data: Dataset, first: Int, count: Int, in buffers: borrowing ActivationBuffers
    ) -> UnsafeMutablePointer<Int32> {
        data.decode(first: first, count: count, into: buffers.buffer(0))
        return propagate(count, in: buffers)
    }

    /// Takes `count` decoded samples from the first buffer through all layers, and gives the place
    /// of their logits.
    func propagate(
        _ count: Int, in buffers: borrowing ActivationBuffers
    ) -> UnsafeMutablePointer<Int32> {
        var current = 0
        for stage in architecture.stages where apply(stage, count, from: current, in: buffers) {
            current = 1 &- current
        }
        return buffers.buffer(current)
    }

    /// Applies one layer to `count` samples in buffer `current`.
    ///
    /// - Returns: Whether the result is in the other buffer; element-wise layers work in place.
    func apply(
        _ stage: Stage, _ count: Int, from current: Int, in buffers: borrowing ActivationBuffers
    ) -> Bool {
        let input = buffers.buffer(current)
        let output = buffers.buffer(1 &- current)
        switch stage.layer {
        case .dense, .conv2D:
            multiply(stage, count, input: input, scratch: buffers.scratch, output: output)
            return true
        case .maxPool, .averagePool, .globalAveragePool:
            pool(stage, count, input: input, output: output)
            return true
        case .relu, .leakyReLU, .sigmoid, .tanh:
            activate(stage.layer, input, count &* stage.input.elements)
            return false
        case .flatten:
            return false
        }
    }

    private func multiply(
        _ stage: Stage, _ count: Int, input: UnsafeMutablePointer<Int32>,
        scratch: UnsafeMutablePointer<Int32>, output: UnsafeMutablePointer<Int32>
    ) {
        parameters.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            let panels = base + stage.weightOffset
            let bias = stage.biasCount > 0 ? base + stage.biasOffset : nil
            guard let kernel = ConvolutionKernel(stage) else {
                MatrixProduct(
                    panels: panels, bias: bias, output: output, rows: stage.rows,
                    depth: stage.rowLength, rowStride: 1, columnStride: stage.rows
                ).run(UnsafePointer(input), columns: count, scratch: scratch)
                return
            }
            for sample in 0..<count {
                let product = MatrixProduct(
                    panels: panels, bias: bias,
                    output: output + sample &* stage.output.elements, rows: stage.rows,
                    depth: stage.rowLength, rowStride: kernel.positions, columnStride: 1)
                kernel.run(
                    product, input: UnsafePointer(input + sample &* stage.input.elements),
                    scratch: scratch)
            }
        }
    }

    private func pool(
        _ stage: Stage, _ count: Int, input: UnsafeMutablePointer<Int32>,
        output: UnsafeMutablePointer<Int32>
    ) {
        for sample in 0..<count {
            let source = UnsafePointer(input + sample &* stage.input.elements)
            let target = output + sample &* stage.output.elements
            switch stage.layer {
            case .maxPool(let window):
                PoolingKernel.run(
                    .maximum, window: window, from: stage.input, to: stage.output,
                    input: source, output: target)
            case .averagePool(let window):
                PoolingKernel.run(
                    .mean, window: window, from: stage.input, to: stage.output,
                    input: source, output: target)
            case .globalAveragePool:
                let channels = stage.output.elements
                PoolingKernel.runGlobal(
                    channels: channels, count: stage.input.elements / channels,
                    input: source, output: target)
            case .dense, .conv2D, .relu, .leakyReLU, .sigmoid, .tanh, .flatten:
                break
            }
        }
    }

    private func activate(_ layer: Layer, _ values: UnsafeMutablePointer<Int32>, _ count: Int) {
        switch layer {
        case .relu:
            // max(0, x) as a store where it changes something: five steps instead of seven.
            let end = values + count
            var place = values
            while place < end {
                if place.pointee < 0 { place.pointee = 0 }
                place += 1
            }
        case .leakyReLU(let slope):
            for index in 0..<count {
                values[index] = Activation.leakyReLU(values[index], slope: slope)
            }
        case .sigmoid:
            for index in 0..<count { values[index] = Activation.sigmoid(values[index]) }
        case .tanh:
            for index in 0..<count { values[index] = Activation.tanh(values[index]) }
        case .dense, .conv2D, .maxPool, .averagePool, .globalAveragePool, .flatten:
            break
        }
    }
}
