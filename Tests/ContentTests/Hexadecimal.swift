import ABI
import Archive
import Foundation
import TestSupport

@testable import Content

/// The bytes that a vector spells.
func bytes(hex: String) -> [UInt8] { Hex.decode(Array(hex.utf8)) ?? [] }

/// The bytes of a vector file.
func vectorFile(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Places.vectors.appendingPathComponent(path)))
}

/// The blocks of a CAR file by their SHA-256.
func carBlocks(_ car: [UInt8]) throws -> [Bytes32: [UInt8]] {
    var blocks: [Bytes32: [UInt8]] = [:]
    var reader = try CARReader(car)
    while let section = try reader.next() {
        if let digest = section.cid?.digest { blocks[digest] = section.bytes }
    }
    return blocks
}

extension SplitMix64 {
    /// Random bytes, of a count that the caller has drawn.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + 8)
        while result.count < count {
            withUnsafeBytes(of: next()) { result.append(contentsOf: $0) }
        }
        return Array(result[..<count])
    }

    /// A number from 0 to `bound` − 1.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
