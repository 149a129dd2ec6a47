import TestSupport
import Testing
import Verifier

/// Blobs with several wrong bytes, cut and spliced: parsers refuse or accept, and what they accept
/// can be computed with. A trap would end the test run.
@Suite struct HostileBlobs {
    static func damaged(_ blob: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var blob = blob
        for _ in 0...random.below(4) {
            guard !blob.isEmpty else { return blob }
            let place = random.below(blob.count)
            switch random.below(6) {
            case 0: blob[place] = random.pick([0, 1, 2, 3, 0x7F, 0x80, 0xFF])
            case 1: blob[place] ^= 1 << UInt8(random.below(8))
            case 2: blob[place] = UInt8(truncatingIfNeeded: random.next())
            case 3: blob.remove(at: place)
            case 4: blob.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            default: blob.swapAt(place, random.below(blob.count))
            }
        }
        return blob
    }

    @Test(arguments: [71, 72, 73] as [UInt64])
    func damagedArchitecturesAreRefusedOrComputable(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<4_000 {
            let blob = HostileBlobs.damaged(ArchitectureRules.all, &random)
            guard let architecture = try? Architecture(parsing: blob) else { continue }
            accepted += 1
            if ArchitectureRefusals.encoded(architecture) != blob {
                Issue.record("seed \(seed): reads back differently: \(blob)")
            }
            // Everything small is also run: shapes that pass must be shapes that kernels survive.
            guard architecture.workPerSample < 40_000 else { continue }
            let model = try Model(
                parameters: [Int32](repeating: 1 << 14, count: architecture.parameterCount),
                architecture: architecture)
            let input = [Int32](repeating: .max, count: 4 * architecture.features)
            let logits = Inference(architecture: architecture, model: model).logits(for: input)
            if logits?.count != 4 * architecture.outputs {
                Issue.record("seed \(seed): wrong number of outputs: \(blob)")
            }
        }
        #expect(accepted > 100)
    }

    @Test(arguments: [74, 75, 76] as [UInt64])
    func damagedWeightsAndDataAreRefusedOrScored(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let architecture = try WeightsRules.architecture()
        let base = try WeightsRules.model(try WeightsRules.counting())
        let weights = try WeightsRules.counting().bytes(architecture)
        let data = DatasetRules.small.bytes
        var scored = 0
        for round in 0..<4_000 {
            // One of the two is damaged, so that the other does not hide what gets through.
            let isModel = round % 2 == 0
            let model = try? Model(
                parsing: isModel ? HostileBlobs.damaged(weights, &random) : weights,
                architecture: architecture, base: base, dtype: nil)
            let set = try? Dataset(
                parsing: isModel ? data : HostileBlobs.damaged(data, &random),
                architecture: architecture)
            guard let model, let set else { continue }
            scored += 1
            var evaluation = Evaluation(architecture: architecture, model: model, data: set)
            _ = evaluation.step(budget: .max)
            let worst = Evaluation.worstLoss(samples: set.samples)
            if evaluation.metrics.loss > worst { Issue.record("seed \(seed): loss over the limit") }
        }
        #expect(scored > 400)
    }

    @Test func noiseIsRefused() {
        var random = SplitMix64(seed: 77)
        for _ in 0..<2_000 {
            let noise = (0..<random.below(200)).map { _ in UInt8(random.below(256)) }
            #expect(throws: VerifierError.self) { try Architecture(parsing: noise) }
        }
    }
}
