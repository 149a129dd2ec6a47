import ABI
import Content
import Verifier

/// What is charged at a fixed price for a parameter, a byte or a score, beside the samples of an
/// evaluation: once with so many that only they count, and once with a single parameter.
enum ChargeWorkloads {
    static func run() {
        // Rows of one weight have the most around each of them.
        let wide = Blobs.architecture([1], [Blobs.dense(16_384)], head: 3)
        models(wide, "per unit of work", parameters: wide.parameterCount)
        let single = Blobs.architecture([1], [[0x01, 1, 0, 0, 0, 0]], head: 3)
        models(single, "of one parameter", parameters: nil)
        parsing("a value of i8 and a label", features: 1, .int8)
        parsing("values of i8", features: 256, .int8)
        parsing("values of i16", features: 256, .int16)
        ranking(samples: 500)
        ranking(samples: 65_536)
        ranking(samples: most)
        twoClasses()
    }

    /// Everything that happens to whole models: divided by the units that it is charged, or, without
    /// a number of parameters, as it is.
    private static func models(
        _ architecture: Architecture, _ measure: String, parameters: Int?
    ) {
        func units(_ perParameter: Int) -> Int { parameters.map { $0 * perParameter } ?? 1 }
        let global = Blobs.model(architecture)
        let samples = Blobs.regression(architecture, samples: 1)
        var blob = Blobs.weights(architecture, .int16)
        // A delta, which also adds.
        blob[5] = 1
        var average = FederatedAverage(global: global)
        average.add(global)
        func load() -> Model {
            do throws(VerifierError) {
                return try Model(
                    parsing: blob, architecture: architecture, base: global, dtype: .int16)
            } catch {
                Measurement.fail("weights: \(error.code)")
            }
        }
        func evaluate(_ model: Model) {
            let evaluation = Evaluation(architecture: architecture, model: model, data: samples)
            Measurement.expect(evaluation.scored == 0, "nothing is scored")
        }
        func evaluateMean() {
            do throws(VerifierError) {
                evaluate(try average.mean(architecture: architecture))
            } catch {
                Measurement.fail("mean: \(error.code)")
            }
        }
        Measurement.run("a model loaded, \(measure)", per: units(16)) { evaluate(load()) }
        Measurement.run("an update loaded, bounded and added, \(measure)", per: units(24)) {
            let model = load()
            Measurement.expect(model.squaredDistance(to: global) > 0, "an update")
            average.add(model)
        }
        average.add(global)
        Measurement.run("a mean, \(measure)", per: units(24)) { evaluateMean() }
        Measurement.run("an update loaded and taken out, and a mean, \(measure)", per: units(48)) {
            average.remove(load())
            evaluateMean()
        }
        Measurement.run("a new global model and its digest, \(measure)", per: units(32)) {
            let digest = SHA256.hash(global.canonicalBlob(architecture: architecture))
            Measurement.expect(digest != .zero, "a digest")
        }
    }

    /// A unit for every four bytes.
    private static func parsing(_ name: String, features: Int, _ dtype: DataDType) {
        let architecture = Blobs.architecture([features], [Blobs.dense(10)], head: 1)
        let blob = Blobs.dataset(
            architecture, samples: 65_536 / features, dtype, classes: 10
        ).bytes
        Measurement.run("data parsed, \(name), per unit of work", per: (blob.count + 3) / 4) {
            do throws(VerifierError) {
                let data = try Dataset(parsing: blob, architecture: architecture)
                Measurement.expect(data.features == features, "its features")
            } catch {
                Measurement.fail("data: \(error.code)")
            }
        }
    }

    /// Samples of the largest evaluation.
    private static var most: Int { 1 << 20 }

    /// The most scores on the smallest network of two classes: in all, and what comes last when an
    /// input has only the last sample left to do.
    private static func twoClasses() {
        let architecture = Blobs.architecture([1], [Blobs.dense(1)], head: 2)
        let data = Blobs.dataset(architecture, samples: most, .int8, classes: 2)
        let each = architecture.unitsPerSample
        var evaluation = Evaluation(
            architecture: architecture, model: Blobs.model(architecture), data: data)
        var copy = evaluation
        Measurement.run(
            "\(most) samples of two classes, per unit of work", per: most * Int(each)
        ) {
            _ = evaluation.step(budget: .max)
            Measurement.expect(evaluation.isFinished, "all samples")
        }
        _ = copy.step(budget: each * UInt64(most - 1))
        Measurement.run("the last of \(most) samples of two classes") {
            _ = copy.step(budget: each)
            Measurement.expect(copy.isFinished, "the last sample")
        }
    }

    private static func ranking(samples: Int) {
        var numbers = Numbers(seed: 6)
        var scores: [Int64] = []
        for _ in 0..<samples { scores.append(Int64(numbers.nextInt32(below: .max))) }
        Measurement.run("AUC of \(samples) scores, per score", per: samples) {
            var ranks = RankStatistic(capacity: samples)
            for (index, score) in scores.enumerated() {
                ranks.add(score: score, isPositive: index & 1 == 0)
            }
            Measurement.expect(ranks.finish().denominator > 0, "both classes")
        }
    }
}
