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
    /// What the job may hold beside its content while it is scored, in bytes.
    public let working: UInt64

    /// What the job takes of the machine's capacity.
    public var footprint: UInt64 { reserved + working }

    /// Nil when the data set would exceed the limits of DML-1.
    public init?(
        architecture: Architecture, samples: UInt32, xDType: DataDType, yKind: TargetKind,
        modelDType: WeightsDType, slots: UInt32, isFederated: Bool
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
        // The parsed base model, the model under evaluation and its kernel panels, four bytes a
        // parameter each; a federated round adds two sums of eight and a candidate of four. Two
        // classes keep the scores for the AUC, eight bytes a sample in an array that may have
        // grown to twice its length.
        let perParameter: UInt64 = isFederated ? 32 : 12
        let hasTwoClasses = architecture.head.classCount(outputs: architecture.outputs) == 2
        self.working =
            perParameter * UInt64(architecture.parameterCount)
            + (hasTwoClasses ? 16 * UInt64(samples) : 0)
    }

    /// The storage bond in wei.
    public var bond: UInt256 {
        UInt256(UInt128(reserved) * UInt128(Limits.storageBondPerByte))
    }
}
