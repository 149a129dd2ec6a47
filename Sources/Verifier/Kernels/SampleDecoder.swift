extension Dataset {
    /// The class of a sample; 0 for a data set of values.
    ///
    /// `sample` must be below `samples`.
    package func label(of sample: Int) -> Int {
        switch yKind {
        case .classes: Int(bytes.littleEndian16(at: targetOffset &+ 2 &* sample))
        case .values: 0
        }
    }

    /// Σ of the squared errors of a sample's outputs, Q30; 0 for a data set of classes.
    ///
    /// `sample` must be below `samples` and `outputs` be as many as the targets: at most 2^16 errors
    /// of at most 2^34. Targets lie at multiples of 4, as the samples do.
    func squaredErrors(_ outputs: UnsafeBufferPointer<Int32>, of sample: Int) -> UInt64 {
        guard yKind == .values else { return 0 }
        let start = targetOffset &+ 4 &* sample &* targetWidth
        var sum: UInt64 = 0
        bytes.withUnsafeBytes { blob in
            for index in 0..<outputs.count {
                let target = blob.load(fromByteOffset: start &+ 4 &* index, as: Int32.self)
                sum &+= Loss.squaredError(outputs[index], target: Int32(littleEndian: target))
            }
        }
        return sum
    }

    /// Writes `count` samples from `first` on as raw Q16.16, one after the other.
    ///
    /// The samples must exist and `output` must have room for `count · features` values: with the
    /// length that the parser has checked, no read leaves the blob. Numbers are read where they lie:
    /// the storage of an array begins at a multiple of 16, and samples at one of 4 behind it.
    func decode(first: Int, count: Int, into output: UnsafeMutablePointer<Int32>) {
        let values = count &* features
        let start = DML1.headerSize &+ first &* features &* xDType.size
        let scale = ExponentScale(exponent: exponent)
        bytes.withUnsafeBytes { blob in
            // One loop per element type: the choice stays out of the loop.
            switch xDType {
            case .int8:
                for index in 0..<values {
                    let q = blob.loadUnaligned(fromByteOffset: start &+ index, as: Int8.self)
                    output[index] = scale(Int64(q))
                }
            case .uint8:
                for index in 0..<values {
                    output[index] = scale(Int64(blob[start &+ index]))
                }
            case .int16:
                for index in 0..<values {
                    let q = blob.load(fromByteOffset: start &+ 2 &* index, as: Int16.self)
                    output[index] = scale(Int64(Int16(littleEndian: q)))
                }
            case .int32:
                for index in 0..<values {
                    let q = blob.load(fromByteOffset: start &+ 4 &* index, as: Int32.self)
                    output[index] = scale(Int64(Int32(littleEndian: q)))
                }
            }
        }
    }
}
