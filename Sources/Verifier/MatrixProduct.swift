/// output[row, column] = round(Σ_k weights[row, k] · inputs[column, k] + bias[row]).
///
/// Dense and Conv2D are both this: rows are outputs, columns are samples or image positions.
///
/// # Layout
/// Weights lie in panels, as `WeightPanels` makes them: the numbers of four rows alternate, so that
/// a tile of 4 rows × 3 columns reads them from one address. Its three columns alternate too. That
/// leaves a tile 12 sums, 7 numbers and 2 addresses, which is what the registers of RV64 hold: 34
/// instructions for 12 products. With seven addresses, or unrolled, it spills.
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
    /// `scratch` takes `3 · depth` values.
    func run(
        _ inputs: UnsafePointer<Int32>, columns: Int, scratch: UnsafeMutablePointer<Int32>
    ) {
        var column = 0
        while column &+ 3 <= columns {
            interleave(inputs + column &* depth, into: scratch)
            computeThree(UnsafePointer(scratch), column: column)
            column &+= 3
        }
        while column < columns {
            computeOne(inputs + column &* depth, column: column)
            column &+= 1
        }
    }

    /// Computes columns `column` ..< `column + 3`, whose inputs alternate.
    func computeThree(_ inputs: UnsafePointer<Int32>, column: Int) {
        var row = 0
        while row &+ WeightPanels.height <= rows {
            tile4x3(row, inputs, column)
            row &+= WeightPanels.height
        }
        while row < rows {
            tile1x3(row, inputs, column)
            row &+= 1
        }
    }

    /// Computes one column.
    func computeOne(_ inputs: UnsafePointer<Int32>, column: Int) {
        var row = 0
        while row &+ WeightPanels.height <= rows {
            tile4x1(row, inputs, column)
            row &+= WeightPanels.height
        }
        while row < rows {
            tile1x1(row, inputs, column)
            row &+= 1
        }
    }

    /// Lets three columns alternate.
    private func interleave(
        _ columns: UnsafePointer<Int32>, into target: UnsafeMutablePointer<Int32>
    ) {
        let second = columns + depth
        let third = second + depth
        var place = target
        for k in 0..<depth {
            place[0] = columns[k]
            place[1] = second[k]
            place[2] = third[k]
            place += 3
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

    @inline(__always)
    private func store4(
        _ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64, _ row: Int, _ column: Int
    ) {
        store(a, row, column)
        store(b, row &+ 1, column)
        store(c, row &+ 2, column)
        store(d, row &+ 3, column)
    }

    @inline(__always)
    private func tile4x3(_ row: Int, _ inputs: UnsafePointer<Int32>, _ column: Int) {
        let starts = (start(row), start(row &+ 1), start(row &+ 2), start(row &+ 3))
        var tile = RegisterTile(starts)
        tile.add(weights: panels + row &* depth, inputs: inputs, depth: depth)
        let (first, second, third) = (tile.first, tile.second, tile.third)
        store4(first.0, first.1, first.2, first.3, row, column)
        store4(second.0, second.1, second.2, second.3, row, column &+ 1)
        store4(third.0, third.1, third.2, third.3, row, column &+ 2)
    }

    @inline(never)
    private func tile4x1(_ row: Int, _ inputs: UnsafePointer<Int32>, _ column: Int) {
        var w = panels + row &* depth
        var x = inputs
        let end = inputs + depth
        var (a, b, c, d) = (start(row), start(row &+ 1), start(row &+ 2), start(row &+ 3))
        while x < end {
            let p = Int64(x[0])
            a &+= Int64(w[0]) &* p
            b &+= Int64(w[1]) &* p
            c &+= Int64(w[2]) &* p
            d &+= Int64(w[3]) &* p
            w += 4
            x += 1
        }
        store4(a, b, c, d, row, column)
    }

    @inline(never)
    private func tile1x3(_ row: Int, _ inputs: UnsafePointer<Int32>, _ column: Int) {
        var w = panels + row &* depth
        var x = inputs
        let end = inputs + 3 &* depth
        var (p, q, r) = (start(row), start(row), start(row))
        while x < end {
            let a = Int64(w[0])
            p &+= a &* Int64(x[0])
            q &+= a &* Int64(x[1])
            r &+= a &* Int64(x[2])
            w += 1
            x += 3
        }
        store(p, row, column)
        store(q, row, column &+ 1)
        store(r, row, column &+ 2)
    }

    @inline(never)
    private func tile1x1(_ row: Int, _ inputs: UnsafePointer<Int32>, _ column: Int) {
        let w = panels + row &* depth
        var sum = start(row)
        for k in 0..<depth {
            sum &+= Int64(w[k]) &* Int64(inputs[k])
        }
        store(sum, row, column)
    }
}
