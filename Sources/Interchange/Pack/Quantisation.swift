import CoreCommands
import Foundation

/// How a blob stores numbers: the range of the integers.
package enum StoredRange: Equatable {
    case signed(bits: Int)
    case unsigned8

    /// The smallest one that is used: symmetric, so that a blob never holds −128 as i8.
    package var minimum: Int64 { self == .unsigned8 ? 0 : -maximum }

    package var maximum: Int64 {
        switch self {
        case .signed(let bits): (1 << Int64(bits - 1)) - 1
        case .unsigned8: 255
        }
    }
}

/// One tensor as stored integers with a common exponent: value = q·2^e·2^−16.
///
/// The exponent is the smallest from 0 to 15 with which the largest magnitude fits. Below 0 nothing
/// would be gained: a raw value is an integer of Q16.16 anyway.
package struct Quantisation: Equatable {
    package let stored: [Int64]
    package let exponent: Int8
    /// Values that the range of the integers cuts off.
    package let clipped: Int

    /// Rounds raw Q16.16 numbers, halves to even.
    package init(raw: [Int64], range: StoredRange) {
        let largest = raw.reduce(0) { max($0, Int64($1.magnitude)) }
        var exponent: Int64 = 0
        while exponent < 15, largest > range.maximum << exponent { exponent += 1 }
        var clipped = 0
        stored = raw.map { value in
            let scaled = (Double(value) / Double(Int64(1) << exponent)).rounded(.toNearestOrEven)
            let limited = min(max(scaled, Double(range.minimum)), Double(range.maximum))
            if limited != scaled { clipped += 1 }
            return Int64(limited)
        }
        self.exponent = Int8(exponent)
        self.clipped = clipped
    }

    /// A number as raw Q16.16, halves to even, cut off at the ends of Int32.
    package static func raw(_ value: Double) throws(ToolFailure) -> Int64 {
        guard value.isFinite else { throw .format("A value is not a finite number.") }
        let scaled = (value * 65_536).rounded(.toNearestOrEven)
        return Int64(min(max(scaled, Double(Int32.min)), Double(Int32.max)))
    }

    /// Whether `raw` cuts the number off: it is beyond ±32768.
    package static func isCutOff(_ value: Double) -> Bool {
        let scaled = (value * 65_536).rounded(.toNearestOrEven)
        return scaled < Double(Int32.min) || scaled > Double(Int32.max)
    }

    /// The stored numbers, little-endian, `size` bytes each.
    package func append(to blob: inout [UInt8], size: Int) {
        for value in stored { blob.appendLittleEndian(value, size: size) }
    }

    /// The value of a stored number.
    package func value(at index: Int) -> Double {
        Double(stored[index] << Int64(exponent)) / 65_536
    }
}

extension [UInt8] {
    /// The number in `size` bytes, at most eight, that must be there; with eight it may be negative.
    func littleEndian(_ offset: Int, _ size: Int) -> Int {
        self[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    package mutating func appendLittleEndian(_ value: Int64, size: Int) {
        for index in 0..<size { append(UInt8(truncatingIfNeeded: value >> Int64(8 * index))) }
    }

    package mutating func padToFour() {
        while count % 4 != 0 { append(0) }
    }
}
