import ABI
import Verifier

/// A fixed sequence of numbers from a linear congruential generator modulo 2^64.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state &>> 56)
    }

    /// −127 … 127: i8 −128 is refused in blobs.
    mutating func nextInt8() -> UInt8 {
        let byte = next()
        return byte == 0x80 ? 0 : byte
    }

    mutating func nextInt32(below limit: Int32) -> Int32 {
        var word: UInt32 = 0
        for _ in 0..<4 { word = word &<< 8 | UInt32(next()) }
        return Int32(bitPattern: word) % limit
    }
}

/// Blobs of DML-1 with drawn contents.
enum Blobs {
    static func architecture(
        _ input: [Int], _ layers: [[UInt8]], head: UInt8
    ) -> Architecture {
        var blob = Array("DMLA".utf8) + [1, UInt8(input.count)]
        for dimension in input { append(UInt32(dimension), to: &blob) }
        blob.append(UInt8(layers.count))
        for layer in layers { blob += layer }
        blob.append(head)
        do throws(VerifierError) {
            return try Architecture(parsing: blob)
        } catch {
            Measurement.fail("architecture: \(error.code)")
        }
    }

    static func dense(_ outputs: Int) -> [UInt8] {
        var layer: [UInt8] = [0x01]
        append(UInt32(outputs), to: &layer)
        layer.append(1)
        return layer
    }

    /// Square kernel, stride 1, output as large as the input for kernel 3 and padding 1.
    static func convolution(_ outputs: UInt8, kernel: UInt8, padding: UInt8) -> [UInt8] {
        [0x02, outputs, 0, kernel, kernel, 1, 1, padding, padding, padding, padding, 1]
    }

    static var halvingMaxPool: [UInt8] { [0x03, 2, 2, 2, 2] }
    static var relu: [UInt8] { [0x10] }
    static var flatten: [UInt8] { [0x20] }

    /// Parameters that pass the load proof of any architecture: at most 1.0.
    static func model(_ architecture: Architecture) -> Model {
        var numbers = Numbers(seed: 1)
        let parameters = (0..<architecture.parameterCount).map { _ in
            numbers.nextInt32(below: 1 << 16)
        }
        do throws(VerifierError) {
            return try Model(parameters: parameters, architecture: architecture)
        } catch {
            Measurement.fail("model: \(error.code)")
        }
    }

    /// A weights blob of one type, all exponents 0.
    static func weights(_ architecture: Architecture, _ dtype: WeightsDType) -> [UInt8] {
        var numbers = Numbers(seed: 2)
        let tensors = architecture.tensors.count
        var blob = Array("DMLW".utf8) + [1, 0, dtype.rawValue, 0]
        blob += architecture.id.bytes.prefix(16)
        blob += [UInt8(tensors), 0, 0, 0, 0, 0, 0, 0]
        while blob.count < 32 + (tensors + 3) & ~3 { blob.append(0) }
        for _ in 0..<architecture.parameterCount {
            switch dtype {
            case .int8: blob.append(numbers.nextInt8())
            case .int16: blob += [numbers.next(), numbers.next()]
            case .int32: append(UInt32(bitPattern: numbers.nextInt32(below: 1 << 16)), to: &blob)
            }
        }
        return blob
    }

    /// A data set with drawn classes, exponent 9.
    static func dataset(
        _ architecture: Architecture, samples: Int, _ dtype: DataDType, classes: UInt8
    ) -> Dataset {
        var numbers = Numbers(seed: 3)
        var blob = inputs(architecture, samples: samples, dtype, exponent: 9, &numbers)
        for _ in 0..<samples { blob += [numbers.next() % classes, 0] }
        return parsed(blob, architecture)
    }

    /// A data set of i8 values and drawn targets.
    static func regression(_ architecture: Architecture, samples: Int) -> Dataset {
        var numbers = Numbers(seed: 5)
        var blob = inputs(architecture, samples: samples, .int8, exponent: 9, &numbers)
        for _ in 0..<(samples * architecture.targetWidth) {
            append(UInt32(bitPattern: numbers.nextInt32(below: 1 << 18)), to: &blob)
        }
        return parsed(blob, architecture)
    }

    /// Random samples of any type and exponent, and random targets of the head's kind; nil beyond the
    /// limits.
    static func dataset(
        _ architecture: Architecture, samples: Int, _ dtype: UInt8, exponent: Int8, seed: UInt64
    ) -> Dataset? {
        let kind = architecture.head.targetKind
        guard let xDType = DataDType(rawValue: dtype),
            let size = architecture.datasetSize(
                samples: UInt32(truncatingIfNeeded: samples), xDType: xDType, yKind: kind)
        else { return nil }
        var numbers = Numbers(seed: seed)
        var blob = inputs(architecture, samples: samples, xDType, exponent: exponent, &numbers)
        while blob.count < size {
            switch kind {
            case .classes:
                let number = Int(numbers.next()) << 8 | Int(numbers.next())
                append(UInt16(truncatingIfNeeded: number % architecture.classCount), to: &blob)
            case .values: append(UInt32(bitPattern: numbers.nextInt32(below: 1 << 30)), to: &blob)
            }
        }
        return try? Dataset(parsing: blob, architecture: architecture)
    }

    /// The blob up to its targets.
    private static func inputs(
        _ architecture: Architecture, samples: Int, _ dtype: DataDType, exponent: Int8,
        _ numbers: inout Numbers
    ) -> [UInt8] {
        let kind = architecture.head.targetKind.rawValue
        var blob = Array("DMLD".utf8) + [1, dtype.rawValue, kind, UInt8(bitPattern: exponent)]
        append(UInt32(samples), to: &blob)
        append(UInt32(architecture.features), to: &blob)
        append(UInt16(architecture.targetWidth), to: &blob)
        blob += [UInt8](repeating: 0, count: 14)
        for _ in 0..<(samples * architecture.features * dtype.size) {
            blob.append(numbers.nextInt8())
        }
        while blob.count % 4 != 0 { blob.append(0) }
        return blob
    }

    /// A full i32 model of drawn numbers below 2^bits, or below what the load proof allows.
    static func weights(_ architecture: Architecture, bits: Int32, seed: UInt64) -> [UInt8] {
        var numbers = Numbers(seed: seed)
        var longest = 1
        for stage in architecture.stages { longest = max(longest, stage.rowLength) }
        let limit = min(1 << Int64(bits), DML1.rowLimit / Int64(longest))
        let parameters = (0..<architecture.parameterCount).map { _ in
            numbers.nextInt32(below: Int32(truncatingIfNeeded: max(1, limit)))
        }
        do throws(VerifierError) {
            return try Model(parameters: parameters, architecture: architecture)
                .canonicalBlob(architecture: architecture)
        } catch {
            Measurement.fail("weights: \(error.code)")
        }
    }

    private static func parsed(_ blob: [UInt8], _ architecture: Architecture) -> Dataset {
        do throws(VerifierError) {
            return try Dataset(parsing: blob, architecture: architecture)
        } catch {
            Measurement.fail("data set: \(error.code)")
        }
    }

    /// The loss of a full i32 model, as an evaluation counts it.
    static func loss(of model: [UInt8], _ architecture: Architecture, _ data: [UInt8]) -> UInt64 {
        do throws(VerifierError) {
            var evaluation = Evaluation(
                architecture: architecture,
                model: try Model.base(parsing: model, architecture: architecture),
                data: try Dataset(parsing: data, architecture: architecture))
            while !evaluation.isFinished { _ = evaluation.step(budget: .max) }
            return evaluation.metrics.loss
        } catch {
            Measurement.fail("loss: \(error.code)")
        }
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
