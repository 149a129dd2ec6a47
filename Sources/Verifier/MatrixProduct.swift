/// output[row, column] = round(Σ_k weights[row, k] · inputs[column, k] + bias[row]).
///
/// Dense and Conv2D are both this: rows are outputs, columns are samples or image positions.
///
/// # Why nothing here can overflow or leave its buffer
/// The load proof gives Σ_k |w| ≤ 2^32 − 2^17 per row, and |x| ≤ 2^31, so every partial sum in any
/// order is at most 2^63 − 2^48. The bias, shifted to Q32, adds at most 2^47 and the rounding 2^15.
/// The sum starts from the bias. Whoever builds a value vouches for the extents: `rows · depth`
/// weights, `columns · depth` inputs, `rows` biases or none, and an output that holds
/// `(rows − 1) · rowStride + (columns − 1) · columnStride + 1` values.
package struct MatrixProduct {
    let weights: UnsafePointer<Int32>
    let bias: UnsafePointer<Int32>?
    let inputs: UnsafePointer<Int32>
    let output: UnsafeMutablePointer<Int32>
    let rows: Int
    let columns: Int
    let depth: Int
    let rowStride: Int
    let columnStride: Int

    package init(
        weights: UnsafePointer<Int32>, bias: UnsafePointer<Int32>?,
        inputs: UnsafePointer<Int32>, output: UnsafeMutablePointer<Int32>,
        rows: Int, columns: Int, depth: Int, rowStride: Int, columnStride: Int
    ) {
        self.weights = weights
        self.bias = bias
        self.inputs = inputs
        self.output = output
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.rowStride = rowStride
        self.columnStride = columnStride
    }

    /// The definition, one sum at a time. The tiled kernel is tested against it.
    package func runReference() {
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = start(row)
                for k in 0..<depth {
                    let w = Int64(weights[row &* depth &+ k])
                    let x = Int64(inputs[column &* depth &+ k])
                    sum &+= w &* x
                }
                store(sum, row, column)
            }
        }
    }

    /// The same values from register tiles of 4 rows × 3 columns: 7 loads for 12 products.
    ///
    /// Twelve sums are what the register file holds; a 4 × 4 tile spills on RV64.
    package func run() {
        var row = 0
        while row &+ 4 <= rows {
            var column = 0
            while column &+ 3 <= columns {
                tile4x3(row, column)
                column &+= 3
            }
            while column < columns {
                tile4x1(row, column)
                column &+= 1
            }
            row &+= 4
        }
        while row < rows {
            var column = 0
            while column &+ 3 <= columns {
                tile1x3(row, column)
                column &+= 3
            }
            while column < columns {
                tile1x1(row, column)
                column &+= 1
            }
            row &+= 1
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
    private func tile4x3(_ row: Int, _ column: Int) {
        let w0 = weights + row &* depth
        let w1 = w0 + depth
        let w2 = w1 + depth
        let w3 = w2 + depth
        let x0 = inputs + column &* depth
        let x1 = x0 + depth
        let x2 = x1 + depth
        var (a0, b0, c0, d0) = (start(row), start(row &+ 1), start(row &+ 2), start(row &+ 3))
        var (a1, b1, c1, d1) = (a0, b0, c0, d0)
        var (a2, b2, c2, d2) = (a0, b0, c0, d0)
        for k in 0..<depth {
            let (p, q, r) = (Int64(x0[k]), Int64(x1[k]), Int64(x2[k]))
            let a = Int64(w0[k])
            a0 &+= a &* p
            a1 &+= a &* q
            a2 &+= a &* r
            let b = Int64(w1[k])
            b0 &+= b &* p
            b1 &+= b &* q
            b2 &+= b &* r
            let c = Int64(w2[k])
            c0 &+= c &* p
            c1 &+= c &* q
            c2 &+= c &* r
            let d = Int64(w3[k])
            d0 &+= d &* p
            d1 &+= d &* q
            d2 &+= d &* r
        }
        store4(a0, b0, c0, d0, row, column)
        store4(a1, b1, c1, d1, row, column &+ 1)
        store4(a2, b2, c2, d2, row, column &+ 2)
    }

    @inline(__always)
    private func tile4x1(_ row: Int, _ column: Int) {
        let w0 = weights + row &* depth
        let w1 = w0 + depth
        let w2 = w1 + depth
        let w3 = w2 + depth
        let x0 = inputs + column &* depth
        var (a, b, c, d) = (start(row), start(row &+ 1), start(row &+ 2), start(row &+ 3))
        for k in 0..<depth {
            let p = Int64(x0[k])
            a &+= Int64(w0[k]) &* p
            b &+= Int64(w1[k]) &* p
            c &+= Int64(w2[k]) &* p
            d &+= Int64(w3[k]) &* p
        }
        store4(a, b, c, d, row, column)
    }

    @inline(__always)
    private func tile1x3(_ row: Int, _ column: Int) {
        let w0 = weights + row &* depth
        let x0 = inputs + column &* depth
        let x1 = x0 + depth
        let x2 = x1 + depth
        var (a0, a1, a2) = (start(row), start(row), start(row))
        for k in 0..<depth {
            let a = Int64(w0[k])
            a0 &+= a &* Int64(x0[k])
            a1 &+= a &* Int64(x1[k])
            a2 &+= a &* Int64(x2[k])
        }
        store(a0, row, column)
        store(a1, row, column &+ 1)
        store(a2, row, column &+ 2)
    }

    @inline(__always)
    private func tile1x1(_ row: Int, _ column: Int) {
        let w0 = weights + row &* depth
        let x0 = inputs + column &* depth
        var sum = start(row)
        for k in 0..<depth {
            sum &+= Int64(w0[k]) &* Int64(x0[k])
        }
        store(sum, row, column)
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
}
