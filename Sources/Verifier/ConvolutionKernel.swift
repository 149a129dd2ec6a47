/// Conv2D of one sample: image patches are laid out as columns of a `MatrixProduct`.
///
/// Positions are taken in chunks, so that the patches fit a scratch buffer of fixed size. A patch
/// has the order of a weight row: channel, kernel row, kernel column.
package struct ConvolutionKernel {
    /// Patches take at most this many values at once, unless a single patch is larger.
    package static let scratchElements = 1 << 17

    let convolution: Convolution
    let channels: Int
    let height: Int
    let width: Int
    let outputHeight: Int
    let outputWidth: Int

    /// Nil unless `stage` is a Conv2D layer.
    package init?(_ stage: Stage) {
        guard case .conv2D(let convolution) = stage.layer,
            case .image(let channels, let height, let width) = stage.input,
            case .image(_, let outputHeight, let outputWidth) = stage.output
        else { return nil }
        self.convolution = convolution
        self.channels = channels
        self.height = height
        self.width = width
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
    }

    /// Values in a patch: channels · kernel height · kernel width, at most 2^18.
    var depth: Int { channels &* convolution.kernelHeight &* convolution.kernelWidth }

    /// Output positions, at most 2^17.
    var positions: Int { outputHeight &* outputWidth }

    /// Patches that are laid out at a time: all, or a multiple of the tile's 3 columns if 3 fit.
    var chunk: Int {
        let fitting = ConvolutionKernel.scratchElements / depth
        if fitting >= positions { return positions }
        return fitting >= 3 ? fitting / 3 &* 3 : 1
    }

    /// Values that `run` needs in its scratch buffer.
    package var scratchCount: Int { chunk &* depth }

    /// Computes all positions of all output channels from one image.
    ///
    /// Extents: weights `outputs · depth`, input `channels · height · width`, scratch
    /// `scratchCount`, output `outputs · positions`.
    package func run(
        weights: UnsafePointer<Int32>, bias: UnsafePointer<Int32>?, input: UnsafePointer<Int32>,
        scratch: UnsafeMutablePointer<Int32>, output: UnsafeMutablePointer<Int32>
    ) {
        let chunk = chunk
        var first = 0
        while first < positions {
            let count = min(chunk, positions &- first)
            for index in 0..<count {
                layOut(position: first &+ index, of: input, at: scratch + index &* depth)
            }
            MatrixProduct(
                weights: weights, bias: bias, inputs: UnsafePointer(scratch),
                output: output + first, rows: convolution.outputs, columns: count, depth: depth,
                rowStride: positions, columnStride: 1
            ).run()
            first &+= count
        }
    }

    /// Copies the window of one output position, zeros where it reaches over the border.
    ///
    /// Each padding is smaller than its kernel, so a window has at least one column and one row in
    /// the image: `from < to`, and all reads stay inside the channel.
    private func layOut(
        position: Int, of input: UnsafePointer<Int32>, at patch: UnsafeMutablePointer<Int32>
    ) {
        let top = position / outputWidth &* convolution.strideHeight &- convolution.padTop
        let left = position % outputWidth &* convolution.strideWidth &- convolution.padLeft
        let from = max(0, 0 &- left)
        let to = min(convolution.kernelWidth, width &- left)
        var target = patch
        for channel in 0..<channels {
            let image = input + channel &* height &* width
            for kernelRow in 0..<convolution.kernelHeight {
                let row = top &+ kernelRow
                if row < 0 || row >= height {
                    target.update(repeating: 0, count: convolution.kernelWidth)
                } else {
                    for column in 0..<from {
                        target[column] = 0
                    }
                    let line = row &* width &+ left
                    for column in from..<to {
                        target[column] = image[line &+ column]
                    }
                    for column in to..<convolution.kernelWidth {
                        target[column] = 0
                    }
                }
                target += convolution.kernelWidth
            }
        }
    }

    /// The definition: six nested loops. The patch kernel is tested against it.
    package func runReference(
        weights: UnsafePointer<Int32>, bias: UnsafePointer<Int32>?, input: UnsafePointer<Int32>,
        output: UnsafeMutablePointer<Int32>
    ) {
        for out in 0..<convolution.outputs {
            for position in 0..<positions {
                let top = position / outputWidth &* convolution.strideHeight &- convolution.padTop
                let left = position % outputWidth &* convolution.strideWidth &- convolution.padLeft
                var sum: Int64 = 0
                var weight = out &* depth
                for channel in 0..<channels {
                    for row in top..<(top &+ convolution.kernelHeight) {
                        for column in left..<(left &+ convolution.kernelWidth) {
                            if row >= 0, row < height, column >= 0, column < width {
                                let place = (channel &* height &+ row) &* width &+ column
                                sum &+= Int64(weights[weight]) &* Int64(input[place])
                            }
                            weight &+= 1
                        }
                    }
                }
                if let bias { sum &+= Int64(bias[out]) &<< 16 }
                output[out &* positions &+ position] = Rounding.q16(fromQ32: sum)
            }
        }
    }
}
