extension JSONReader {
    /// A number without sign, fraction and exponent that fits 64 bits.
    public mutating func readUInt64() throws(JSONError) -> UInt64 {
        try expect(.number)
        let start = offset
        try skipNumber()
        var value: UInt64 = 0
        for index in start..<offset {
            let digit = bytes[index] &- 0x30
            let (tenfold, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
            guard digit < 10, !tooLarge, !carry else { throw JSONError(.notUInt64, at: start) }
            value = sum
        }
        return value
    }

    /// The text of a number of any size and form.
    public mutating func readNumber() throws(JSONError) -> [UInt8] {
        try expect(.number)
        let start = offset
        try skipNumber()
        return Array(bytes[start..<offset])
    }

    /// RFC 8259, section 6: `[ minus ] int [ frac ] [ exp ]`, no leading zeros.
    mutating func skipNumber() throws(JSONError) {
        try expect(.number)
        if isNext(0x2D) {
            offset &+= 1
        }
        if isNext(0x30) {
            offset &+= 1
            try require(!isDigitNext, .invalidNumber, at: offset)
        } else {
            try skipDigits()
        }
        if isNext(0x2E) {
            offset &+= 1
            try skipDigits()
        }
        if isNext(0x65) || isNext(0x45) {
            offset &+= 1
            if isNext(0x2B) || isNext(0x2D) {
                offset &+= 1
            }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONError) {
        guard isDigitNext else {
            throw JSONError(offset < bytes.count ? .invalidNumber : .unexpectedEnd, at: offset)
        }
        repeat {
            offset &+= 1
        } while isDigitNext
    }

    private var isDigitNext: Bool {
        offset < bytes.count && bytes[offset] &- 0x30 < 10
    }

    private func isNext(_ byte: UInt8) -> Bool {
        offset < bytes.count && bytes[offset] == byte
    }
}
