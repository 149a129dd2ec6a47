import Testing
import Verifier

@Suite struct Losses {
    /// Loss and prediction of logits that a network without parameters passes through.
    static func result(_ logits: [Int32], head: Int, label: Int) throws -> SampleResult {
        let architecture = try Architecture(
            parsing: ArchBlob.make([logits.count], [ArchBlob.flatten], head: head))
        let model = try Model(parameters: [], architecture: architecture)
        let blob = DataBlob(x: [logits.map(Int.init)], classes: [label])
        let data = try Dataset(parsing: blob.bytes, architecture: architecture)
        let inference = Inference(architecture: architecture, model: model)
        return try #require(inference.result(of: 0, in: data))
    }

    static func error(_ outputs: [Int32], _ targets: [Int32]) throws -> UInt64 {
        let architecture = try Architecture(
            parsing: ArchBlob.make([outputs.count], [ArchBlob.flatten], head: 3))
        let model = try Model(parameters: [], architecture: architecture)
        let blob = DataBlob(x: [outputs.map(Int.init)], targets: [targets.map(Int.init)])
        let data = try Dataset(parsing: blob.bytes, architecture: architecture)
        let inference = Inference(architecture: architecture, model: model)
        return try #require(inference.result(of: 0, in: data)).loss
    }

    /// ln 2 in Q30, as DML-1 computes it.
    static let ln2 = UInt64(Transcendentals.ln(1 << 31, fractionBits: 30))

    @Test func equalLogitsCostTheLogarithmOfTheirNumber() throws {
        #expect(try Losses.result([5, 5], head: 1, label: 0).loss == Losses.ln2)
        #expect(try Losses.result([0], head: 2, label: 1).loss == Losses.ln2)
        #expect((744_261_117...744_261_119).contains(Losses.ln2))
    }

    @Test func perfectPredictionsCostOneUnit() throws {
        #expect(try Losses.result([.max, .min], head: 1, label: 0).loss == 1)
        #expect(try Losses.result([30 << 16], head: 2, label: 1).loss == 1)
    }

    @Test func badPredictionsAreCutOffAtSixteen() throws {
        #expect(try Losses.result([.max, .min], head: 1, label: 1).loss == 1 << 34)
        #expect(try Losses.result([.min], head: 2, label: 1).loss == 1 << 34)
        #expect(try Losses.result([.max], head: 2, label: 0).loss == 1 << 34)
        // 15.0 below the best class is not cut off.
        #expect(try Losses.result([0, -(15 << 16)], head: 1, label: 1).loss < 1 << 34)
        #expect(try Losses.result([0, -(15 << 16)], head: 1, label: 1).loss > 15 << 30)
    }

    @Test func theLowestIndexWinsTies() throws {
        #expect(try Losses.result([1, 7, 7, 3], head: 1, label: 0).predicted == 1)
        #expect(try Losses.result([.min, .min], head: 1, label: 0).predicted == 0)
    }

    @Test func sigmoidPredictsOneOnlyAboveZero() throws {
        #expect(try Losses.result([0], head: 2, label: 0).predicted == 0)
        #expect(try Losses.result([1], head: 2, label: 0).predicted == 1)
        #expect(try Losses.result([-1], head: 2, label: 0).predicted == 0)
    }

    @Test func softmaxOfTwoAgreesWithTheSigmoid() throws {
        for z in stride(from: Int32(-900_000), through: 900_000, by: 12_345) {
            for label in 0...1 {
                let two = try Losses.result([0, z], head: 1, label: label).loss
                let one = try Losses.result([z], head: 2, label: label).loss
                #expect(two == one, "z = \(z)")
            }
        }
    }

    @Test func squaredErrorsAreCutOffAtFourBeforeSquaring() throws {
        #expect(try Losses.error([1 << 16], [0]) == 1 << 30)
        #expect(try Losses.error([1 << 18], [0]) == 1 << 34)
        #expect(try Losses.error([(1 << 18) + 1], [0]) == 1 << 34)
        #expect(try Losses.error([.min], [.max]) == 1 << 34)
        #expect(try Losses.error([.max], [.min]) == 1 << 34)
        // 1 → (1 + 2) >> 2 = 0, 2 → 6 >> 2 = 1, 3 → 11 >> 2 = 2.
        #expect(try [1, 2, 3].map { try Losses.error([$0], [0]) } == [0, 1, 2])
    }

    @Test func squaredErrorsAddUpOverOutputsAndAreCutOffOnce() throws {
        #expect(try Losses.error([1 << 16, 1 << 17], [0, 0]) == 5 << 30)
        #expect(try Losses.error([1 << 18, 1 << 18, 1], [0, 0, 0]) == 1 << 34)
        #expect(try Losses.result([0], head: 2, label: 0).predicted != nil)
    }

    @Test func probabilitiesAddUpToOne() throws {
        let result = try Losses.result([100_000, -3, 5, 65_536], head: 1, label: 0)
        let total = result.probabilities.reduce(0, +)
        #expect(abs(total - (1 << 30)) <= 4)
        #expect(result.probabilities.sorted().last == result.probabilities[0])
        #expect(try Losses.result([0, 0], head: 1, label: 0).probabilities == [1 << 29, 1 << 29])
        #expect(
            try Losses.result([65_536], head: 2, label: 0).probabilities.reduce(0, +) == 1 << 30)
        #expect(Head.identity.probabilities(of: [1, 2]).isEmpty)
        #expect(Head.softmax.probabilities(of: []).isEmpty)
    }
}
