import ABI

/// Whether a weights blob holds parameters or differences.
enum WeightsKind: UInt8 {
    case full = 0
    case delta = 1
}

/// The first 32 bytes of a weights blob, and how the rest follows from them.
///
/// Format, little-endian: `"DMLW"`, u8 version, u8 kind, u8 dtype, u8 0, the first 16 bytes of the
/// architecture's id, u16 tensor count, 6 zero bytes; then one i8 exponent per tensor, padded with
/// zeros to a multiple of 4; then the tensors in architecture order, nothing between or after.
struct WeightsHeader {
    let kind: WeightsKind
    let dtype: WeightsDType

    init(kind: WeightsKind, dtype: WeightsDType) {
        self.kind = kind
        self.dtype = dtype
    }

    /// Checks everything but the exponents and the numbers themselves, the length included.
    init(parsing blob: [UInt8], architecture: Architecture) throws(VerifierError) {
        guard blob.count >= DML1.headerSize else {
            throw .weightsLength(expected: DML1.headerSize, found: blob.count)
        }
        guard blob.starts(withMagic: (0x44, 0x4D, 0x4C, 0x57)) else { throw .weightsMagic }
        guard blob[4] == DML1.version else { throw .weightsVersion(found: blob[4]) }
        guard let kind = WeightsKind(rawValue: blob[5]) else { throw .weightsKind(found: blob[5]) }
        guard let dtype = WeightsDType(rawValue: blob[6]) else {
            throw .weightsDType(found: blob[6])
        }
        guard blob[7] == 0 else { throw .weightsReserved(offset: 7) }
        let id = architecture.id.bytes
        for index in 0..<16 where blob[8 &+ index] != id[index] {
            throw .weightsArchitecture
        }
        let tensors = Int(blob.littleEndian16(at: 24))
        guard tensors == architecture.tensors.count else {
            throw .weightsTensorCount(expected: architecture.tensors.count, found: tensors)
        }
        if let offset = blob.firstNonZero(in: 26..<DML1.headerSize) {
            throw .weightsReserved(offset: offset)
        }
        let length = architecture.weightsSize(dtype: dtype)
        guard blob.count == length else {
            throw .weightsLength(expected: length, found: blob.count)
        }
        self.init(kind: kind, dtype: dtype)
    }

    /// The numbers of the blob as raw Q16.16, exponents applied.
    ///
    /// The blob must be the one whose header this is, so that its length is known.
    func decode(_ blob: [UInt8], architecture: Architecture) throws(VerifierError) -> [Int32] {
        let tensors = architecture.tensors
        let firstValue = DML1.headerSize &+ tensors.count.paddedToFour
        if let offset = blob.firstNonZero(in: (DML1.headerSize &+ tensors.count)..<firstValue) {
            throw .weightsPadding(offset: offset)
        }
        var parameters: [Int32] = []
        parameters.reserveCapacity(architecture.parameterCount)
        var offset = firstValue
        for (index, tensor) in tensors.enumerated() {
            let exponent = Int8(bitPattern: blob[DML1.headerSize &+ index])
            guard exponent.isValidExponent else {
                throw .weightsExponent(tensor: index, found: exponent)
            }
            let scale = ExponentScale(exponent: exponent)
            for _ in 0..<tensor.count {
                let value: Int64
                switch dtype {
                case .int8:
                    let stored = Int8(bitPattern: blob[offset])
                    guard stored != Int8.min else { throw .weightsValue(offset: offset) }
                    value = Int64(stored)
                case .int16:
                    value = Int64(Int16(bitPattern: blob.littleEndian16(at: offset)))
                case .int32:
                    value = Int64(Int32(bitPattern: blob.littleEndian32(at: offset)))
                }
                parameters.append(scale(value))
                offset &+= dtype.size
            }
        }
        return parameters
    }

    /// Appends the 32 bytes for a blob of `architecture`.
    func append(to blob: inout [UInt8], architecture: Architecture) {
        blob += [0x44, 0x4D, 0x4C, 0x57, DML1.version, kind.rawValue, dtype.rawValue, 0]
        blob += architecture.id.bytes.prefix(16)
        let tensors = UInt16(truncatingIfNeeded: architecture.tensors.count)
        blob.append(UInt8(truncatingIfNeeded: tensors))
        blob.append(UInt8(truncatingIfNeeded: tensors &>> 8))
        blob += [0, 0, 0, 0, 0, 0]
    }
}
