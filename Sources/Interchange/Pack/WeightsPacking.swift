import ABI
import CoreCommands
import Verifier

/// Float tensors as a weights blob, and a model as float tensors.
package enum WeightsPacking {
    /// A full blob, or with a base the difference to it.
    package static func blob(
        of file: SafeTensors, architecture: Architecture, names: [String], dtype: WeightsDType,
        base: Model?
    ) throws(ToolFailure) -> PackedBlob {
        let tensors = try TensorMatching.match(file, architecture: architecture, names: names)
        var floats: [[Double]] = []
        var packed: [Quantisation] = []
        for (tensor, place) in zip(tensors, architecture.tensors) {
            let values = file.values(of: tensor)
            var raw: [Int64] = []
            for (index, value) in values.enumerated() {
                let old = base.map { Int64($0.parameters[place.offset + index]) } ?? 0
                guard value.isFinite else {
                    throw .format("Value \(index) of the tensor \(tensor.name) is \(value).")
                }
                raw.append(try Quantisation.raw(value) - old)
            }
            floats.append(values)
            packed.append(Quantisation(raw: raw, range: StoredRange(dtype)))
        }
        let bytes = encode(packed, architecture: architecture, dtype: dtype, isDelta: base != nil)
        let model = try Role.model.load { () throws(VerifierError) in
            try Model(parsing: bytes, architecture: architecture, base: base, dtype: dtype)
        }
        var parts: [PackedBlob.Part] = []
        for (index, place) in architecture.tensors.enumerated() {
            var worst = 0.0
            for (offset, value) in floats[index].enumerated() {
                let loaded = Double(model.parameters[place.offset + offset]) / 65_536
                worst = max(worst, abs(loaded - value))
            }
            parts.append(
                PackedBlob.Part(
                    name: tensors[index].name, shape: place.dimensions,
                    exponent: packed[index].exponent, worstError: worst,
                    clipped: packed[index].clipped
                        + floats[index].count { Quantisation.isCutOff($0) }))
        }
        return PackedBlob(bytes: bytes, parts: parts)
    }

    private static func encode(
        _ tensors: [Quantisation], architecture: Architecture, dtype: WeightsDType, isDelta: Bool
    ) -> [UInt8] {
        var bytes = Array("DMLW".utf8)
        bytes += [DML1.version, isDelta ? 1 : 0, dtype.rawValue, 0]
        bytes += architecture.id.bytes.prefix(16)
        bytes.appendLittleEndian(Int64(tensors.count), size: 2)
        bytes += [UInt8](repeating: 0, count: 6)
        for tensor in tensors { bytes.append(UInt8(bitPattern: tensor.exponent)) }
        bytes.padToFour()
        for tensor in tensors { tensor.append(to: &bytes, size: dtype.size) }
        return bytes
    }

    /// A model as a safetensors file. Tensors are called `LAYER.weight` and `LAYER.bias`, where
    /// layers count from 0 and those without parameters count too.
    package static func safetensors(
        of model: Model, architecture: Architecture, single: Bool
    ) -> [UInt8] {
        let tensors = architecture.tensors.map { tensor in
            (
                name: "\(tensor.layer).\(tensor.isBias ? "bias" : "weight")",
                shape: tensor.dimensions,
                values: model.parameters[tensor.offset..<(tensor.offset + tensor.count)]
                    .map { Double($0) / 65_536 }
            )
        }
        return SafeTensors.encode(tensors, single: single, metadata: [("format", "pt")])
    }
}
