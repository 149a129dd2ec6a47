import CoreCommands
import Verifier

/// Samples and targets from files, ready to become a data blob.
package struct DatasetPacking {
    package let architecture: Architecture
    /// Row-major, one row per sample.
    package let x: [Double]
    /// Classes, or targets row-major.
    package let y: [Double]
    package let samples: Int

    /// Takes arrays: x of [samples, …] and y of [samples] or [samples, targets].
    package init(architecture: Architecture, x: NumberArray, y: NumberArray) throws(ToolFailure) {
        guard x.shape.count >= 2 || architecture.features == 1 else {
            throw .format("x has shape \(x.shape), but its first dimension counts the samples.")
        }
        guard x.values.count == x.rows * architecture.features else {
            throw .format(
                "x has shape \(x.shape) where each sample has \(architecture.features) values.")
        }
        guard y.rows == x.rows, y.values.count == x.rows * architecture.targetWidth else {
            throw .format(
                "y has shape \(y.shape) where \(x.rows) samples have "
                    + "\(architecture.targetWidth) targets each.")
        }
        self.architecture = architecture
        self.x = x.values
        self.y = y.values
        samples = x.rows
    }

    /// Takes a table: the columns `targets`, by title or counted from 0, are y, and the last ones
    /// if none are named; the others are x in their order.
    package init(
        architecture: Architecture, table: CSVTable, targets: [String]
    ) throws(ToolFailure) {
        let width = table.rows.first?.count ?? 0
        var places: [Int] = []
        for name in targets { places.append(try table.column(name)) }
        if targets.isEmpty {
            places = Array(max(0, width - architecture.targetWidth)..<width)
        }
        let others = (0..<width).filter { !places.contains($0) }
        guard others.count == architecture.features else {
            let names =
                table.titles.isEmpty
                ? ""
                : ": "
                    + others.map { table.titles[$0] }.joined(
                        separator: ", ")
            throw .format(
                "The table has \(others.count) columns beside the targets where each sample has "
                    + "\(architecture.features) values\(names)")
        }
        try self.init(
            architecture: architecture,
            x: NumberArray(
                shape: [table.rows.count, others.count],
                values: table.rows.flatMap { row in others.map { row[$0] } }),
            y: NumberArray(
                shape: [table.rows.count, places.count],
                values: table.rows.flatMap { row in places.map { row[$0] } }))
    }

    /// The blob, with x divided by `divisor` before it is rounded.
    package func blob(dtype: DataDType, divisor: Double) throws(ToolFailure) -> PackedBlob {
        var values: [Double] = []
        var raw: [Int64] = []
        for (index, value) in x.enumerated() {
            guard value.isFinite else {
                throw .format(
                    "Value \(index % architecture.features) of sample "
                        + "\(index / architecture.features) is \(value).")
            }
            values.append(value / divisor)
            raw.append(try Quantisation.raw(value / divisor))
        }
        if dtype == .uint8, let least = raw.min(), least < 0 {
            throw .format("u8 holds no negative values: take i8 or i16.")
        }
        let packed = Quantisation(raw: raw, range: StoredRange(dtype))
        var bytes = Array("DMLD".utf8)
        bytes += [DML1.version, dtype.rawValue, architecture.head.targetKind.rawValue]
        bytes.append(UInt8(bitPattern: packed.exponent))
        bytes.appendLittleEndian(Int64(samples), size: 4)
        bytes.appendLittleEndian(Int64(architecture.features), size: 4)
        bytes.appendLittleEndian(Int64(architecture.targetWidth), size: 2)
        bytes += [UInt8](repeating: 0, count: 14)
        packed.append(to: &bytes, size: dtype.size)
        bytes.padToFour()
        let targetError = try appendTargets(to: &bytes)

        let dataset = try Role.data.load { [bytes] () throws(VerifierError) in
            try Dataset(parsing: bytes, architecture: architecture)
        }
        var worst = 0.0
        for index in values.indices {
            worst = max(worst, abs(packed.value(at: index) - values[index]))
        }
        var parts = [
            PackedBlob.Part(
                name: "x", shape: [samples, dataset.features], exponent: packed.exponent,
                worstError: worst,
                clipped: packed.clipped + values.count { Quantisation.isCutOff($0) })
        ]
        if architecture.head.targetKind == .values {
            parts.append(
                PackedBlob.Part(
                    name: "y", shape: [samples, dataset.targetWidth], exponent: 0,
                    worstError: targetError, clipped: y.count { Quantisation.isCutOff($0) }))
        }
        return PackedBlob(bytes: bytes, parts: parts)
    }

    /// - Returns: The largest error of a target; 0 for classes.
    private func appendTargets(to bytes: inout [UInt8]) throws(ToolFailure) -> Double {
        var worst = 0.0
        for (index, value) in y.enumerated() {
            switch architecture.head.targetKind {
            case .classes:
                guard let label = UInt16(exactly: value) else {
                    throw .format("The label \(value) of sample \(index) is no class from 0 on.")
                }
                bytes.appendLittleEndian(Int64(label), size: 2)
            case .values:
                let raw = try Quantisation.raw(value)
                worst = max(worst, abs(Double(raw) / 65_536 - value))
                bytes.appendLittleEndian(raw, size: 4)
            }
        }
        return worst
    }
}

extension StoredRange {
    package init(_ dtype: DataDType) {
        self = dtype == .uint8 ? .unsigned8 : .signed(bits: 8 * dtype.size)
    }

    package init(_ dtype: WeightsDType) {
        self = .signed(bits: 8 * dtype.size)
    }
}
