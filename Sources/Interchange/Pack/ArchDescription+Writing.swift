import JSON
import Verifier

extension ArchDescription {
    /// The description of an architecture: packing it gives the same blob again.
    package static func json(of architecture: Architecture) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.counts("input", architecture.inputDimensions)
        writer.beginArray("layers")
        for layer in architecture.layers { write(layer, to: &writer) }
        writer.endArray()
        switch architecture.head {
        case .softmax: writer.string("head", "softmax")
        case .sigmoid: writer.string("head", "sigmoid")
        case .identity: writer.string("head", "identity")
        }
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ layer: Layer, to writer: inout JSONWriter) {
        switch layer {
        case .globalAveragePool, .relu, .sigmoid, .tanh, .flatten:
            writer.string(layer.name)
            return
        case .dense, .conv2D, .maxPool, .averagePool, .leakyReLU: break
        }
        writer.beginObject()
        writer.string("type", layer.name)
        switch layer {
        case .dense(let outputs, let bias):
            writer.number("outputs", UInt64(outputs))
            writer.bool("bias", bias)
        case .conv2D(let convolution):
            writer.number("outputs", UInt64(convolution.outputs))
            writer.counts("kernel", [convolution.kernelHeight, convolution.kernelWidth])
            writer.counts("stride", [convolution.strideHeight, convolution.strideWidth])
            writer.counts(
                "padding",
                [
                    convolution.padTop, convolution.padLeft, convolution.padBottom,
                    convolution.padRight,
                ])
            writer.bool("bias", convolution.bias)
        case .maxPool(let window), .averagePool(let window):
            writer.counts("kernel", [window.height, window.width])
            writer.counts("stride", [window.strideHeight, window.strideWidth])
        case .leakyReLU(let slope):
            // As text: the writer knows no fractions. Shortest digits give the same number back.
            writer.string("slope", "\(Double(slope) / 65_536)")
        case .globalAveragePool, .relu, .sigmoid, .tanh, .flatten: break
        }
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func counts(_ name: StaticString, _ counts: [Int]) {
        beginArray(name)
        for count in counts { number(UInt64(count)) }
        endArray()
    }
}
