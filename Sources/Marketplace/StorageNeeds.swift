import ABI
import Verifier

/// The blobs that a job may bring into the machine, and what the sponsor stakes for their bytes.
public struct StorageNeeds: Equatable, Sendable {
    /// The formats that the terms name.
    public let xDType: DataDType
    public let yKind: TargetKind
    public let modelDType: WeightsDType
    /// The evaluation blob.
    public let evaluation: UInt64
    /// A base or global model: full, i32.
    public let base: UInt64
    /// One submission, in the job's dtype.
    public let model: UInt64
    /// All of it: the evaluation, a model for each slot, two base models, and a sixteenth on top
    /// for the blocks of a DAG, rounded up.
    public let reserved: UInt64

    /// Nil when the data set would exceed the limits of DML-1.
    public init?(
        architecture: Architecture, samples: UInt32, xDType: DataDType, yKind: TargetKind,
        modelDType: WeightsDType, slots: UInt32
    ) {
        guard
            let evaluation = architecture.datasetSize(
                samples: samples, xDType: xDType, yKind: yKind)
        else { return nil }
        // Each term is below 2^40: 64 slots of a model of at most 2^21 bytes, data below 2^28.
        self.xDType = xDType
        self.yKind = yKind
        self.modelDType = modelDType
        self.evaluation = UInt64(evaluation)
        self.base = UInt64(architecture.weightsSize(dtype: .int32))
        self.model = UInt64(architecture.weightsSize(dtype: modelDType))
        let content = self.evaluation + UInt64(slots) * model + 2 * base
        let divisor = Limits.dagOverheadDivisor
        self.reserved = content + (content + divisor - 1) / divisor
    }

    /// The storage bond in wei.
    public var bond: UInt256 {
        UInt256(UInt128(reserved) * UInt128(Limits.storageBondPerByte))
    }
}
