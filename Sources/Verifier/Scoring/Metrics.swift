/// How often a class was found, claimed wrongly and missed.
public struct ClassCounts: Equatable, Sendable {
    public let truePositives: UInt32
    public let falsePositives: UInt32
    public let falseNegatives: UInt32
}

/// What an evaluation says about a model. All numbers are exact.
public struct Metrics: Equatable, Sendable {
    /// The sum of the losses of all samples, Q30: what rewards are paid on. At most 2^54.
    public let loss: UInt64
    /// Samples whose predicted class is their label; 0 for regression.
    public let correct: UInt32
    /// Samples scored.
    public let samples: UInt32
    /// One entry per class; none for regression.
    public let perClass: [ClassCounts]
    /// 2·(pairs in which the positive sample scores higher) + (pairs with equal scores).
    ///
    /// Class 1 is positive. 0 unless there are two classes and samples of both.
    public let aucNumerator: UInt64
    /// 2·positives·negatives; 0 where the AUC is undefined.
    public let aucDenominator: UInt64

    /// The mean of the classes' F1 in parts per billion, each floored, and floored again.
    ///
    /// A class that neither occurs nor is predicted counts as 0. 0 for regression.
    public var macroF1Ppb: UInt64 {
        guard !perClass.isEmpty else { return 0 }
        var sum: UInt64 = 0
        for counts in perClass {
            // Counts are at most 2^20 each: 10^9 · 2^21 < 2^51, and 2^16 classes of ≤ 10^9.
            let hits = 2 &* UInt64(counts.truePositives)
            let all = hits &+ UInt64(counts.falsePositives) &+ UInt64(counts.falseNegatives)
            if all > 0 { sum &+= 1_000_000_000 &* hits / all }
        }
        return sum / UInt64(truncatingIfNeeded: perClass.count)
    }

    /// The mean loss per sample as an exact fraction; for the identity head the mean squared error.
    public var meanLoss: (numerator: UInt64, denominator: UInt64) {
        (loss, UInt64(samples) &<< 30)
    }
}
