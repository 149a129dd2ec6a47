/// Conv2D of one sample: image patches are laid out as the columns of a `MatrixProduct`.
///
/// A patch has the order of a weight row: channel, kernel row, kernel column. Four patches at a
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
    /// of 1. `scratch` takes four patches, `4 · product.depth` values.
    func run(
        _ product: MatrixProduct, input: UnsafePointer<Int32>,
        scratch: UnsafeMutablePointer<Int32>
    ) {
        if isWholeImage {
            product.computeOne(input, column: 0)
            return
        }
        let copier = PatchCopier(self, image: input)
        var windows = WindowCursor(self)
        var position = 0
        while position &+ RegisterTile.side <= positions {
            copier.layOut(
                windows.next(), windows.next(), windows.next(), windows.next(), at: scratch)
            product.computeFour(UnsafePointer(scratch), column: position)
            position &+= RegisterTile.side
        }
        while position < positions {
            copier.layOut(windows.next(), at: scratch)
            product.computeOne(UnsafePointer(scratch), column: position)
            position &+= 1
        }
    }

    /// Whether the only patch is the image as it lies.
    private var isWholeImage: Bool {
        positions == 1 && convolution.padTop == 0 && convolution.padLeft == 0
            && convolution.kernelHeight == height && convolution.kernelWidth == width
    }
}
