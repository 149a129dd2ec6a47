/// The element-wise layers: one Q16.16 value in, one out.
package enum Activation {
    /// x for x ≥ 0, else slope·x, halves up, saturated. |slope·x| ≤ 2^62.
    @inline(__always)
    package static func leakyReLU(_ x: Int32, slope: Int32) -> Int32 {
        x >= 0 ? x : Rounding.q16(fromQ32: Int64(slope) &* Int64(x))
    }

    /// The logistic function, rounded once more from Q30.
    package static func sigmoid(_ x: Int32) -> Int32 {
        Rounding.q16(fromQ30: Transcendentals.sigmoid(x))
    }

    /// The hyperbolic tangent, rounded once more from Q30.
    package static func tanh(_ x: Int32) -> Int32 {
        Rounding.q16(fromQ30: Transcendentals.tanh(x))
    }
}
