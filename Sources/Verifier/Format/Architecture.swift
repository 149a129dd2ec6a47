import ABI

/// The layers of a network and its head: a validated ArchSpec blob.
///
/// Format, little-endian: `"DMLA"`, u8 version, u8 rank (1 or 3), rank × u32 input dimensions
/// (features, or channels, height, width), u8 layer count, the layers, u8 head. Nothing follows.
/// Whatever the limits exclude is refused here, so that later products cannot overflow.
public struct Architecture: Sendable {
    /// The blob.
    public let bytes: [UInt8]
    /// Keccak-256 of the blob.
    public let id: Bytes32
    /// [features], or [channels, height, width].
    public let inputDimensions: [Int]
    public let layers: [Layer]
    public let head: Head
    /// The layers with their shapes and the places of their parameters.
    public let stages: [Stage]
    /// Values of one sample.
    public let features: Int
    /// Values that reach the head.
    public let outputs: Int
    /// Targets of one sample: 1 for softmax and sigmoid, `outputs` for identity.
    public let targetWidth: Int
    public let parameterCount: Int
    /// The parameter tensors in the order of a weights blob.
    public let tensors: [TensorShape]
    /// Work of evaluating one sample, without the AUC.
    public let workPerSample: UInt64
    /// The largest number of values that one sample has anywhere between input and head.
    let widestElements: Int

    /// Parses and validates a blob; refuses left-overs.
    public init(parsing bytes: [UInt8]) throws(VerifierError) {
        var reader = BlobReader(bytes)
        inputDimensions = try Architecture.header(of: bytes, from: &reader)
        let input = Architecture.inputShape(inputDimensions)
        let layers = try Architecture.layers(from: &reader)
        let headCode = try reader.byte()
        guard let head = Head(rawValue: headCode) else { throw .archHeadCode(found: headCode) }
        guard reader.remaining == 0 else { throw .archTrailing(offset: reader.offset) }

        let stages = try Architecture.stages(of: layers, input: input)
        let last = stages.last?.output ?? input
        try Architecture.check(head, on: last)

        self.bytes = bytes
        id = Keccak256.hash(bytes)
        self.layers = layers
        self.head = head
        self.stages = stages
        features = input.elements
        outputs = last.elements
        targetWidth = head.targetWidth(outputs: last.elements)
        tensors = Architecture.tensors(of: stages)
        var parameters = 0
        var widest = input.elements
        for stage in stages {
            parameters &+= stage.parameterCount
            widest = max(widest, stage.output.elements)
        }
        parameterCount = parameters
        widestElements = widest
        workPerSample = Architecture.work(stages, head: head, features: input.elements)
        guard workPerSample <= DML1.workPerSampleLimit else {
            throw .archWorkLimit(found: workPerSample)
        }
    }

    /// Reads up to the input dimensions and checks them.
    private static func header(
        of bytes: [UInt8], from reader: inout BlobReader
    ) throws(VerifierError) -> [Int] {
        _ = try reader.int32()
        guard bytes.starts(withMagic: (0x44, 0x4D, 0x4C, 0x41)) else { throw .archMagic }
        let version = try reader.byte()
        guard version == DML1.version else { throw .archVersion(found: version) }
        let rank = try reader.byte()
        guard rank == 1 || rank == 3 else { throw .archRank(found: rank) }
        var dimensions: [Int] = []
        var elements = 1
        for _ in 0..<rank {
            let dimension = try reader.count32()
            guard dimension >= 1, dimension <= DML1.elementLimit else { throw .archInput }
            // Both factors are at most 2^17.
            elements &*= dimension
            guard elements <= DML1.elementLimit else { throw .archInput }
            dimensions.append(dimension)
        }
        return dimensions
    }

    private static func inputShape(_ dimensions: [Int]) -> Shape {
        dimensions.count == 3
            ? .image(channels: dimensions[0], height: dimensions[1], width: dimensions[2])
            : .vector(dimensions[0])
    }

    private static func layers(from reader: inout BlobReader) throws(VerifierError) -> [Layer] {
        let count = try reader.byte()
        guard count >= 1, count <= DML1.layerLimit else { throw .archLayerCount(found: count) }
        var layers: [Layer] = []
        for index in 0..<Int(count) {
            layers.append(try Layer(parsing: &reader, layer: index))
        }
        return layers
    }

    /// Gives every layer its shapes and parameters, within the limits.
    private static func stages(
        of layers: [Layer], input: Shape
    ) throws(VerifierError) -> [Stage] {
        var stages: [Stage] = []
        var shape = input
        var parameters = 0
        for (index, layer) in layers.enumerated() {
            let output = try layer.output(for: shape, layer: index)
            guard output.elements <= DML1.elementLimit else { throw .archLayerSize(layer: index) }
            let stage = Stage(
                layer: layer, input: shape, output: output, weightOffset: parameters)
            // The sum stays far below 2^63: it is checked after every layer.
            parameters &+= stage.parameterCount
            guard parameters <= DML1.parameterLimit else {
                throw .archParameterLimit(found: parameters)
            }
            stages.append(stage)
            shape = output
        }
        return stages
    }

    private static func check(_ head: Head, on last: Shape) throws(VerifierError) {
        guard case .vector(let outputs) = last else { throw .archHeadRank }
        switch head {
        case .softmax:
            guard outputs >= 2, outputs <= DML1.classLimit else {
                throw .archHeadOutputs(found: outputs)
            }
        case .sigmoid:
            guard outputs == 1 else { throw .archHeadOutputs(found: outputs) }
        case .identity:
            break
        }
    }
}
