import CoreCommands
import JSON

/// Tensors by name, as the safetensors library writes them.
///
/// Format: u64 length of a JSON header, the header, the data. The header maps names to dtype,
/// shape and the range of bytes behind the header; `__metadata__` maps texts to texts. Read as
/// strictly as the library does: ranges follow each other without holes and end with the file.
package struct SafeTensors {
    package struct Tensor: Equatable {
        let name: String
        let shape: [Int]
        let format: NumberFormat
        /// Bytes of the file.
        let range: Range<Int>
    }

    /// In the order of their data.
    package let tensors: [Tensor]
    private let file: [UInt8]

    private static let headerLimit = 100_000_000

    package init(_ file: [UInt8]) throws(ToolFailure) {
        guard file.count >= 8 else { throw .format("This is no safetensors file.") }
        let length = file.littleEndian(0, 8)
        guard 0...SafeTensors.headerLimit ~= length, length <= file.count - 8 else {
            throw .format("This is no safetensors file: its header ends early.")
        }
        let start = 8 + length
        var entries: [(name: String, entry: Entry)] = []
        do throws(JSONError) {
            // Real models have more tensors than the reader compares names.
            var reader = JSONReader(Array(file[8..<start]), comparingNames: false)
            try reader.forEachMember { (reader, key) throws(JSONError) in
                if key == "__metadata__" {
                    try reader.forEachMember { (reader, _) throws(JSONError) in
                        _ = try reader.readString()
                    }
                } else {
                    entries.append((key.text, try Entry(&reader)))
                }
            }
            try reader.finish()
        } catch {
            throw .format(
                "The safetensors header is damaged: \(error.sentence), at byte \(error.offset).")
        }
        var tensors: [Tensor] = []
        for (name, entry) in entries { tensors.append(try entry.tensor(named: name, from: start)) }
        // Those without bytes stand before the one that begins at the same place.
        tensors.sort {
            ($0.range.lowerBound, $0.range.upperBound, $0.name)
                < ($1.range.lowerBound, $1.range.upperBound, $1.name)
        }
        var end = start
        for tensor in tensors {
            guard tensor.range.lowerBound == end, tensor.range.upperBound <= file.count else {
                throw .format("The data of \(tensor.name) does not follow what is before it.")
            }
            end = tensor.range.upperBound
        }
        guard end == file.count else { throw .format("Data is left over behind the tensors.") }
        self.tensors = tensors
        self.file = file
    }

    package func values(of tensor: Tensor) -> [Double] {
        tensor.format.decode(file[tensor.range])
    }

    /// One member of the header.
    private struct Entry {
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?

        init(_ reader: inout JSONReader) throws(JSONError) {
            var (dtype, shape, offsets): (String?, [Int]?, [Int]?)
            try reader.forEachMember { (reader, key) throws(JSONError) in
                switch key {
                case "dtype": dtype = try reader.readText()
                case "shape": shape = try Entry.numbers(&reader)
                case "data_offsets": offsets = try Entry.numbers(&reader)
                default: throw JSONError(.unexpectedByte, at: reader.offset)
                }
            }
            (self.dtype, self.shape, self.offsets) = (dtype, shape, offsets)
        }

        private static func numbers(_ reader: inout JSONReader) throws(JSONError) -> [Int] {
            var numbers: [Int] = []
            try reader.beginArray()
            while try reader.nextElement() {
                let number = try reader.readUInt64()
                // So that no product of two of them leaves 64 bits.
                guard number <= Interchange.fileLimit else {
                    throw JSONError(.notUInt64, at: reader.offset)
                }
                numbers.append(Int(number))
            }
            return numbers
        }

        func tensor(named name: String, from start: Int) throws(ToolFailure) -> Tensor {
            guard let dtype, let shape, let offsets else {
                throw .format("The tensor \(name) lacks its dtype, its shape or its data_offsets.")
            }
            guard let format = SafeTensors.formats[dtype] else {
                throw .format(
                    "The tensor \(name) is of type \(dtype), which is not taken: floats of 16 to 64 "
                        + "bits, integers and bools are.")
            }
            var size = format.size
            for dimension in shape {
                size *= dimension
                guard size <= Interchange.fileLimit else {
                    throw .format("The tensor \(name) is too large: \(shape).")
                }
            }
            guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] - offsets[0] == size
            else {
                throw .format(
                    "The tensor \(name) has \(size) bytes, but the data offsets \(offsets).")
            }
            return Tensor(
                name: name, shape: shape, format: format,
                range: (start + offsets[0])..<(start + offsets[1]))
        }
    }

    private static let formats: [String: NumberFormat] = [
        "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
        "I8": .signed(1), "I16": .signed(2), "I32": .signed(4), "I64": .signed(8),
        "U8": .unsigned(1), "U16": .unsigned(2), "U32": .unsigned(4), "U64": .unsigned(8),
        "BOOL": .bool,
    ]
}

extension SafeTensors {
    /// Writes tensors of F64, or of F32 where `single` is set, in the order given.
    ///
    /// The header is padded with spaces to a multiple of 8, so that the data is aligned.
    package static func encode(
        _ tensors: [(name: String, shape: [Int], values: [Double])], single: Bool,
        metadata: [(String, String)]
    ) -> [UInt8] {
        let size = single ? 4 : 8
        var writer = JSONWriter()
        writer.beginObject()
        writer.beginObject("__metadata__")
        for (key, value) in metadata {
            writer.key(text: key)
            writer.string(value)
        }
        writer.endObject()
        var offset = 0
        for tensor in tensors {
            writer.key(text: tensor.name)
            writer.beginObject()
            writer.string("dtype", single ? "F32" : "F64")
            writer.beginArray("shape")
            for dimension in tensor.shape { writer.number(UInt64(dimension)) }
            writer.endArray()
            writer.beginArray("data_offsets")
            writer.number(UInt64(offset))
            offset += size * tensor.values.count
            writer.number(UInt64(offset))
            writer.endArray()
            writer.endObject()
        }
        writer.endObject()
        var header = writer.bytes
        while header.count % 8 != 0 { header.append(0x20) }
        var file: [UInt8] = []
        file.appendLittleEndian(Int64(header.count), size: 8)
        file += header
        for tensor in tensors {
            for value in tensor.values {
                let word = single ? UInt64(Float(value).bitPattern) : value.bitPattern
                file.appendLittleEndian(Int64(bitPattern: word), size: size)
            }
        }
        return file
    }
}

extension JSONReader {
    /// Calls `body` in front of each member's value of an object. No name may come twice; for a reader
    /// that does not compare names itself, in time that grows with their number alone.
    fileprivate mutating func forEachMember(
        _ body: (inout JSONReader, JSONKey) throws(JSONError) -> Void
    ) throws(JSONError) {
        var names: Set<[UInt8]> = []
        try beginObject()
        while let key = try nextKey() {
            guard names.insert(key.bytes).inserted else {
                throw JSONError(.duplicateKey, at: offset)
            }
            try body(&self, key)
        }
    }
}
