/// The twelve sums of 4 rows × 3 columns, column by column.
struct RegisterTile {
    typealias Column = (Int64, Int64, Int64, Int64)

    private(set) var first: Column
    private(set) var second: Column
    private(set) var third: Column

    /// The same start for all columns: the biases of the rows in Q32.
    init(_ starts: Column) {
        first = starts
        second = starts
        third = starts
    }

    /// Adds up `depth` products of each pair. `weights` holds 4 · depth alternating numbers, and
    /// `inputs` 3 · depth. Why no sum overflows is told at `MatrixProduct`.
    ///
    /// A function of its own, never inlined: whatever else lived through its loop would take one of
    /// the registers that the sums need.
    @inline(never)
    mutating func add(
        weights: UnsafePointer<Int32>, inputs: UnsafePointer<Int32>, depth: Int
    ) {
        var w = weights
        var x = inputs
        let end = inputs + 3 &* depth
        var (a0, b0, c0, d0) = first
        var (a1, b1, c1, d1) = second
        var (a2, b2, c2, d2) = third
        while x < end {
            let (p, q, r) = (Int64(x[0]), Int64(x[1]), Int64(x[2]))
            let a = Int64(w[0])
            a0 &+= a &* p
            a1 &+= a &* q
            a2 &+= a &* r
            let b = Int64(w[1])
            b0 &+= b &* p
            b1 &+= b &* q
            b2 &+= b &* r
            let c = Int64(w[2])
            c0 &+= c &* p
            c1 &+= c &* q
            c2 &+= c &* r
            let d = Int64(w[3])
            d0 &+= d &* p
            d1 &+= d &* q
            d2 &+= d &* r
            w += 4
            x += 3
        }
        first = (a0, b0, c0, d0)
        second = (a1, b1, c1, d1)
        third = (a2, b2, c2, d2)
    }
}
