/// The part of a kernel's window that is in the image: at least one row and one column, since each
/// padding is smaller than its kernel.
struct WindowView {
    /// Where it begins in the first channel of the image.
    let source: Int
    /// Where it begins in the first channel of the patch.
    let target: Int
    let rows: Int
    let columns: Int

    /// Values in one channel: those of the kernel, unless the window reaches over the border.
    var area: Int { rows &* columns }
}

/// Goes through the windows of a convolution, row by row.
struct WindowCursor {
    private let convolution: Convolution
    private let height: Int
    private let width: Int
    private let outputWidth: Int
    /// Where the windows of the output row begin.
    private var top: Int
    /// What the windows of the output row have in common.
    private var source = 0
    private var target = 0
    private var rows = 0
    /// The next window of the output row, and where it begins.
    private var column = 0
    private var left: Int

    init(_ kernel: ConvolutionKernel) {
        convolution = kernel.convolution
        (height, width) = (kernel.height, kernel.width)
        outputWidth = kernel.outputWidth
        top = 0 &- convolution.padTop
        left = 0 &- convolution.padLeft
        enterRow()
    }

    private mutating func enterRow() {
        let first = max(0, 0 &- top)
        source = (top &+ first) &* width
        target = first &* convolution.kernelWidth
        rows = min(convolution.kernelHeight, height &- top) &- first
    }

    /// The view of the next window. Whoever calls counts them.
    mutating func next() -> WindowView {
        let first = max(0, 0 &- left)
        let view = WindowView(
            source: source &+ left &+ first, target: target &+ first, rows: rows,
            columns: min(convolution.kernelWidth, width &- left) &- first)
        left &+= convolution.strideWidth
        column &+= 1
        if column == outputWidth {
            column = 0
            left = 0 &- convolution.padLeft
            top &+= convolution.strideHeight
            enterRow()
        }
        return view
    }
}
