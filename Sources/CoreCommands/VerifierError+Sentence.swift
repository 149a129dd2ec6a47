import Verifier

extension VerifierError {
    /// What is wrong, with what was found, for people.
    var sentence: String { archSentence ?? weightsSentence ?? dataSentence ?? code }

    private var archSentence: String? {
        switch self {
        case .archTruncated(let offset): "it ends early, at byte \(offset)"
        case .archMagic: "the first four bytes are not DMLA"
        case .archVersion(let found): "architecture version \(found) is unknown"
        case .archRank(let found): "an input has 1 or 3 dimensions, not \(found)"
        case .archInput:
            "an input has 1 to \(DML1.elementLimit) values, and no dimension of 0"
        case .archLayerCount(let found):
            "a network has 1 to \(DML1.layerLimit) layers, not \(found)"
        case .archLayerCode(let offset, let found):
            "unknown layer code \(found) at byte \(offset)"
        case .archLayerField(let layer):
            "layer \(layer) has a zero count, kernel or stride, or a bias that is no flag"
        case .archLayerRank(let layer):
            "layer \(layer) does not take this input: dense needs a vector, the others an image"
        case .archKernelFit(let layer): "the kernel of layer \(layer) is larger than its input"
        case .archPadding(let layer): "a padding of layer \(layer) is not below its kernel size"
        case .archLayerSize(let layer):
            "more than \(DML1.elementLimit) values leave layer \(layer)"
        case .archParameterLimit(let found):
            "\(found) parameters or more are over the limit of \(DML1.parameterLimit)"
        case .archHeadCode(let found): "unknown head \(found)"
        case .archHeadRank: "the head needs a vector: put a flatten before it"
        case .archHeadOutputs(let found): "\(found) outputs do not fit the head"
        case .archWorkLimit(let found):
            "work of \(found) per sample is over the limit of \(DML1.workPerSampleLimit)"
        case .archTrailing(let offset): "bytes are left over from byte \(offset) on"
        default: nil
        }
    }

    private var weightsSentence: String? {
        switch self {
        case .weightsLength(let expected, let found):
            "\(found) bytes where \(expected) are needed"
        case .weightsMagic: "the first four bytes are not DMLW"
        case .weightsVersion(let found): "weights version \(found) is unknown"
        case .weightsKind(let found): "weights kind \(found) is unknown"
        case .weightsDType(let found): "numbers of type \(found) are not taken here"
        case .weightsReserved(let offset): "byte \(offset) must be zero"
        case .weightsArchitecture: "the weights belong to another architecture"
        case .weightsTensorCount(let expected, let found):
            "\(found) tensors where the architecture has \(expected)"
        case .weightsExponent(let tensor, let found):
            "exponent \(found) of tensor \(tensor) is outside −31 … 15"
        case .weightsPadding(let offset): "the padding at byte \(offset) must be zero"
        case .weightsValue(let offset): "the i8 value −128 at byte \(offset) is not allowed"
        case .weightsDelta: "a delta needs a base model of the same architecture"
        case .rowOverflow(let tensor, let row):
            "the weights of row \(row) in tensor \(tensor) are too large: "
                + "their magnitudes sum to more than 65534"
        default: nil
        }
    }

    private var dataSentence: String? {
        switch self {
        case .dataLength(let expected, let found): "\(found) bytes where \(expected) are needed"
        case .dataMagic: "the first four bytes are not DMLD"
        case .dataVersion(let found): "data version \(found) is unknown"
        case .dataXDType(let found): "samples of type \(found) are not taken here"
        case .dataYKind(let found): "targets of kind \(found) do not fit the head"
        case .dataExponent(let found): "exponent \(found) is outside −31 … 15"
        case .dataSamples(let found):
            "\(found) samples are not taken here: 1 to \(DML1.sampleLimit) can be"
        case .dataFeatures(let expected, let found):
            "\(found) features where the architecture takes \(expected)"
        case .dataTargetWidth(let expected, let found):
            "\(found) targets per sample where the head needs \(expected)"
        case .dataReserved(let offset): "byte \(offset) must be zero"
        case .dataSize: "more than \(DML1.datasetElementLimit) values in all"
        case .dataPadding(let offset): "the padding at byte \(offset) must be zero"
        case .dataValue(let offset): "the i8 value −128 at byte \(offset) is not allowed"
        case .labelRange(let sample, let found):
            "label \(found) of sample \(sample) names no class"
        default: nil
        }
    }
}
