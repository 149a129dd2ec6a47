import Verifier

/// What scoring is made of: the kernels alone, whole evaluations, and loading.
enum KernelWorkloads {
    static func run() {
        var sink = Sink()
        products(&sink)
        evaluations(&sink)
        functions(&sink)
        decoding(&sink)
        loading(&sink)
        averaging(&sink)
        Measurement.expect(sink.sum != 0, "something was computed")
    }

    /// Layers by themselves, from decoded activations to activations.
    private static func products(_ sink: inout Sink) {
        layer(
            "matrix product, M=48 N=96 K=256, per multiply-add", samples: 96, per: 48 * 256,
            Blobs.architecture([256], [Blobs.dense(48)], head: 3), &sink)
        let image = [16, 16, 16]
        layer(
            "convolution 3×3, 16→32 on 16×16, per multiply-add", samples: 4,
            per: 32 * 256 * 144,
            Blobs.architecture(
                image, [Blobs.convolution(32, kernel: 3, padding: 1), Blobs.flatten], head: 3),
            &sink)
        layer(
            "convolution 5×5, 16→32 on 16×16, per multiply-add", samples: 2,
            per: 32 * 256 * 400,
            Blobs.architecture(
                image, [Blobs.convolution(32, kernel: 5, padding: 2), Blobs.flatten], head: 3),
            &sink)
        layer(
            "convolution 1×1, 16→32 on 16×16, per multiply-add", samples: 4,
            per: 32 * 256 * 16,
            Blobs.architecture(
                image, [Blobs.convolution(32, kernel: 1, padding: 0), Blobs.flatten], head: 3),
            &sink)
        layer(
            "ReLU, per value", samples: 4, per: 4_096,
            Blobs.architecture(image, [Blobs.relu, Blobs.flatten], head: 3), &sink)
        layer(
            "MaxPool 2×2, per value read", samples: 4, per: 4_096,
            Blobs.architecture(image, [Blobs.halvingMaxPool, Blobs.flatten], head: 3), &sink)
    }

    /// All batches of `samples`, through the first layer and what follows it.
    private static func layer(
        _ name: String, samples: Int, per units: Int, _ architecture: Architecture,
        _ sink: inout Sink
    ) {
        let pass = PassWorkspace(
            architecture: architecture, model: Blobs.model(architecture), samples: samples)
        var numbers = Numbers(seed: 4)
        for index in 0..<(pass.batch * architecture.features) {
            pass.inputs[index] = numbers.nextInt32(below: 1 << 20)
        }
        let batches = samples / pass.batch
        var last: Int32 = 0
        Measurement.run(name, per: units * batches * pass.batch) {
            for _ in 0..<batches { last = pass.propagate() }
        }
        sink.take(Int64(last))
    }

    /// From a parsed model and parsed data to metrics: packing, decoding, layers, losses, counts.
    private static func evaluations(_ sink: inout Sink) {
        // conv 8, pool, conv 16, pool, dense 10: what digits of 8×8 pixels are read with.
        let cnn = Blobs.architecture(
            [1, 8, 8],
            [
                Blobs.convolution(8, kernel: 3, padding: 1), Blobs.relu, Blobs.halvingMaxPool,
                Blobs.convolution(16, kernel: 3, padding: 1), Blobs.relu, Blobs.halvingMaxPool,
                Blobs.flatten, Blobs.dense(10),
            ], head: 1)
        evaluate(
            "digits CNN, all included, per multiply-add", cnn, products: 23_680, &sink)
        let mlp = Blobs.architecture(
            [64], [Blobs.dense(32), Blobs.relu, Blobs.dense(10)], head: 1)
        evaluate("digits MLP, all included, per multiply-add", mlp, products: 2_368, &sink)
    }

    private static func evaluate(
        _ name: String, _ architecture: Architecture, products: Int, _ sink: inout Sink
    ) {
        let samples = 240
        let model = Blobs.model(architecture)
        let data = Blobs.dataset(architecture, samples: samples, .int8, classes: 10)
        var loss: UInt64 = 0
        Measurement.run(name, per: samples * products) {
            var evaluation = Evaluation(architecture: architecture, model: model, data: data)
            while !evaluation.isFinished { _ = evaluation.step(budget: 400_000_000) }
            loss = evaluation.metrics.loss
        }
        sink.take(Int64(truncatingIfNeeded: loss))
    }

    private static func functions(_ sink: inout Sink) {
        let count = 4_096
        Measurement.run("expNeg, per call", per: count) {
            for x in 0..<Int64(count) { sink.take(Transcendentals.expNeg(0 &- x &* 331)) }
        }
        Measurement.run("ln, per call", per: count) {
            for x in 0..<UInt64(count) {
                sink.take(Transcendentals.ln((1 << 30) &+ x &* 77_777, fractionBits: 30))
            }
        }
        Measurement.run("sigmoid, per call", per: count) {
            for x in 0..<Int32(count) {
                sink.take(Transcendentals.sigmoid((x &- 2_048) &* 331))
            }
        }
        Measurement.run("tanh, per call", per: count) {
            for x in 0..<Int32(count) { sink.take(Transcendentals.tanh((x &- 2_048) &* 331)) }
        }
    }

    private static func decoding(_ sink: inout Sink) {
        let architecture = Blobs.architecture([64], [Blobs.dense(10)], head: 1)
        let samples = 24
        let pass = PassWorkspace(
            architecture: architecture, model: Blobs.model(architecture), samples: samples)
        for (name, dtype) in [
            ("i8", .int8), ("u8", .uint8), ("i16", .int16), ("i32", .int32),
        ] as [(String, DataDType)] {
            let data = Blobs.dataset(architecture, samples: samples, dtype, classes: 10)
            Measurement.run("decoding of samples, \(name), per value", per: samples * 64) {
                pass.decode(data)
            }
            sink.take(Int64(pass.inputs[1]))
        }
    }

    private static func loading(_ sink: inout Sink) {
        let architecture = Blobs.architecture(
            [256], [Blobs.dense(128), Blobs.relu, Blobs.dense(10)], head: 1)
        let count = architecture.parameterCount
        for (name, dtype) in [("i8", .int8), ("i16", .int16), ("i32", .int32)]
            as [(String, WeightsDType)]
        {
            let blob = Blobs.weights(architecture, dtype)
            Measurement.run("loading of a model, \(name), per parameter", per: count) {
                do throws(VerifierError) {
                    let model = try Model(
                        parsing: blob, architecture: architecture, base: nil, dtype: dtype)
                    sink.take(Int64(model.parameters[0]))
                } catch {
                    Measurement.fail("weights: \(error.code)")
                }
            }
        }
        let model = Blobs.model(architecture)
        Measurement.run("packing for the kernels, per parameter", per: count) {
            let inference = Inference(architecture: architecture, model: model)
            sink.take(inference.logits(for: []) == nil ? 1 : 0)
        }
    }

    private static func averaging(_ sink: inout Sink) {
        let architecture = Blobs.architecture([256], [Blobs.dense(128)], head: 3)
        let count = architecture.parameterCount
        let global = Blobs.model(architecture)
        var average = FederatedAverage(global: global)
        Measurement.run("FedAvg: one model added, per parameter", per: count) {
            average.add(global)
        }
        average.add(global)
        Measurement.run("FedAvg: mean, per parameter", per: count) {
            do throws(VerifierError) {
                let mean = try average.mean(architecture: architecture)
                sink.take(Int64(mean.parameters[0]))
            } catch {
                Measurement.fail("mean: \(error.code)")
            }
        }
        Measurement.run("FedAvg: norm of an update, per parameter", per: count) {
            sink.take(Int64(truncatingIfNeeded: global.squaredDistance(to: global)))
        }
        Measurement.run("FedAvg: blob of the new global model, per parameter", per: count) {
            sink.take(Int64(global.canonicalBlob(architecture: architecture).count))
        }
    }
}
