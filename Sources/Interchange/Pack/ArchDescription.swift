import CoreCommands
import Foundation
import JSON
import Verifier

/// An architecture as people write it, in JSON:
///
///     {"input": [1, 8, 8],
///      "layers": [{"type": "conv2d", "outputs": 8, "kernel": 3, "padding": 1}, "relu",
///                 {"type": "maxPool", "kernel": 2}, "flatten", {"type": "dense", "outputs": 10}],
///      "head": "softmax"}
///
/// A layer without fields may be its type alone. `kernel` and `stride` are one number or
/// [height, width]; `stride` is 1 by default, and the kernel for pools; `padding` is one number,
/// [height, width] or [top, left, bottom, right]; `bias` is true by default; `slope` is a
/// number, bare or in quotes.
package struct ArchDescription: Equatable {
    private(set) var input: [Int] = []
    private(set) var layers: [LayerDescription] = []
    private(set) var head = ""

    private static let heads: [String: Head] = [
        "softmax": .softmax, "sigmoid": .sigmoid, "identity": .identity,
    ]

    package init(parsingJSON text: [UInt8]) throws(ToolFailure) {
        var unknown: String?
        do throws(JSONError) {
            var reader = JSONReader(text)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "input": input = try reader.readCounts()
                case "layers":
                    try reader.beginArray()
                    while try reader.nextElement() {
                        layers.append(try LayerDescription(&reader, of: text))
                    }
                case "head": head = try reader.readText()
                default:
                    unknown = key.text
                    try reader.skipValue()
                }
            }
            try reader.finish()
        } catch {
            throw .format(
                "The description is damaged: \(error.sentence), at byte \(error.offset).")
        }
        if let unknown {
            throw .format("The description has \(unknown) beside input, layers and head.")
        }
    }

    /// The ArchSpec blob, validated.
    package func encode() throws(ToolFailure) -> Architecture {
        var blob = Array("DMLA".utf8) + [DML1.version, UInt8(truncatingIfNeeded: input.count)]
        guard input.count == 1 || input.count == 3 else {
            throw .format("The input is [features] or [channels, height, width].")
        }
        for dimension in input {
            try ArchDescription.append(dimension, size: 4, "an input dimension", to: &blob)
        }
        try ArchDescription.append(layers.count, size: 1, "the number of layers", to: &blob)
        for layer in layers { try layer.append(to: &blob) }
        guard let head = ArchDescription.heads[head] else {
            throw .format("The head is softmax, sigmoid or identity, not \"\(head)\".")
        }
        blob.append(head.rawValue)
        return try Role.architecture.load { [blob] () throws(VerifierError) in
            try Architecture(parsing: blob)
        }
    }

    /// Appends a count that must fit `size` bytes.
    package static func append(
        _ count: Int, size: Int, _ what: String, to blob: inout [UInt8]
    ) throws(ToolFailure) {
        guard count >= 0, count < 1 << (8 * size) else {
            throw .format("\(count) is too large for \(what).")
        }
        blob.appendLittleEndian(Int64(count), size: size)
    }
}

/// One layer of a description, with the fields that stand there.
package struct LayerDescription: Equatable {
    private(set) var type = ""
    private var fields: Set<String> = []
    private var outputs = 0
    private var kernel: [Int] = []
    private var stride: [Int] = []
    private var padding = [0]
    private var bias = true
    private var slope = 0.0

    fileprivate init(_ reader: inout JSONReader, of text: [UInt8]) throws(JSONError) {
        if try reader.peek() == .string {
            type = try reader.readText()
            return
        }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type": type = try reader.readText()
            case "outputs": outputs = try reader.readCount()
            case "kernel": kernel = try reader.readCounts()
            case "stride": stride = try reader.readCounts()
            case "padding": padding = try reader.readCounts()
            case "bias": bias = try reader.readBool()
            case "slope": slope = try reader.readNumber(of: text)
            // A field that no layer has; `require` names it.
            default: try reader.skipValue()
            }
            if key.text != "type" { fields.insert(key.text) }
        }
    }

    /// Appends code and fields; refuses fields that the layer does not have.
    package func append(to blob: inout [UInt8]) throws(ToolFailure) {
        switch type {
        case "dense":
            try require(["outputs"], optional: ["bias"])
            blob.append(0x01)
            try ArchDescription.append(outputs, size: 4, "outputs", to: &blob)
            blob.append(bias ? 1 : 0)
        case "conv2d": try appendConvolution(to: &blob)
        case "maxPool", "avgPool":
            try require(["kernel"], optional: ["stride"])
            blob.append(type == "maxPool" ? 0x03 : 0x04)
            let kernel = try pair(kernel, "kernel")
            try append(kernel + (stride.isEmpty ? kernel : pair(stride, "stride")), to: &blob)
        case "leakyRelu":
            try require(["slope"])
            blob.append(0x11)
            blob.appendLittleEndian(try Quantisation.raw(slope), size: 4)
        default:
            guard let code = LayerDescription.plainCodes[type] else {
                throw .format("There is no layer of type \"\(type)\".")
            }
            try require([])
            blob.append(code)
        }
    }

    private static let plainCodes: [String: UInt8] = [
        "globalAvgPool": 0x05, "relu": 0x10, "sigmoid": 0x12, "tanh": 0x13, "flatten": 0x20,
    ]

    private func appendConvolution(to blob: inout [UInt8]) throws(ToolFailure) {
        try require(["outputs", "kernel"], optional: ["stride", "padding", "bias"])
        blob.append(0x02)
        try ArchDescription.append(outputs, size: 2, "outputs", to: &blob)
        try append(pair(kernel, "kernel"), to: &blob)
        try append(stride.isEmpty ? [1, 1] : pair(stride, "stride"), to: &blob)
        if padding.count == 4 {
            try append(padding, to: &blob)
        } else {
            let padding = try pair(padding, "padding")
            try append(padding + padding, to: &blob)
        }
        blob.append(bias ? 1 : 0)
    }

    private func require(
        _ needed: Set<String>, optional: Set<String> = []
    ) throws(ToolFailure) {
        for field in needed.subtracting(fields).sorted() {
            throw .format("A \(type) layer needs \(field).")
        }
        for field in fields.subtracting(needed).subtracting(optional).sorted() {
            throw .format("A \(type) layer has no \(field).")
        }
    }

    private func pair(_ numbers: [Int], _ what: String) throws(ToolFailure) -> [Int] {
        switch numbers.count {
        case 1: return [numbers[0], numbers[0]]
        case 2: return numbers
        default: throw .format("\(what) is one number or [height, width].")
        }
    }

    private func append(_ numbers: [Int], to blob: inout [UInt8]) throws(ToolFailure) {
        for number in numbers {
            try ArchDescription.append(number, size: 1, "a field of \(type)", to: &blob)
        }
    }
}

extension JSONReader {
    fileprivate mutating func readCount() throws(JSONError) -> Int {
        let number = try readUInt64()
        guard number <= UInt32.max else { throw JSONError(.notUInt64, at: offset) }
        return Int(number)
    }

    /// One count or a list of counts.
    fileprivate mutating func readCounts() throws(JSONError) -> [Int] {
        guard try peek() == .array else { return [try readCount()] }
        var counts: [Int] = []
        try beginArray()
        while try nextElement() { counts.append(try readCount()) }
        return counts
    }

    /// A number with sign, fraction and exponent, bare or in quotes. `text` is what is read.
    fileprivate mutating func readNumber(of text: [UInt8]) throws(JSONError) -> Double {
        let kind = try peek()
        let start = offset
        let digits: [UInt8]
        switch kind {
        case .string: digits = try readString()
        case .number:
            try skipValue()
            digits = Array(text[start..<offset])
        case .object, .array, .bool, .null: throw JSONError(.wrongKind, at: start)
        }
        guard let number = Double(String(decoding: digits, as: UTF8.self)) else {
            throw JSONError(.invalidNumber, at: start)
        }
        return number
    }
}
