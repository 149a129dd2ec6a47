import ABI

/// Labelled samples that a model is judged on: a validated data blob.
///
/// Format, little-endian: `"DMLD"`, u8 version, u8 xDType, u8 yKind, i8 exponent of x, u32 samples,
/// u32 features, u16 targets per sample, 14 zero bytes; then x row-major, padded with zeros to a
/// multiple of 4; then y. Samples are decoded when they are needed: the blob is the only copy.
public struct Dataset: Sendable {
    /// The blob.
    public let bytes: [UInt8]
    /// The architecture whose inputs and head the data was checked against.
    public let architectureID: Bytes32
    public let samples: Int
    public let xDType: DataDType
    public let yKind: TargetKind
    /// Values per sample.
    public let features: Int
    /// Targets per sample.
    public let targetWidth: Int
    /// x = q·2^exponent·2^−16.
    public let exponent: Int8
    /// Where the targets begin.
    let targetOffset: Int

    /// Parses and validates a blob for the inputs and the head of `architecture`.
    public init(parsing blob: [UInt8], architecture: Architecture) throws(VerifierError) {
        guard blob.count >= DML1.headerSize else {
            throw .dataLength(expected: DML1.headerSize, found: blob.count)
        }
        guard blob.starts(withMagic: (0x44, 0x4D, 0x4C, 0x44)) else { throw .dataMagic }
        guard blob[4] == DML1.version else { throw .dataVersion(found: blob[4]) }
        guard let xDType = DataDType(rawValue: blob[5]) else {
            throw .dataXDType(found: blob[5])
        }
        guard let yKind = TargetKind(rawValue: blob[6]), yKind == architecture.head.targetKind
        else { throw .dataYKind(found: blob[6]) }
        let exponent = Int8(bitPattern: blob[7])
        guard exponent.isValidExponent else { throw .dataExponent(found: exponent) }
        let samples = blob.littleEndian32(at: 8)
        guard samples >= 1, samples <= DML1.sampleLimit else {
            throw .dataSamples(found: samples)
        }
        let features = blob.littleEndian32(at: 12)
        guard features == architecture.features else {
            throw .dataFeatures(expected: architecture.features, found: features)
        }
        let targetWidth = blob.littleEndian16(at: 16)
        guard targetWidth == architecture.targetWidth else {
            throw .dataTargetWidth(expected: architecture.targetWidth, found: targetWidth)
        }
        if let offset = blob.firstNonZero(in: 18..<DML1.headerSize) {
            throw .dataReserved(offset: offset)
        }
        guard
            let length = architecture.datasetSize(samples: samples, xDType: xDType, yKind: yKind)
        else { throw .dataSize }
        guard blob.count == length else {
            throw .dataLength(expected: length, found: blob.count)
        }
        bytes = blob
        architectureID = architecture.id
        self.samples = Int(samples)
        self.xDType = xDType
        self.yKind = yKind
        self.features = architecture.features
        self.targetWidth = architecture.targetWidth
        self.exponent = exponent
        targetOffset = length &- self.samples &* self.targetWidth &* yKind.size
        try checkValues()
        try checkLabels(classes: architecture.classCount)
    }

    /// Parses a blob that must also be what the terms of a job announced.
    public init(
        parsing blob: [UInt8], architecture: Architecture, samples: UInt32, xDType: DataDType,
        yKind: TargetKind
    ) throws(VerifierError) {
        try self.init(parsing: blob, architecture: architecture)
        guard self.xDType == xDType else { throw .dataXDType(found: self.xDType.rawValue) }
        guard self.yKind == yKind else { throw .dataYKind(found: self.yKind.rawValue) }
        guard self.samples == samples else {
            throw .dataSamples(found: UInt32(truncatingIfNeeded: self.samples))
        }
    }
}
