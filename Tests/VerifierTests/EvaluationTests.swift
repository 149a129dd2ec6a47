import TestSupport
import Testing
import Verifier

@Suite struct Evaluations {
    /// A random small network with images, and 61 samples: two full batches and a rest.
    static func scene(
        _ random: inout SplitMix64
    ) throws -> (architecture: Architecture, model: Model, data: Dataset) {
        let architecture = try Architecture(
            parsing: ArchBlob.make(
                [2, 4, 4],
                [
                    ArchBlob.conv(5, kernel: (3, 3), pads: [1, 1, 1, 1]), ArchBlob.relu,
                    ArchBlob.pool(ArchBlob.maxPool, (2, 2), stride: (2, 2)), ArchBlob.flatten,
                    ArchBlob.dense(7), ArchBlob.tanh, ArchBlob.dense(2),
                ]))
        let parameters = (0..<architecture.parameterCount).map { _ in
            Int32(random.int(in: -40_000...40_000))
        }
        let rows = (0..<61).map { _ in (0..<32).map { _ in random.int(in: -99_000...99_000) } }
        let labels = (0..<61).map { _ in random.below(2) }
        return (
            architecture, try Model(parameters: parameters, architecture: architecture),
            try Dataset(
                parsing: DataBlob(x: rows, classes: labels).bytes, architecture: architecture)
        )
    }

    static func finished(_ evaluation: Evaluation) -> Metrics {
        var evaluation = evaluation
        _ = evaluation.step(budget: .max)
        return evaluation.metrics
    }

    @Test(arguments: [51, 52, 53] as [UInt64])
    func everySplitGivesTheSameBits(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (architecture, model, data) = try Evaluations.scene(&random)
        let start = Evaluation(architecture: architecture, model: model, data: data)
        let whole = Evaluations.finished(start)
        for _ in 0..<6 {
            var evaluation = start
            var spent: UInt64 = 0
            while !evaluation.isFinished {
                let most = random.pick([1, 3, 24, 25, 61])
                let samples = UInt64(random.int(in: 0...most))
                let before = evaluation.scored
                let work = evaluation.step(budget: samples * architecture.unitsPerSample)
                #expect(
                    work == UInt64(evaluation.scored - before) * architecture.unitsPerSample)
                spent += work
            }
            #expect(evaluation.metrics == whole, "seed \(seed)")
            #expect(spent == Evaluation.totalWork(architecture: architecture, samples: 61))
        }
    }

    @Test func aStepRunsWhatFitsAndNoMoreUnlessAsked() throws {
        var random = SplitMix64(seed: 54)
        let (architecture, model, data) = try Evaluations.scene(&random)
        let one = architecture.unitsPerSample
        #expect(one == architecture.workPerSample + 4, "two classes")
        var evaluation = Evaluation(architecture: architecture, model: model, data: data)
        #expect(evaluation.step(budget: 0) == 0)
        #expect(evaluation.step(budget: one - 1) == 0)
        #expect(evaluation.scored == 0)
        #expect(evaluation.step(budget: 0, atLeastOne: true) == one)
        #expect(evaluation.step(budget: one - 1, atLeastOne: true) == one)
        #expect(evaluation.step(budget: 3 * one - 1) == 2 * one)
        #expect(evaluation.step(budget: 3 * one) == 3 * one)
        #expect(evaluation.scored == 7)
        #expect(evaluation.step(budget: .max) == 54 * one)
        #expect(evaluation.isFinished)
        #expect(evaluation.step(budget: .max, atLeastOne: true) == 0)
        #expect(evaluation.metrics.samples == 61)
        #expect(evaluation.loss == evaluation.metrics.loss)
        #expect(evaluation.correct == evaluation.metrics.correct)
    }

    @Test func copiesContinueOnTheirOwn() throws {
        var random = SplitMix64(seed: 55)
        let (architecture, model, data) = try Evaluations.scene(&random)
        var first = Evaluation(architecture: architecture, model: model, data: data)
        _ = first.step(budget: 10 * architecture.unitsPerSample)
        let copy = first
        _ = first.step(budget: .max)
        #expect(copy.scored == 10)
        #expect(Evaluations.finished(copy) == first.metrics)
    }

    @Test func inferenceAgreesWithTheEvaluation() throws {
        var random = SplitMix64(seed: 56)
        let (architecture, model, data) = try Evaluations.scene(&random)
        let metrics = Evaluations.finished(
            Evaluation(architecture: architecture, model: model, data: data))
        let inference = Inference(architecture: architecture, model: model)
        let results = (0..<61).compactMap { inference.result(of: $0, in: data) }
        #expect(results.count == 61)
        #expect(results.reduce(0) { $0 + $1.loss } == metrics.loss)
        let predicted = metrics.perClass.map { Int($0.truePositives + $0.falsePositives) }
        #expect(predicted == (0..<2).map { c in results.count { $0.predicted == c } })
        #expect(inference.result(of: 61, in: data) == nil)
        #expect(inference.result(of: -1, in: data) == nil)
        for count in [0, 31, 33] {
            #expect(inference.logits(for: [Int32](repeating: 1, count: count)) == nil)
        }
    }

    @Test func activationsAreTheInputAndWhatLeavesEveryLayer() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([3], [ArchBlob.relu, ArchBlob.leaky(1 << 16), ArchBlob.tanh]))
        let model = try Model(parameters: [], architecture: architecture)
        let rows = [[-5, 0, 65_536], [7, Int(Int32.min), 1]]
        let data = try Dataset(
            parsing: DataBlob(x: rows, classes: [0, 2]).bytes, architecture: architecture)
        let inference = Inference(architecture: architecture, model: model)
        #expect(
            inference.activations(of: 0, in: data)
                == [[-5, 0, 65_536], [0, 0, 65_536], [0, 0, 65_536], [0, 0, 49_912]])
        #expect(
            inference.activations(of: 1, in: data)
                == [[7, .min, 1], [7, 0, 1], [7, 0, 1], [7, 0, 1]])
        #expect(inference.activations(of: 2, in: data) == nil)
        #expect(inference.predictions(for: data) == [2, 0])
    }

    /// More samples than a batch holds, where one sample is as wide as it may be.
    @Test func wideNetworksRunInSmallerBatches() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make(
                [1], [ArchBlob.dense(1 << 17, bias: 0), ArchBlob.relu], head: 3))
        #expect(architecture.datasetSize(samples: 1, xDType: .int8, yKind: .values) == nil)
        let narrow = try Architecture(
            parsing: ArchBlob.make(
                [1],
                [ArchBlob.dense(1 << 16, bias: 0), ArchBlob.relu, ArchBlob.dense(2, bias: 0)]))
        var parameters = [Int32](repeating: 0, count: narrow.parameterCount)
        parameters[0] = 1 << 16
        parameters[1 << 16] = 1 << 16
        let model = try Model(parameters: parameters, architecture: narrow)
        let rows = (0..<26).map { [($0 - 13) << 16] }
        let data = try Dataset(
            parsing: DataBlob(x: rows, classes: rows.map { $0[0] > 0 ? 0 : 1 }).bytes,
            architecture: narrow)
        let metrics = Evaluations.finished(
            Evaluation(architecture: narrow, model: model, data: data))
        // The 14 samples that are not above zero tie, and ties go to class 0.
        #expect(metrics.correct == 12)
        #expect(metrics.samples == 26)
    }
}
