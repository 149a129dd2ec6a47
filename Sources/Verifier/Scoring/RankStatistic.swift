/// The area under the ROC curve of a two-class task, counted exactly.
///
/// Scores are collected and counted at the end. 8 bytes per sample, 16 while they are sorted; at most
/// 2^20 samples.
package struct RankStatistic: Sendable {
    /// (score + 2^32) · 2 + (1 for a positive): 34 bits, in the order of the scores.
    private var keys: [UInt64] = []

    /// Room for `capacity` samples, so that no key moves while they come.
    package init(capacity: Int = 0) {
        keys.reserveCapacity(capacity)
    }

    /// Takes a score in −2^32 … 2^32 − 1 (a difference of two logits) and its class.
    package mutating func add(score: Int64, isPositive: Bool) {
        let shifted = UInt64(truncatingIfNeeded: score &+ (1 << 32))
        keys.append(shifted &<< 1 | (isPositive ? 1 : 0))
    }

    /// (2·#(p > n) + #(p = n), 2·P·N), or (0, 0) without positives or without negatives.
    ///
    /// At most 2^39 each, for 2^20 samples. Gives the memory back.
    package mutating func finish() -> (numerator: UInt64, denominator: UInt64) {
        sort()
        let fraction = keys.withUnsafeBufferPointer { RankStatistic.pairs($0) }
        keys = []
        return fraction
    }

    /// Counts the pairs of keys in order.
    private static func pairs(
        _ keys: UnsafeBufferPointer<UInt64>
    ) -> (numerator: UInt64, denominator: UInt64) {
        var numerator: UInt64 = 0
        var negativesBelow: UInt64 = 0
        var positivesTotal: UInt64 = 0
        var start = 0
        while start < keys.count {
            let score = keys[start] &>> 1
            var positives: UInt64 = 0
            let first = start
            while start < keys.count, keys[start] &>> 1 == score {
                positives &+= keys[start] & 1
                start &+= 1
            }
            let negatives = UInt64(truncatingIfNeeded: start &- first) &- positives
            numerator &+= positives &* (2 &* negativesBelow &+ negatives)
            negativesBelow &+= negatives
            positivesTotal &+= positives
        }
        let denominator = 2 &* positivesTotal &* negativesBelow
        return denominator == 0 ? (0, 0) : (numerator, denominator)
    }

    /// Three counting passes over 12 bits each: linear, so that the last step of a large
    /// evaluation costs little more than any other. Passes over few keys would mostly count zeros.
    private mutating func sort() {
        guard keys.count >= 512 else {
            keys.sort()
            return
        }
        var target = [UInt64](repeating: 0, count: keys.count)
        for shift in stride(from: UInt64(0), to: 36, by: 12) {
            keys.withUnsafeBufferPointer { source in
                target.withUnsafeMutableBufferPointer { target in
                    RankStatistic.pass(from: source, to: target, shift)
                }
            }
            swap(&keys, &target)
        }
    }

    /// Orders as many keys as there is room for by 12 of their bits; equal ones keep their order.
    private static func pass(
        from source: UnsafeBufferPointer<UInt64>, to target: UnsafeMutableBufferPointer<UInt64>,
        _ shift: UInt64
    ) {
        // How many keys have a digit, then where the next one of them goes.
        var places = [Int](repeating: 0, count: 4096)
        places.withUnsafeMutableBufferPointer { places in
            for key in source {
                places[Int(truncatingIfNeeded: (key &>> shift) & 4095)] &+= 1
            }
            var next = 0
            for digit in 0..<4096 {
                let count = places[digit]
                places[digit] = next
                next &+= count
            }
            for key in source {
                let digit = Int(truncatingIfNeeded: (key &>> shift) & 4095)
                target[places[digit]] = key
                places[digit] &+= 1
            }
        }
    }
}
