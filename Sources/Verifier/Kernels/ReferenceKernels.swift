/// The definitions of Dense and Conv2D as plain loops over row-major weights.
///
/// They are the specification in code: the fast kernels are tested against them.
package enum ReferenceKernels {
    /// output[column][row] = round(Σ_k weights[row][k] · inputs[column][k] + bias[row])
    package static func dense(
        weights: [Int32], bias: [Int32]?, inputs: [Int32], rows: Int, depth: Int
    ) -> [Int32] {
        var output: [Int32] = []
        for column in 0..<(inputs.count / depth) {
            for row in 0..<rows {
                var sum: Int64 = 0
                for k in 0..<depth {
                    let w = Int64(weights[row &* depth &+ k])
                    sum &+= w &* Int64(inputs[column &* depth &+ k])
                }
                if let bias { sum &+= Int64(bias[row]) &<< 16 }
                output.append(Rounding.q16(fromQ32: sum))
            }
        }
        return output
    }

    /// Cross-correlation of one image; empty unless `stage` is a Conv2D layer.
    package static func convolution(
        _ stage: Stage, weights: [Int32], bias: [Int32]?, image: [Int32]
    ) -> [Int32] {
        guard case .conv2D(let convolution) = stage.layer,
            case .image(let channels, let height, let width) = stage.input,
            case .image(let outputs, let outputHeight, let outputWidth) = stage.output
        else { return [] }
        var output: [Int32] = []
        for out in 0..<outputs {
            for position in 0..<(outputHeight &* outputWidth) {
                let top = position / outputWidth &* convolution.strideHeight &- convolution.padTop
                let left = position % outputWidth &* convolution.strideWidth &- convolution.padLeft
                var sum: Int64 = 0
                var weight = out &* stage.rowLength
                for channel in 0..<channels {
                    for row in top..<(top &+ convolution.kernelHeight) {
                        for column in left..<(left &+ convolution.kernelWidth) {
                            if row >= 0, row < height, column >= 0, column < width {
                                let place = (channel &* height &+ row) &* width &+ column
                                sum &+= Int64(weights[weight]) &* Int64(image[place])
                            }
                            weight &+= 1
                        }
                    }
                }
                if let bias { sum &+= Int64(bias[out]) &<< 16 }
                output.append(Rounding.q16(fromQ32: sum))
            }
        }
        return output
    }
}
