/// Why a blob is refused.
///
/// The codes are stable and never reused. Offsets count bytes from the start of the blob, layers,
/// tensors and samples count from 0. A blob that breaks several rules gets one of their codes,
/// always the same one.
public enum VerifierError: Error, Equatable, Sendable {
    // ArchSpec
    case archTruncated(offset: Int)
    case archMagic
    case archVersion(found: UInt8)
    case archRank(found: UInt8)
    /// A zero input dimension, or more than `DML1.elementLimit` elements.
    case archInput
    case archLayerCount(found: UInt8)
    case archLayerCode(offset: Int, found: UInt8)
    /// A zero output count, kernel or stride, or a bias flag that is neither 0 nor 1.
    case archLayerField(layer: Int)
    /// Dense needs a vector; Conv2D and the pools need an image.
    case archLayerRank(layer: Int)
    /// The kernel is larger than the padded input.
    case archKernelFit(layer: Int)
    /// A padding is not smaller than its kernel size.
    case archPadding(layer: Int)
    /// More than `DML1.elementLimit` elements leave the layer.
    case archLayerSize(layer: Int)
    case archParameterLimit(found: Int)
    case archHeadCode(found: UInt8)
    case archHeadRank
    case archHeadOutputs(found: Int)
    case archWorkLimit(found: UInt64)
    case archTrailing(offset: Int)

    // Weights
    case weightsLength(expected: Int, found: Int)
    case weightsMagic
    case weightsVersion(found: UInt8)
    case weightsKind(found: UInt8)
    case weightsDType(found: UInt8)
    case weightsReserved(offset: Int)
    case weightsArchitecture
    case weightsTensorCount(expected: Int, found: Int)
    case weightsExponent(tensor: Int, found: Int8)
    case weightsPadding(offset: Int)
    /// An i8 of −128.
    case weightsValue(offset: Int)
    /// A delta where no base model of this architecture is given, or where a full model is due.
    case weightsDelta
    /// Σ|w| of a row is over `DML1.rowLimit`.
    case rowOverflow(tensor: Int, row: Int)

    // Dataset
    case dataLength(expected: Int, found: Int)
    case dataMagic
    case dataVersion(found: UInt8)
    case dataXDType(found: UInt8)
    /// An unknown kind, or one that the head or the terms do not take.
    case dataYKind(found: UInt8)
    case dataExponent(found: Int8)
    case dataSamples(found: UInt32)
    case dataFeatures(expected: Int, found: UInt32)
    case dataTargetWidth(expected: Int, found: UInt16)
    case dataReserved(offset: Int)
    /// samples·features or samples·targetWidth is over `DML1.datasetElementLimit`.
    case dataSize
    case dataPadding(offset: Int)
    /// An i8 of −128.
    case dataValue(offset: Int)
    case labelRange(sample: Int, found: UInt16)

    /// The stable name of the rule.
    public var code: String {
        switch self {
        case .archTruncated: "archTruncated"
        case .archMagic: "archMagic"
        case .archVersion: "archVersion"
        case .archRank: "archRank"
        case .archInput: "archInput"
        case .archLayerCount: "archLayerCount"
        case .archLayerCode: "archLayerCode"
        case .archLayerField: "archLayerField"
        case .archLayerRank: "archLayerRank"
        case .archKernelFit: "archKernelFit"
        case .archPadding: "archPadding"
        case .archLayerSize: "archLayerSize"
        case .archParameterLimit: "archParameterLimit"
        case .archHeadCode: "archHeadCode"
        case .archHeadRank: "archHeadRank"
        case .archHeadOutputs: "archHeadOutputs"
        case .archWorkLimit: "archWorkLimit"
        case .archTrailing: "archTrailing"
        case .weightsLength: "weightsLength"
        case .weightsMagic: "weightsMagic"
        case .weightsVersion: "weightsVersion"
        case .weightsKind: "weightsKind"
        case .weightsDType: "weightsDType"
        case .weightsReserved: "weightsReserved"
        case .weightsArchitecture: "weightsArchitecture"
        case .weightsTensorCount: "weightsTensorCount"
        case .weightsExponent: "weightsExponent"
        case .weightsPadding: "weightsPadding"
        case .weightsValue: "weightsValue"
        case .weightsDelta: "weightsDelta"
        case .rowOverflow: "rowOverflow"
        case .dataLength: "dataLength"
        case .dataMagic: "dataMagic"
        case .dataVersion: "dataVersion"
        case .dataXDType: "dataXDType"
        case .dataYKind: "dataYKind"
        case .dataExponent: "dataExponent"
        case .dataSamples: "dataSamples"
        case .dataFeatures: "dataFeatures"
        case .dataTargetWidth: "dataTargetWidth"
        case .dataReserved: "dataReserved"
        case .dataSize: "dataSize"
        case .dataPadding: "dataPadding"
        case .dataValue: "dataValue"
        case .labelRange: "labelRange"
        }
    }
}
