extension Layer {
    /// Reads one layer: a code byte and the fields of that code.
    ///
    /// Checks what can be told without the input shape: counts, kernels and strides of at least 1,
    /// and bias flags of 0 or 1.
    init(parsing reader: inout BlobReader, layer: Int) throws(VerifierError) {
        let offset = reader.offset
        let code = try reader.byte()
        switch code {
        case 0x01:
            let outputs = try reader.count32()
            let bias = try reader.count8()
            guard outputs >= 1, bias <= 1 else { throw .archLayerField(layer: layer) }
            // Refused here and not with the shapes, so that no product sees a larger number.
            guard outputs <= DML1.elementLimit else { throw .archLayerSize(layer: layer) }
            self = .dense(outputs: outputs, bias: bias == 1)
        case 0x02: self = .conv2D(try Convolution(parsing: &reader, layer: layer))
        case 0x03: self = .maxPool(try Window(parsing: &reader, layer: layer))
        case 0x04: self = .averagePool(try Window(parsing: &reader, layer: layer))
        case 0x05: self = .globalAveragePool
        case 0x10: self = .relu
        case 0x11: self = .leakyReLU(slope: try reader.int32())
        case 0x12: self = .sigmoid
        case 0x13: self = .tanh
        case 0x20: self = .flatten
        default: throw .archLayerCode(offset: offset, found: code)
        }
    }
}

extension Convolution {
    init(parsing reader: inout BlobReader, layer: Int) throws(VerifierError) {
        outputs = try reader.count16()
        kernelHeight = try reader.count8()
        kernelWidth = try reader.count8()
        strideHeight = try reader.count8()
        strideWidth = try reader.count8()
        padTop = try reader.count8()
        padLeft = try reader.count8()
        padBottom = try reader.count8()
        padRight = try reader.count8()
        let flag = try reader.count8()
        bias = flag == 1
        guard outputs >= 1, kernelHeight >= 1, kernelWidth >= 1, strideHeight >= 1,
            strideWidth >= 1, flag <= 1
        else { throw .archLayerField(layer: layer) }
    }
}

extension Window {
    init(parsing reader: inout BlobReader, layer: Int) throws(VerifierError) {
        height = try reader.count8()
        width = try reader.count8()
        strideHeight = try reader.count8()
        strideWidth = try reader.count8()
        guard height >= 1, width >= 1, strideHeight >= 1, strideWidth >= 1 else {
            throw .archLayerField(layer: layer)
        }
    }
}
