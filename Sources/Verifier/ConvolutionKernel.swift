/// Conv2D of one sample: image patches are laid out as the columns of a `MatrixProduct`.
///
/// A patch has the order of a weight row: channel, kernel row, kernel column. Three patches at a
/// time alternate, as the register tile reads them.
struct ConvolutionKernel {
    let convolution: Convolution
    let channels: Int
    let height: Int
    let width: Int
    let outputHeight: Int
    let outputWidth: Int

    /// Nil unless `stage` is a Conv2D layer.
    init?(_ stage: Stage) {
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

    /// Output positions, at most 2^17.
    var positions: Int { outputHeight &* outputWidth }

    /// Computes all positions of all output channels of one image.
    ///
    /// `product` writes to the sample's output with a row stride of `positions` and a column stride
    /// of 1. `scratch` takes three patches: `3 · product.depth` values.
    func run(
        _ product: MatrixProduct, input: UnsafePointer<Int32>,
        scratch: UnsafeMutablePointer<Int32>
    ) {
        var position = 0
        while position &+ 3 <= positions {
            for lane in 0..<3 {
                layOut(position &+ lane, of: input, at: scratch + lane, stride: 3)
            }
            product.computeThree(UnsafePointer(scratch), column: position)
            position &+= 3
        }
        while position < positions {
            layOut(position, of: input, at: scratch, stride: 1)
            product.computeOne(UnsafePointer(scratch), column: position)
            position &+= 1
        }
    }

    /// Copies the window of one output position, zeros where it reaches over the border.
    ///
    /// Each padding is smaller than its kernel, so a window has at least one column and one row in
    /// the image: `from < to`, and all reads stay inside the channel.
    private func layOut(
        _ position: Int, of input: UnsafePointer<Int32>, at patch: UnsafeMutablePointer<Int32>,
        stride: Int
    ) {
        let top = position / outputWidth &* convolution.strideHeight &- convolution.padTop
        let left = position % outputWidth &* convolution.strideWidth &- convolution.padLeft
        let from = max(0, 0 &- left)
        let to = min(convolution.kernelWidth, width &- left)
        var target = patch
        for channel in 0..<channels {
            for kernelRow in 0..<convolution.kernelHeight {
                let row = top &+ kernelRow
                let isInside = row >= 0 && row < height
                let line = input + ((channel &* height &+ row) &* width &+ left)
                // Three plain loops instead of one with a test per value.
                let (first, last) = isInside ? (from, to) : (0, 0)
                for _ in 0..<first {
                    target.pointee = 0
                    target += stride
                }
                for column in first..<last {
                    target.pointee = line[column]
                    target += stride
                }
                for _ in last..<convolution.kernelWidth {
                    target.pointee = 0
                    target += stride
                }
            }
        }
    }
}
