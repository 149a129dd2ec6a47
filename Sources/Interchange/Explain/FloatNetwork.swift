import Foundation
import Verifier

/// The same network in Double, without rounding between layers: what fixed point is compared with.
///
/// Plain loops over the definitions of the layers. Only for people; nothing is paid on it.
package struct FloatNetwork {
    package let architecture: Architecture
    private let parameters: [Double]

    /// Takes the parameters as they were loaded: raw / 65536.
    package init(architecture: Architecture, model: Model) {
        self.architecture = architecture
        parameters = model.parameters.map { Double($0) / 65_536 }
    }

    /// The input and what leaves each layer, as `Inference.activations` gives it.
    package func activations(of input: [Double]) -> [[Double]] {
        var values = [input]
        for stage in architecture.stages {
            values.append(apply(stage, values[values.count - 1]))
        }
        return values
    }

    private func apply(_ stage: Stage, _ x: [Double]) -> [Double] {
        switch stage.layer {
        case .dense: dense(stage, x)
        case .conv2D(let convolution): correlate(stage, convolution, x)
        case .maxPool(let window): pool(stage, window, x) { $0.max() ?? 0 }
        case .averagePool(let window): pool(stage, window, x, FloatNetwork.mean)
        case .globalAveragePool:
            stride(from: 0, to: x.count, by: x.count / stage.output.elements).map {
                FloatNetwork.mean(Array(x[$0..<($0 + x.count / stage.output.elements)]))
            }
        case .relu: x.map { max(0, $0) }
        case .leakyReLU(let slope): x.map { $0 >= 0 ? $0 : $0 * Double(slope) / 65_536 }
        case .sigmoid: x.map { 1 / (1 + exp(-$0)) }
        case .tanh: x.map(Foundation.tanh)
        case .flatten: x
        }
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private func bias(_ stage: Stage, _ row: Int) -> Double {
        stage.biasCount > 0 ? parameters[stage.biasOffset + row] : 0
    }

    private func dense(_ stage: Stage, _ x: [Double]) -> [Double] {
        (0..<stage.rows).map { row in
            let start = stage.weightOffset + row * stage.rowLength
            var sum = bias(stage, row)
            for index in x.indices { sum += parameters[start + index] * x[index] }
            return sum
        }
    }

    private func correlate(_ stage: Stage, _ layer: Convolution, _ x: [Double]) -> [Double] {
        guard case .image(let channels, let height, let width) = stage.input,
            case .image(_, let outputHeight, let outputWidth) = stage.output
        else { return [] }
        var output: [Double] = []
        for out in 0..<stage.rows {
            for position in 0..<(outputHeight * outputWidth) {
                let top = position / outputWidth * layer.strideHeight - layer.padTop
                let left = position % outputWidth * layer.strideWidth - layer.padLeft
                var weight = stage.weightOffset + out * stage.rowLength
                var sum = bias(stage, out)
                for channel in 0..<channels {
                    for row in top..<(top + layer.kernelHeight) {
                        for column in left..<(left + layer.kernelWidth) {
                            if row >= 0, row < height, column >= 0, column < width {
                                let place = (channel * height + row) * width + column
                                sum += parameters[weight] * x[place]
                            }
                            weight += 1
                        }
                    }
                }
                output.append(sum)
            }
        }
        return output
    }

    private func pool(
        _ stage: Stage, _ window: Window, _ x: [Double], _ rule: ([Double]) -> Double
    ) -> [Double] {
        guard case .image(_, let height, let width) = stage.input,
            case .image(let channels, let outputHeight, let outputWidth) = stage.output
        else { return [] }
        var output: [Double] = []
        for channel in 0..<channels {
            for row in 0..<outputHeight {
                for column in 0..<outputWidth {
                    let top = channel * height + row * window.strideHeight
                    let corner = top * width + column * window.strideWidth
                    output.append(
                        rule(
                            (0..<window.reads).map {
                                x[corner + $0 / window.width * width + $0 % window.width]
                            }))
                }
            }
        }
        return output
    }
}
