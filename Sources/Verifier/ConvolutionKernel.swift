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
    /// of 1. `scratch` takes four patches, `4 · product.depth` values, and
    /// `ConvolutionKernel.segmentLimit` more.
    func run(
        _ product: MatrixProduct, input: UnsafePointer<Int32>,
        scratch: UnsafeMutablePointer<Int32>
    ) {
        let segment = scratch + lanes &* product.depth
        // A segment that skips more than it shows is not worth copying.
        let isDense = convolution.strideWidth <= convolution.kernelWidth
        var position = 0
        while position &+ lanes <= positions {
            if isDense, position % outputWidth &+ lanes <= outputWidth {
                layOutRow(position, of: input, at: scratch, segment: segment)
            } else {
                for lane in 0..<lanes {
                    layOut(position &+ lane, of: input, at: scratch + lane, stride: lanes)
                }
            }
            product.computeFour(UnsafePointer(scratch), column: position)
            position &+= lanes
        }
        while position < positions {
            layOut(position, of: input, at: scratch, stride: 1)
            product.computeOne(UnsafePointer(scratch), column: position)
            position &+= 1
        }
    }

    private var lanes: Int { RegisterTile.side }

    /// Image columns that four neighbouring windows reach over at most: 3 strides and a kernel, each
    /// at most 255.
    static var segmentLimit: Int { 4 * 255 }

    /// Copies the windows of four neighbours in one output row, zeros outside the image.
    ///
    /// They share the lines of the image, and a piece of each: `segment` holds it where it reaches
    /// over the border. The first window has a column in the image, since each padding is smaller
    /// than its kernel, so `from < to`.
    private func layOutRow(
        _ position: Int, of input: UnsafePointer<Int32>,
        at patches: UnsafeMutablePointer<Int32>, segment: UnsafeMutablePointer<Int32>
    ) {
        let top = position / outputWidth &* convolution.strideHeight &- convolution.padTop
        let left = position % outputWidth &* convolution.strideWidth &- convolution.padLeft
        let reach = (lanes &- 1) &* convolution.strideWidth &+ convolution.kernelWidth
        let from = max(0, 0 &- left)
        let to = min(reach, width &- left)
        let isInside = from == 0 && to == reach
        if !isInside {
            for index in 0..<reach { segment[index] = 0 }
        }
        var target = patches
        for channel in 0..<channels {
            for kernelRow in 0..<convolution.kernelHeight {
                let row = top &+ kernelRow
                guard row >= 0, row < height else {
                    for index in 0..<(lanes &* convolution.kernelWidth) { target[index] = 0 }
                    target += lanes &* convolution.kernelWidth
                    continue
                }
                let line = input + ((channel &* height &+ row) &* width &+ left)
                if isInside {
                    target = spread(line, to: target)
                } else {
                    for index in from..<to { segment[index] = line[index] }
                    target = spread(UnsafePointer(segment), to: target)
                }
            }
        }
    }

    /// Deals the kernel's width of one line out to four windows; gives the place behind.
    @inline(__always)
    private func spread(
        _ line: UnsafePointer<Int32>, to patches: UnsafeMutablePointer<Int32>
    ) -> UnsafeMutablePointer<Int32> {
        var target = patches
        let second = line + convolution.strideWidth
        let third = second + convolution.strideWidth
        let fourth = third + convolution.strideWidth
        for column in 0..<convolution.kernelWidth {
            target[0] = line[column]
            target[1] = second[column]
            target[2] = third[column]
            target[3] = fourth[column]
            target += lanes
        }
        return target
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
