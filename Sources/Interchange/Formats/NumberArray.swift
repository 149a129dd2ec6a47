/// Numbers from a file in row-major order, whatever type they had there.
///
/// Every float format and every integer below 2^53 is exact in Double.
package struct NumberArray: Equatable, Sendable {
    package let shape: [Int]
    package let values: [Double]

    package init(shape: [Int], values: [Double]) {
        self.shape = shape
        self.values = values
    }

    /// Rows of the first dimension; 0 for a scalar.
    package var rows: Int { shape.first ?? 0 }
}

/// How files store numbers, little-endian.
package enum NumberFormat: Equatable {
    case float16, bfloat16, float32, float64
    case signed(Int)
    case unsigned(Int)
    /// One byte; everything but 0 is true.
    case bool

    /// Bytes per number.
    package var size: Int {
        switch self {
        case .bool: 1
        case .float16, .bfloat16: 2
        case .float32: 4
        case .float64: 8
        case .signed(let size), .unsigned(let size): size
        }
    }

    /// Decodes numbers that fill `bytes`.
    package func decode(_ bytes: ArraySlice<UInt8>, bigEndian: Bool = false) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(bytes.count / size)
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: size) {
            var word: UInt64 = 0
            for index in 0..<size {
                let place = bigEndian ? start + index : start + size - 1 - index
                word = word << 8 | UInt64(bytes[place])
            }
            values.append(number(word))
        }
        return values
    }

    private func number(_ word: UInt64) -> Double {
        switch self {
        case .float16: Double(Float16(bitPattern: UInt16(word)))
        case .bfloat16: Double(Float(bitPattern: UInt32(word) << 16))
        case .float32: Double(Float(bitPattern: UInt32(word)))
        case .float64: Double(bitPattern: word)
        case .signed(let size):
            // The sign bit of the stored number becomes that of the word, and comes back down.
            Double(Int64(bitPattern: word << UInt64(64 - 8 * size)) >> Int64(64 - 8 * size))
        case .unsigned: Double(word)
        case .bool: word == 0 ? 0 : 1
        }
    }
}
