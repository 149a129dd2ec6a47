import CPosix
import Verifier

/// What a unit of work costs in architectures that somebody else thought of: a line of standard input
/// for each, `ARCHITECTURE SAMPLES X-TYPE X-EXPONENT WEIGHT-BITS SEED`, the first in hexadecimal and
/// the others as decimal numbers.
///
/// For line N two parts are measured, unless the architecture or the data is beyond the limits:
/// `N load` from the blob of a model to the first step, and `N step` all samples in one step.
enum CandidateWorkloads {
    static func run() {
        for (number, line) in lines().enumerated() {
            guard let candidate = Candidate(line) else { Measurement.fail("line \(number)") }
            candidate.measure(number)
        }
    }

    private static func lines() -> [ArraySlice<UInt8>] {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBufferPointer {
                cposix_read_input($0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            text += buffer[..<Int(count)]
        }
        return text.split(separator: 0x0A)
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

    init?(_ line: ArraySlice<UInt8>) {
        let fields = line.split(separator: 0x20)
        guard fields.count == 6, let architecture = Candidate.bytes(fields[0]) else { return nil }
        let numbers = fields[1...].compactMap(Candidate.number)
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

    private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text {
            let letter = digit | 0x20
            let value = digit < 0x3A ? digit &- 0x30 : letter &- 0x61 &+ 10
            guard value < 16 else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }

    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        var value = 0
        let digits = text.first == 0x2D ? text.dropFirst() : text
        for digit in digits {
            guard digit >= 0x30, digit < 0x3A, value < 1 << 40 else { return nil }
            value = 10 * value + Int(digit - 0x30)
        }
        return text.count > digits.count ? -value : value
    }
}
