import CoreCommands
import Foundation
import Terminal
import TestSupport
import Verifier

@testable import Interchange

/// The repository's files to pack, and blobs of real models.
enum Samples {
    static func path(_ name: String) -> String {
        Places.fixtures.appendingPathComponent("pack/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try Files.read(path(name))
    }

    static func blob(_ cid: String) throws -> [UInt8] {
        try Files.read(Places.fixtures.appendingPathComponent("blobs/\(cid)").path)
    }

    static func architecture() throws -> Architecture {
        try Architecture(parsing: bytes("arch.dmla"))
    }

    /// The convolutional network of the samples, with its own data.
    static func scoring(base: String? = "base.dmlw") throws -> ScoringCase {
        try ScoringCase(
            arch: bytes("arch.dmla"), base: base.map { try bytes($0) },
            model: bytes("f64-as-i32.dmlw"), data: bytes("data-i32.dmld"))
    }

    /// A dense layer of `weights` [outputs][inputs] without bias on the identity head, and one
    /// sample: everything raw Q16.16.
    static func linear(weights: [[Int32]], x: [Int32], y: [Int32]) throws -> ScoringCase {
        var arch = Array("DMLA".utf8) + [1, 1]
        arch.appendLittleEndian(Int64(x.count), size: 4)
        arch += [1, 0x01]
        arch.appendLittleEndian(Int64(weights.count), size: 4)
        arch += [0, 3]
        let architecture = try Architecture(parsing: arch)
        let model = try Model(parameters: weights.flatMap { $0 }, architecture: architecture)
        var data = Array("DMLD".utf8) + [1, 4, 1, 0]
        data.appendLittleEndian(1, size: 4)
        data.appendLittleEndian(Int64(x.count), size: 4)
        data.appendLittleEndian(Int64(y.count), size: 2)
        data += [UInt8](repeating: 0, count: 14)
        for value in x + y { data.appendLittleEndian(Int64(value), size: 4) }
        return try ScoringCase(
            arch: arch, base: nil, model: model.canonicalBlob(architecture: architecture),
            data: data)
    }
}
