extension Architecture {
    /// The exact length in bytes of a weights blob, full or delta, in `dtype`.
    public func weightsSize(dtype: WeightsDType) -> Int {
        // Parameters are at most 2^18 and tensors at most 128.
        DML1.headerSize &+ tensors.count.paddedToFour &+ parameterCount &* dtype.size
    }

    /// The exact length in bytes of a data blob.
    ///
    /// Nil where no such blob would be accepted: samples or elements beyond the limits, a target
    /// kind that the head does not take, or more targets than the format can count.
    public func datasetSize(samples: UInt32, xDType: DataDType, yKind: TargetKind) -> Int? {
        guard yKind == head.targetKind, targetWidth <= Int(UInt16.max) else { return nil }
        guard samples >= 1, samples <= DML1.sampleLimit else { return nil }
        // samples ≤ 2^20 and both widths ≤ 2^17.
        let values = Int(samples) &* features
        let targets = Int(samples) &* targetWidth
        guard values <= DML1.datasetElementLimit, targets <= DML1.datasetElementLimit else {
            return nil
        }
        return DML1.headerSize &+ (values &* xDType.size).paddedToFour &+ targets &* yKind.size
    }

    /// Work of loading a model.
    public var loadWork: UInt64 {
        DML1.loadWorkPerParameter &* UInt64(truncatingIfNeeded: parameterCount)
    }

    /// Classes of the head; 0 for regression.
    public var classCount: Int { head.classCount(outputs: outputs) }

    /// What a step of an evaluation is charged for one sample: its work, and for two classes its part
    /// of the AUC, which is counted at the end.
    public var unitsPerSample: UInt64 {
        workPerSample &+ (classCount == 2 ? DML1.rankingWorkPerSample : 0)
    }

    /// Work of one sample: every layer, the head, and the features read.
    static func work(_ stages: [Stage], head: Head, features: Int) -> UInt64 {
        let outputs = stages.last?.output.elements ?? features
        // 64 stages of less than 2^53 each.
        var work: UInt64 = 4 &* UInt64(truncatingIfNeeded: features)
        for stage in stages {
            work &+= stage.work
        }
        return work &+ 64 &* UInt64(truncatingIfNeeded: head.transcendentals(outputs: outputs))
    }
}
