/// output[row, column] = round(Σ_k weights[row, k] · inputs[column, k] + bias[row]).
///
/// Dense and Conv2D are both this: rows are outputs, columns are samples or image positions.
///
/// # Layout
/// Weights lie in panels, as `WeightPanels` makes them: the numbers of four rows alternate, so that
/// a `RegisterTile` of 4 rows × 4 columns reads them from one address. Its four columns alternate
/// too. Rows and columns that are left over are computed with fewer sums at a time.
///
/// # Why nothing here can overflow or leave its buffer
/// The load proof gives Σ_k |w| ≤ 2^32 − 2^17 per row, and |x| ≤ 2^31, so every partial sum in any
/// order is at most 2^63 − 2^48. The bias, shifted to Q32, adds at most 2^47 and the rounding 2^15.
/// The sum starts from the bias. Whoever builds a value vouches for the extents: `rows · depth`
/// weights, `rows` biases or none, and an output that holds every `row · rowStride +
/// column · columnStride` that is asked for.
struct MatrixProduct {
    let panels: UnsafePointer<Int32>
    let bias: UnsafePointer<Int32>?
    let output: UnsafeMutablePointer<Int32>
    let rows: Int
    let depth: Int
    let rowStride: Int
    let columnStride: Int

    /// Computes columns 0 ..< `columns` from inputs that lie one column after the other.
    ///
    /// `scratch` takes `4 · depth` values.
    func run(
        _ inputs: UnsafePointer<Int32>, columns: Int, scratch: UnsafeMutablePointer<Int32>
    ) {
        var column = 0
        while column &+ RegisterTile.side <= columns {
            interleave(inputs + column &* depth, into: scratch)
            computeFour(UnsafePointer(scratch), column: column)
            column &+= RegisterTile.side
        }
        while column < columns {
            computeOne(inputs + column &* depth, column: column)
            column &+= 1
        }
    }

    /// Computes columns `column` ..< `column + 4`, whose inputs alternate.
    func computeFour(_ inputs: UnsafePointer<Int32>, column: Int) {
        var row = 0
        while row &+ RegisterTile.side <= rows {
            let place = RegisterTile.Place(
                starts: starts(row),
                output: output + (row &* rowStride &+ column &* columnStride),
                rowStride: rowStride, columnStride: columnStride)
            RegisterTile.run(
                weights: panels + row &* depth, inputs: inputs, depth: depth, place)
            row &+= RegisterTile.side
        }
        while row < rows {
            tile1x4(row, inputs, column)
            row &+= 1
        }
    }

    /// Computes one column.
    func computeOne(_ inputs: UnsafePointer<Int32>, column: Int) {
        var row = 0
        while row &+ RegisterTile.side <= rows {
            tile4x1(row, inputs, column)
            row &+= RegisterTile.side
        }
        while row < rows {
            tile1x1(row, inputs, column)
            row &+= 1
        }
    }

    /// Lets four columns alternate.
    private func interleave(
        _ columns: UnsafePointer<Int32>, into target: UnsafeMutablePointer<Int32>
    ) {
        let second = columns + depth
        let third = second + depth
        let fourth = third + depth
        var place = target
        for k in 0..<depth {
            place[0] = columns[k]
            place[1] = second[k]
            place[2] = third[k]
            place[3] = fourth[k]
            place += 4
        }
    }

    /// The bias in Q32, from which a row's sum starts.
    @inline(__always)
    private func start(_ row: Int) -> Int64 {
        guard let bias else { return 0 }
        return Int64(bias[row]) &<< 16
    }

    @inline(__always)
    private func store(_ sum: Int64, _ row: Int, _ column: Int) {
        output[row &* rowStride &+ column &* columnStride] = Rounding.q16(fromQ32: sum)
    }

    /// The biases of four rows in Q32.
    @inline(__always)
    private func starts(_ row: Int) -> (Int64, Int64, Int64, Int64) {
        (start(row), start(row &+ 1), start(row &+ 2), start(row &+ 3))
    }

    @inline(never)
    private func tile4x1(_ row: Int, _ inputs: UnsafePointer<Int32>, _ column: Int) {
        var w = panels + row &* depth
        var x = inputs
        let end = inputs + depth
        var (a, b, c, d) = starts(row)
        while x < end {
            let p = Int64(x[0])
            a &+= Int64(w[0]) &* p
            b &+= Int64(w[1]) &* p
            c &+= Int64(w[2]) &* p
            d &+= Int64(w[3]) &* p
            w += 4
            x += 1
        }
        store(a, row, column)
        store(b, row &+ 1, column)
        store(c, row &+ 2, column)
        store(d, row &+ 3, column)
    }

    @inline(never)
    private func tile1x4(_ row: Int, _ inputs: UnsafePointer<Int32>, _ column: Int) {
        var w = panels + row &* depth
        var x = inputs
        let end = inputs + RegisterTile.side &* depth
        let start = start(row)
        var (p, q, r, s) = (start, start, start, start)
        while x < end {
            let a = Int64(w[0])
            p &+= a &* Int64(x[0])
            q &+= a &* Int64(x[1])
            r &+= a &* Int64(x[2])
            s &+= a &* Int64(x[3])
            w += 1
            x += RegisterTile.side
        }
        store(p, row, column)
        store(q, row, column &+ 1)
        store(r, row, column &+ 2)
        store(s, row, column &+ 3)
    }

    @inline(never)
    private func tile1x1(_ row: Int, _ inputs: UnsafePointer<Int32>, _ column: Int) {
        var w = panels + row &* depth
        var x = inputs
        let end = inputs + (depth & ~3)
        var sum = start(row)
        // Four steps before a branch.
        while x < end {
            sum &+= Int64(w[0]) &* Int64(x[0])
            sum &+= Int64(w[1]) &* Int64(x[1])
            sum &+= Int64(w[2]) &* Int64(x[2])
            sum &+= Int64(w[3]) &* Int64(x[3])
            w += 4
            x += 4
        }
        for k in 0..<(depth & 3) {
            sum &+= Int64(w[k]) &* Int64(x[k])
        }
        store(sum, row, column)
    }
}
