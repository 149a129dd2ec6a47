/// The losses of the heads in Q30, each for one sample, before the cut at `DML1.lossLimit`.
package enum Loss {
    /// Cross-entropy of the softmax: ln Σ e^(z_j − z_max) + (z_max − z_label).
    ///
    /// `logits` are 2 … 65,536 values and `label` is one of their indices. The sum is at most 2^46,
    /// and so is the shifted difference.
    package static func softmax(_ logits: UnsafeBufferPointer<Int32>, label: Int) -> UInt64 {
        let top = Int64(logits[greatest(logits)])
        let sum = exponentialSum(logits, top: top)
        let distance = top &- Int64(logits[label])
        return UInt64(
            truncatingIfNeeded: Transcendentals.ln(sum, fractionBits: 30) &+ distance &<< 14)
    }

    /// Binary cross-entropy of one logit: ln(1 + e^−|z|) + max(0, ∓z).
    package static func sigmoid(_ logit: Int32, label: Int) -> UInt64 {
        let z = Int64(logit)
        let e = Transcendentals.expNeg(z < 0 ? z : 0 &- z)
        let sum = UInt64(truncatingIfNeeded: Transcendentals.one &+ e)
        let distance = max(0, label == 1 ? 0 &- z : z)
        return UInt64(
            truncatingIfNeeded: Transcendentals.ln(sum, fractionBits: 30) &+ distance &<< 14)
    }

    /// The square of one output's error, cut off at 4.0 before squaring: at most 2^34.
    package static func squaredError(_ output: Int32, target: Int32) -> UInt64 {
        let difference = Int64(output) &- Int64(target)
        let error = min(difference < 0 ? 0 &- difference : difference, 1 << 18)
        return UInt64(truncatingIfNeeded: (error &* error &+ 2) &>> 2)
    }

    /// The index of the largest value, the lowest one among equals.
    package static func greatest(_ values: UnsafeBufferPointer<Int32>) -> Int {
        var best = 0
        for index in 0..<values.count where values[index] > values[best] {
            best = index
        }
        return best
    }

    /// Σ e^(z_j − top) in Q30, where `top` is the largest logit: 2^30 … 2^46.
    package static func exponentialSum(_ logits: UnsafeBufferPointer<Int32>, top: Int64) -> UInt64 {
        var sum: Int64 = 0
        for index in 0..<logits.count {
            sum &+= Transcendentals.expNeg(Int64(logits[index]) &- top)
        }
        return UInt64(truncatingIfNeeded: sum)
    }
}
