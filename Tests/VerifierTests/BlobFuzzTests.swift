import ABI
import Foundation
import TestSupport
import Testing
import Verifier

/// Mutations of the golden blobs through parsing and scoring. A trap ends the test run; a step over
/// its budget, or a loss over its limit, is an issue.
///
/// 20,000 blobs by default. `DEML_FUZZ_BLOBS=2000000 DEML_FUZZ_SEED=7` asks for more, or others.
@Suite struct BlobFuzzing {
    struct Blobs {
        var arch: [UInt8]
        var base: [UInt8]?
        var model: [UInt8]
        var data: [UInt8]
    }

    static func seeds() throws -> [Blobs] {
        try GoldenVectors.cases().compactMap { example in
            guard let arch = example.blob("arch"), let model = example.blob("model"),
                let data = example.blob("data")
            else { return nil }
            return Blobs(arch: arch, base: example.blob("base"), model: model, data: data)
        }
    }

    static func number(_ name: String, default value: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? value
    }

    /// A field of one, two or four bytes set to a number at an edge.
    static func setField(_ blob: inout [UInt8], _ random: inout SplitMix64) {
        let size = random.pick([1, 2, 4])
        guard blob.count >= size else { return }
        let place = random.bool() ? random.below(min(blob.count, 40)) : random.below(blob.count)
        let edges: [UInt32] = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 1 << 17]
        let value = random.pick(edges + [1 << 20, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF])
        for index in 0..<min(size, blob.count - place) {
            blob[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
    }

    static func mutate(
        _ blob: inout [UInt8], with other: [UInt8], _ random: inout SplitMix64
    ) {
        switch random.below(8) {
        case 0, 1, 2: blob = HostileBlobs.damaged(blob, &random)
        case 3, 4, 5: setField(&blob, &random)
        case 6:
            // The beginning of one and the end of another.
            guard !blob.isEmpty, !other.isEmpty else { return }
            let tail = other[random.below(other.count)...]
            blob = Array(blob[..<random.below(blob.count)]) + tail
        default: blob = random.bool() ? other : Array(blob.dropLast(random.below(8)))
        }
    }

    /// Lets weights name the architecture that they are tried on, so that they get further.
    static func adopt(_ blob: inout [UInt8], _ architecture: Architecture) {
        guard blob.count >= 24 else { return }
        blob.replaceSubrange(8..<24, with: architecture.id.bytes.prefix(16))
    }

    /// Parses and scores.
    ///
    /// - Returns: Whether the blobs were accepted and scored.
    static func play(_ blobs: Blobs, _ random: inout SplitMix64) throws -> Bool {
        guard let architecture = try? Architecture(parsing: blobs.arch) else { return false }
        #expect(architecture.workPerSample <= DML1.workPerSampleLimit)
        #expect(architecture.parameterCount <= DML1.parameterLimit)
        var base: Model?
        if var blob = blobs.base {
            adopt(&blob, architecture)
            base = try? Model.base(parsing: blob, architecture: architecture)
        }
        var blob = blobs.model
        if random.below(8) > 0 { adopt(&blob, architecture) }
        guard
            let model = try? Model(
                parsing: blob, architecture: architecture, base: base, dtype: nil),
            let data = try? Dataset(parsing: blobs.data, architecture: architecture),
            // What is expensive is left out, or two million would take a day.
            Evaluation.totalWork(architecture: architecture, samples: data.samples) < 100_000
        else { return false }
        var evaluation = Evaluation(architecture: architecture, model: model, data: data)
        let budget = UInt64(random.below(20_000))
        while !evaluation.isFinished {
            let before = evaluation.scored
            let isPossible = budget >= architecture.unitsPerSample
            let spent = evaluation.step(budget: budget, atLeastOne: !isPossible)
            #expect(spent <= max(budget, architecture.unitsPerSample))
            #expect(evaluation.scored > before)
        }
        let worst = Evaluation.worstLoss(samples: data.samples)
        #expect(evaluation.metrics.loss <= worst)
        #expect(Int(evaluation.metrics.samples) == data.samples)
        return true
    }

    @Test func mutatedBlobsNeverTrapNorExceedTheirBudget() throws {
        let rounds = BlobFuzzing.number("DEML_FUZZ_BLOBS", default: 20_000)
        let seed = BlobFuzzing.number("DEML_FUZZ_SEED", default: 2_026)
        print("DEML_FUZZ_SEED=\(seed) DEML_FUZZ_BLOBS=\(rounds)")
        let seeds = try BlobFuzzing.seeds()
        var random = SplitMix64(seed: seed)
        var scored: UInt64 = 0
        for _ in 0..<rounds {
            var blobs = random.pick(seeds)
            let other = random.pick(seeds)
            switch random.below(5) {
            case 0, 1: BlobFuzzing.mutate(&blobs.arch, with: other.arch, &random)
            case 2, 3: BlobFuzzing.mutate(&blobs.model, with: other.model, &random)
            default: BlobFuzzing.mutate(&blobs.data, with: other.data, &random)
            }
            if try BlobFuzzing.play(blobs, &random) { scored += 1 }
        }
        // Most of what the mutations leave whole is worth a score; none would mean a dull fuzzer.
        #expect(scored > rounds / 20, "\(scored) of \(rounds)")
        print("\(scored) of \(rounds) mutated blobs were scored")
    }
}
