/// MaxPool, AvgPool and GlobalAvgPool of one sample.
///
/// Windows lie wholly inside the image, so every read is in bounds. A window has at most 2^17
/// values of at most 2^31: its sum stays far below 2^63.
enum PoolingKernel {
    /// How the values of a window become one.
    enum Rule {
        case maximum
        /// Floor of (sum + ⌊n/2⌋)/n.
        case mean
    }

    /// Pools `input`, of shape `from`, into `output`, of shape `to`.
    static func run(
        _ rule: Rule, window: Window, from: Shape, to: Shape, input: UnsafePointer<Int32>,
        output: UnsafeMutablePointer<Int32>
    ) {
        let (channels, height, width) = from.planes
        let (_, outputHeight, outputWidth) = to.planes
        var target = output
        for channel in 0..<channels {
            for row in 0..<outputHeight {
                let line = channel &* height &+ row &* window.strideHeight
                var corner = input + line &* width
                for _ in 0..<outputWidth {
                    target.pointee =
                        switch rule {
                        case .maximum where window.isTwoByTwo: maximumOfFour(corner, width)
                        case .maximum: maximum(corner, window, width)
                        case .mean: mean(corner, window, width)
                        }
                    target += 1
                    corner += window.strideWidth
                }
            }
        }
    }

    /// The mean of each of `channels` channels of `count` values.
    static func runGlobal(
        channels: Int, count: Int, input: UnsafePointer<Int32>,
        output: UnsafeMutablePointer<Int32>
    ) {
        for channel in 0..<channels {
            var sum: Int64 = 0
            for index in 0..<count {
                sum &+= Int64(input[channel &* count &+ index])
            }
            output[channel] = Int32(
                truncatingIfNeeded: Rounding.mean(sum: sum, count: Int64(count)))
        }
    }

    @inline(__always)
    private static func maximum(
        _ corner: UnsafePointer<Int32>, _ window: Window, _ width: Int
    ) -> Int32 {
        var best = corner.pointee
        for row in 0..<window.height {
            for column in 0..<window.width {
                best = max(best, corner[row &* width &+ column])
            }
        }
        return best
    }

    /// The window that most networks have, without loops.
    @inline(__always)
    private static func maximumOfFour(_ corner: UnsafePointer<Int32>, _ width: Int) -> Int32 {
        let below = corner + width
        return max(max(corner[0], corner[1]), max(below[0], below[1]))
    }

    @inline(__always)
    private static func mean(
        _ corner: UnsafePointer<Int32>, _ window: Window, _ width: Int
    ) -> Int32 {
        var sum: Int64 = 0
        for row in 0..<window.height {
            for column in 0..<window.width {
                sum &+= Int64(corner[row &* width &+ column])
            }
        }
        return Int32(truncatingIfNeeded: Rounding.mean(sum: sum, count: Int64(window.reads)))
    }
}

extension Window {
    fileprivate var isTwoByTwo: Bool { height == 2 && width == 2 }
}
