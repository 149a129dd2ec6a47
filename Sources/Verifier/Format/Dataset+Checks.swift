/// What is checked of every value before a data set is taken. A unit of work stands for four bytes, so
/// numbers are read where they lie and bytes eight at a time: the storage of an array begins at a
/// multiple of 16, and samples 32 bytes behind it.
extension Dataset {
    /// Padding must be zero and no i8 may be −128.
    func checkValues() throws(VerifierError) {
        let end = DML1.headerSize &+ samples &* features &* xDType.size
        if let offset = bytes.firstNonZero(in: end..<targetOffset) {
            throw .dataPadding(offset: offset)
        }
        guard xDType == .int8 else { return }
        let start = bytes.withUnsafeBytes { Dataset.withoutMinimum($0, to: end) }
        for offset in start..<end where bytes[offset] == 0x80 {
            throw .dataValue(offset: offset)
        }
    }

    /// Where to look for −128 byte by byte: every byte in front of it is another one.
    private static func withoutMinimum(_ blob: UnsafeRawBufferPointer, to end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs = ones &<< 7
        var offset = DML1.headerSize
        while offset &+ 8 <= end {
            // Each −128 becomes a zero, and a zero is the first byte that borrows from its high bit.
            let difference = blob.load(fromByteOffset: offset, as: UInt64.self) ^ highs
            if (difference &- ones) & ~difference & highs != 0 { break }
            offset &+= 8
        }
        return offset
    }

    /// Every label must name a class of the head.
    func checkLabels(classes: Int) throws(VerifierError) {
        guard yKind == .classes else { return }
        let sample = bytes.withUnsafeBytes { blob in
            var sample = 0
            while sample < samples {
                let label = blob.load(
                    fromByteOffset: targetOffset &+ 2 &* sample, as: UInt16.self)
                guard Int(UInt16(littleEndian: label)) < classes else { break }
                sample &+= 1
            }
            return sample
        }
        guard sample == samples else {
            throw .labelRange(
                sample: sample, found: bytes.littleEndian16(at: targetOffset &+ 2 &* sample))
        }
    }
}
