extension Architecture {
    /// The parameter tensors in blob order: each layer's weight before its bias.
    static func tensors(of stages: [Stage]) -> [TensorShape] {
        var tensors: [TensorShape] = []
        for (index, stage) in stages.enumerated() where stage.weightCount > 0 {
            var dimensions = [stage.rows, stage.rowLength]
            if case (.conv2D(let convolution), .image(let channels, _, _)) =
                (stage.layer, stage.input)
            {
                dimensions = [
                    stage.rows, channels, convolution.kernelHeight, convolution.kernelWidth,
                ]
            }
            tensors.append(
                TensorShape(
                    layer: index, isBias: false, dimensions: dimensions,
                    offset: stage.weightOffset, count: stage.weightCount))
            if stage.biasCount > 0 {
                tensors.append(
                    TensorShape(
                        layer: index, isBias: true, dimensions: [stage.rows],
                        offset: stage.biasOffset, count: stage.biasCount))
            }
        }
        return tensors
    }
}
