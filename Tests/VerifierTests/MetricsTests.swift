import TestSupport
import Testing
import Verifier

@Suite struct MetricFormulas {
    /// Scores logits as they are, labels beside them.
    static func metrics(_ logits: [[Int]], _ labels: [Int], head: Int) throws -> Metrics {
        let architecture = try Architecture(
            parsing: ArchBlob.make([logits[0].count], [ArchBlob.flatten], head: head))
        let model = try Model(parameters: [], architecture: architecture)
        let data = try Dataset(
            parsing: DataBlob(x: logits, classes: labels).bytes, architecture: architecture)
        var evaluation = Evaluation(architecture: architecture, model: model, data: data)
        while !evaluation.isFinished { _ = evaluation.step(budget: 0, atLeastOne: true) }
        return evaluation.metrics
    }

    /// The AUC as it is defined: over all pairs.
    static func pairs(_ scores: [Int], _ labels: [Int]) -> [UInt64] {
        var numerator: UInt64 = 0
        var denominator: UInt64 = 0
        for (p, positive) in zip(scores, labels) where positive == 1 {
            for (n, negative) in zip(scores, labels) where negative == 0 {
                denominator += 2
                numerator += p > n ? 2 : p == n ? 1 : 0
            }
        }
        return [numerator, denominator]
    }

    /// Few samples and many: they are sorted in different ways.
    @Test(arguments: [(41, 90), (42, 90), (43, 90), (44, 511), (45, 512)] as [(UInt64, Int)])
    func aucCountsAllPairs(_ seed: UInt64, samples: Int) throws {
        var random = SplitMix64(seed: seed)
        // Few different scores make ties; the ends of Int32 make the widest differences.
        let choices = [Int(Int32.min), -70_000, -1, 0, 1, 4_096, 70_000, Int(Int32.max)]
        let labels = (0..<samples).map { _ in random.below(2) }
        let one = (0..<samples).map { _ in [random.pick(choices)] }
        let sigmoid = try MetricFormulas.metrics(one, labels, head: 2)
        #expect(
            [sigmoid.aucNumerator, sigmoid.aucDenominator]
                == MetricFormulas.pairs(one.map { $0[0] }, labels), "seed \(seed)")
        let two = (0..<samples).map { _ in [random.pick(choices), random.pick(choices)] }
        let softmax = try MetricFormulas.metrics(two, labels, head: 1)
        #expect(
            [softmax.aucNumerator, softmax.aucDenominator]
                == MetricFormulas.pairs(two.map { $0[1] - $0[0] }, labels), "seed \(seed)")
    }

    @Test func aucIsUndefinedWithOneClassOrWithThree() throws {
        for labels in [[0, 0], [1, 1]] {
            let metrics = try MetricFormulas.metrics([[5], [-5]], labels, head: 2)
            #expect(metrics.aucNumerator == 0)
            #expect(metrics.aucDenominator == 0)
        }
        let three = try MetricFormulas.metrics([[5, 1, 2], [1, 2, 3]], [0, 1], head: 1)
        #expect(three.aucDenominator == 0)
    }

    @Test(arguments: [1, 80] as [UInt64])
    func rankStatisticOrdersTheWholeRangeOfDifferences(_ copies: UInt64) {
        var ranks = RankStatistic()
        let scores = [-(1 << 32) + 1, -(1 << 31), -1, 0, 1, 1 << 31, (1 << 32) - 1]
        for (index, score) in scores.enumerated().reversed() {
            for _ in 0..<copies { ranks.add(score: Int64(score), isPositive: index > 3) }
        }
        #expect(ranks.finish() == (24 * copies * copies, 24 * copies * copies))
        #expect(ranks.finish() == (0, 0), "nothing is left")
    }

    @Test func classCountsAndF1FollowTheConfusionMatrix() throws {
        // Predicted 0, 0, 1, 1, 1, 2 for labels 0, 1, 1, 1, 0, 0; class 3 never occurs.
        let rows = [0, 0, 1, 1, 1, 2].map { best in (0..<4).map { $0 == best ? 9 : 0 } }
        let metrics = try MetricFormulas.metrics(rows, [0, 1, 1, 1, 0, 0], head: 1)
        let counts = metrics.perClass.map {
            [$0.truePositives, $0.falsePositives, $0.falseNegatives]
        }
        #expect(counts == [[1, 1, 2], [2, 1, 1], [0, 1, 0], [0, 0, 0]])
        #expect(metrics.correct == 3)
        #expect(metrics.samples == 6)
        // 2/5, 4/6, 0, and 0 for the class that is not there.
        #expect(metrics.macroF1Ppb == (400_000_000 + 666_666_666) / 4)
    }

    @Test func sigmoidCountsTwoClasses() throws {
        let metrics = try MetricFormulas.metrics([[5], [5], [-5]], [1, 0, 0], head: 2)
        let counts = metrics.perClass.map {
            [$0.truePositives, $0.falsePositives, $0.falseNegatives]
        }
        #expect(counts == [[1, 0, 1], [1, 1, 0]])
    }

    @Test func regressionHasOnlyALoss() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([2], [ArchBlob.flatten], head: 3))
        let model = try Model(parameters: [], architecture: architecture)
        let data = try Dataset(
            parsing: DataBlob(x: [[0, 0], [1 << 16, 0]], targets: [[0, 0], [0, 0]]).bytes,
            architecture: architecture)
        var evaluation = Evaluation(architecture: architecture, model: model, data: data)
        _ = evaluation.step(budget: .max)
        let metrics = evaluation.metrics
        #expect(metrics.loss == 1 << 30)
        #expect(metrics.correct == 0)
        #expect(metrics.perClass.isEmpty)
        #expect(metrics.macroF1Ppb == 0)
        #expect(metrics.aucDenominator == 0)
        #expect(metrics.meanLoss == (1 << 30, 2 << 30))
    }
}
