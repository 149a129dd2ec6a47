/// Copies windows of an image into patches.
///
/// A patch has three axes: channels, kernel rows and kernel columns. The longest is the innermost
/// loop, so that a kernel of one column, or of one value in many channels, is no special case.
struct PatchCopier {
    private let image: UnsafePointer<Int32>
    private let channels: Int
    private let rows: Int
    private let columns: Int
    private let longest: Longest
    private let outer: Step
    private let middle: Step
    private let inner: Step

    private enum Longest {
        case channels, rows, columns
    }

    /// How far a step along an axis goes in the image and in a patch.
    private struct Step {
        let source: Int
        let target: Int
    }

    init(_ kernel: ConvolutionKernel, image: UnsafePointer<Int32>) {
        self.image = image
        channels = kernel.channels
        (rows, columns) = (kernel.convolution.kernelHeight, kernel.convolution.kernelWidth)
        let byChannel = Step(
            source: kernel.height &* kernel.width, target: rows &* columns)
        let byRow = Step(source: kernel.width, target: columns)
        let byColumn = Step(source: 1, target: 1)
        if columns >= rows, columns >= channels {
            (longest, outer, middle, inner) = (.columns, byChannel, byRow, byColumn)
        } else if rows >= channels {
            (longest, outer, middle, inner) = (.rows, byChannel, byColumn, byRow)
        } else {
            (longest, outer, middle, inner) = (.channels, byRow, byColumn, byChannel)
        }
    }

    /// Lays out a patch, value after value.
    func layOut(_ view: WindowView, at patch: UnsafeMutablePointer<Int32>) {
        let area = rows &* columns
        if view.area < area { patch.update(repeating: 0, count: channels &* area) }
        copy(view, to: patch, lanes: 1)
    }

    /// Lays out four patches, which alternate.
    func layOut(
        _ first: WindowView, _ second: WindowView, _ third: WindowView, _ fourth: WindowView,
        at patches: UnsafeMutablePointer<Int32>
    ) {
        let lanes = RegisterTile.side
        let area = rows &* columns
        if first.area == area, second.area == area, third.area == area, fourth.area == area {
            copy(first.source, second.source, third.source, fourth.source, to: patches)
            return
        }
        patches.update(repeating: 0, count: lanes &* channels &* area)
        copy(first, to: patches, lanes: lanes)
        copy(second, to: patches + 1, lanes: lanes)
        copy(third, to: patches + 2, lanes: lanes)
        copy(fourth, to: patches + 3, lanes: lanes)
    }

    /// Copies what is in the image; each step in a patch goes over `lanes` values.
    @inline(never)
    private func copy(
        _ view: WindowView, to patch: UnsafeMutablePointer<Int32>, lanes: Int
    ) {
        let (blocks, lines, values) = counts(rows: view.rows, columns: view.columns)
        let reach = values &* inner.source
        let step = lanes &* inner.target
        var source = image + view.source
        var target = patch + lanes &* view.target
        var block = blocks
        while block > 0 {
            var lineSource = source
            var lineTarget = target
            var line = lines
            while line > 0 {
                var value = lineSource
                var place = lineTarget
                let end = lineSource + reach
                while value < end {
                    place.pointee = value.pointee
                    value += inner.source
                    place += step
                }
                lineSource += middle.source
                lineTarget += lanes &* middle.target
                line &-= 1
            }
            source += outer.source
            target += lanes &* outer.target
            block &-= 1
        }
    }

    /// Copies four windows that are wholly in the image, from their places in its first channel.
    @inline(never)
    private func copy(
        _ first: Int, _ second: Int, _ third: Int, _ fourth: Int,
        to patches: UnsafeMutablePointer<Int32>
    ) {
        let (blocks, lines, values) = counts(rows: rows, columns: columns)
        let reach = values &* inner.source
        let step = RegisterTile.side &* inner.target
        var source = image
        var target = patches
        var block = blocks
        while block > 0 {
            var lineSource = source
            var lineTarget = target
            var line = lines
            while line > 0 {
                var (a, b) = (lineSource + first, lineSource + second)
                var (c, d) = (lineSource + third, lineSource + fourth)
                var place = lineTarget
                let end = a + reach
                while a < end {
                    place[0] = a.pointee
                    place[1] = b.pointee
                    place[2] = c.pointee
                    place[3] = d.pointee
                    a += inner.source
                    b += inner.source
                    c += inner.source
                    d += inner.source
                    place += step
                }
                lineSource += middle.source
                lineTarget += RegisterTile.side &* middle.target
                line &-= 1
            }
            source += outer.source
            target += RegisterTile.side &* outer.target
            block &-= 1
        }
    }

    /// How often the three loops run for so many rows and columns of each channel.
    @inline(__always)
    private func counts(rows: Int, columns: Int) -> (outer: Int, middle: Int, inner: Int) {
        switch longest {
        case .columns: (channels, rows, columns)
        case .rows: (channels, columns, rows)
        case .channels: (rows, columns, channels)
        }
    }
}
