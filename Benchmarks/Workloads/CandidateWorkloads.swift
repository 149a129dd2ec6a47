import ABI
import Verifier

/// What a unit of work costs in architectures that somebody else thought of: a line of standard input
/// for each, `ARCHITECTURE SAMPLES X-TYPE X-EXPONENT WEIGHT-BITS SEED`, the first in hexadecimal and
/// the others as decimal numbers.
///
/// For line N two parts are measured, unless the architecture or the data is beyond the limits:
/// `N load` from the blob of a model to the first step, and `N step` all samples in one step.
enum CandidateWorkloads {
    static func run() {
        var lines = Lines()
        var number = 0
        while let line = lines.next() {
            guard let candidate = Candidate(line) else { Measurement.fail("line \(number)") }
            candidate.measure(number)
            number += 1
        }
    }
}

/// An architecture, and the kinds of numbers that it is to be measured with.
private struct Candidate {
    let architecture: [UInt8]
    let samples: Int
    let xDType: UInt8
    let xExponent: Int8
    /// Weights are at most 2^bits, or what the load proof allows.
    let weightBits: Int32
    let seed: UInt64

    init?(_ line: [UInt8]) {
        let fields = line.split(separator: 0x20)
        guard fields.count == 6, let architecture = Hex.decode(Array(fields[0])) else { return nil }
        let numbers = fields[1...].compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 5 else { return nil }
        self.architecture = architecture
        samples = numbers[0]
        xDType = UInt8(truncatingIfNeeded: numbers[1])
        xExponent = Int8(truncatingIfNeeded: numbers[2])
        weightBits = Int32(truncatingIfNeeded: min(max(numbers[3], 1), 30))
        seed = UInt64(truncatingIfNeeded: numbers[4])
    }

    func measure(_ number: Int) {
        guard let architecture = try? Architecture(parsing: architecture),
            let data = Blobs.dataset(
                architecture, samples: samples, xDType, exponent: xExponent, seed: seed)
        else { return }
        let weights = Blobs.weights(architecture, bits: weightBits, seed: seed)
        var evaluation: Evaluation?
        Measurement.run("\(number) load", per: max(1, Int(architecture.loadWork))) {
            guard
                let model = try? Model(
                    parsing: weights, architecture: architecture, base: nil, dtype: .int32)
            else { Measurement.fail("candidate \(number): its model") }
            evaluation = Evaluation(architecture: architecture, model: model, data: data)
        }
        guard var evaluation else { Measurement.fail("candidate \(number)") }
        let units = Evaluation.totalWork(architecture: architecture, samples: samples)
        Measurement.run("\(number) step", per: Int(units)) {
            let spent = evaluation.step(budget: .max)
            Measurement.expect(spent == units, "candidate \(number): all samples")
        }
    }
}
