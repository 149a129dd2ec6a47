import ABI
import Content
import Verifier

/// The bytes that a job may take of the machine, counted before it is posted.
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
    /// All that the job may ever hold: every file at the worst of being whole and on its way, what
    /// scoring keeps from one input to the next, and the records of the job itself with every slot
    /// taken and every message full.
    public let reserved: UInt64

    /// Nil when the data set would exceed the limits of DML-1.
    public init?(
        architecture: Architecture, terms: JobTerms, xDType: DataDType, yKind: TargetKind,
        modelDType: WeightsDType
    ) {
        guard
            let evaluation = architecture.datasetSize(
                samples: terms.samples, xDType: xDType, yKind: yKind)
        else { return nil }
        self.xDType = xDType
        self.yKind = yKind
        self.modelDType = modelDType
        self.evaluation = UInt64(evaluation)
        base = UInt64(architecture.weightsSize(dtype: .int32))
        model = UInt64(architecture.weightsSize(dtype: modelDType))
        // Each term is below 2^40: 64 slots of a model of at most 2^21 bytes, data below 2^28.
        let isFederated = terms.payout == PayoutMode.federated.rawValue
        let slots = UInt64(terms.slots)
        var files = StorageNeeds.bound(base) + StorageNeeds.bound(self.evaluation)
        files += slots * StorageNeeds.bound(model)
        if isFederated { files += base }
        reserved =
            files + StorageNeeds.working(architecture, terms.samples, isFederated)
            + StorageNeeds.records(architecture, terms)
    }

    /// What a file takes at most while it comes: `FileStream.bound`.
    private static func bound(_ length: UInt64) -> UInt64 {
        UInt64(FileStream.bound(Int(length)))
    }

    /// Kept between inputs while a job is scored: the parsed base model and the kernel panels of the
    /// model under evaluation, four bytes a parameter each; FEDERATED adds two sums of eight bytes and
    /// a candidate. One byte more, because large arrays take whole pages. Two classes keep the scores
    /// for the AUC, eight bytes a sample; every class has three counts.
    private static func working(
        _ architecture: Architecture, _ samples: UInt32, _ isFederated: Bool
    ) -> UInt64 {
        let classes = UInt64(architecture.classCount)
        return (isFederated ? 30 : 9) * UInt64(architecture.parameterCount)
            + (classes == 2 ? 8 * UInt64(samples) : 0) + 12 * classes
    }

    /// The job without its files: fixed parts, and what grows with layers, tensors, rounds and
    /// slots. The numbers are measured: `scripts/bench memory`.
    private static func records(_ architecture: Architecture, _ terms: JobTerms) -> UInt64 {
        8_192 + UInt64(Limits.messages) * 640 + 2 * UInt64(terms.arch.count)
            + 320 * UInt64(architecture.layers.count) + 192 * UInt64(architecture.tensors.count)
            + 64 * UInt64(max(1, terms.rounds)) + 1_792 * UInt64(terms.slots)
    }

    /// The storage bond in wei.
    public var bond: UInt256 {
        UInt256(UInt128(reserved) * UInt128(Limits.storageBondPerByte))
    }
}
