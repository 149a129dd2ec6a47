/// 4 rows × 4 columns of a `MatrixProduct` at once, each sum in a register.
///
/// Eight numbers are read for sixteen products, from two addresses, two steps before a branch: 83
/// instructions for 32 products. That takes 25 registers of the 28 that RV64 can offer, and holds
/// as long as the compiler keeps the order below: each row of weights is used up before the next
/// one is read. (`scripts/guest` tells it not to reorder for the sake of a pipeline, which the
/// interpreter of the rollup machine has none of.)
enum RegisterTile {
    /// Rows, and columns.
    static let side = 4

    /// Where a tile begins in its sums, and where its results go.
    struct Place {
        /// The sums before the first product: the biases of the four rows in Q32.
        let starts: (Int64, Int64, Int64, Int64)
        /// The result of the first row and the first column.
        let output: UnsafeMutablePointer<Int32>
        let rowStride: Int
        let columnStride: Int
    }

    /// Adds up `depth` products of each pair, rounds, and stores.
    ///
    /// `weights` holds 4 · depth numbers, the four rows alternating, and `inputs` 4 · depth numbers,
    /// the four columns alternating. Why no sum overflows is told at `MatrixProduct`.
    ///
    /// A function of its own, never inlined: whatever else lived through its loop would take one of
    /// the registers that the sums need.
    @inline(never)
    static func run(
        weights: UnsafePointer<Int32>, inputs: UnsafePointer<Int32>, depth: Int, _ place: Place
    ) {
        var w = weights
        var x = inputs
        let end = inputs + side &* (depth & ~1)
        var (a0, b0, c0, d0) = place.starts
        var (a1, b1, c1, d1) = place.starts
        var (a2, b2, c2, d2) = place.starts
        var (a3, b3, c3, d3) = place.starts

        /// One product for each sum, from the numbers `at` and the three behind it.
        @inline(__always)
        func step(_ at: Int) {
            let (p, q) = (Int64(x[at]), Int64(x[at &+ 1]))
            let (r, s) = (Int64(x[at &+ 2]), Int64(x[at &+ 3]))
            let a = Int64(w[at])
            a0 &+= a &* p
            a1 &+= a &* q
            a2 &+= a &* r
            a3 &+= a &* s
            let b = Int64(w[at &+ 1])
            b0 &+= b &* p
            b1 &+= b &* q
            b2 &+= b &* r
            b3 &+= b &* s
            let c = Int64(w[at &+ 2])
            c0 &+= c &* p
            c1 &+= c &* q
            c2 &+= c &* r
            c3 &+= c &* s
            let d = Int64(w[at &+ 3])
            d0 &+= d &* p
            d1 &+= d &* q
            d2 &+= d &* r
            d3 &+= d &* s
        }

        while x < end {
            step(0)
            step(side)
            w += 2 &* side
            x += 2 &* side
        }
        if depth & 1 != 0 { step(0) }

        var column = place.output
        store(a0, b0, c0, d0, at: column, place.rowStride)
        column += place.columnStride
        store(a1, b1, c1, d1, at: column, place.rowStride)
        column += place.columnStride
        store(a2, b2, c2, d2, at: column, place.rowStride)
        column += place.columnStride
        store(a3, b3, c3, d3, at: column, place.rowStride)
    }

    @inline(__always)
    private static func store(
        _ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64, at column: UnsafeMutablePointer<Int32>,
        _ rowStride: Int
    ) {
        var place = column
        place.pointee = Rounding.q16(fromQ32: a)
        place += rowStride
        place.pointee = Rounding.q16(fromQ32: b)
        place += rowStride
        place.pointee = Rounding.q16(fromQ32: c)
        place += rowStride
        place.pointee = Rounding.q16(fromQ32: d)
    }
}
