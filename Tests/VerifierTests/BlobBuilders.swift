import ABI
import Verifier

/// Little-endian bytes, written without help from the code under test.
struct Bytes {
    var bytes: [UInt8] = []

    mutating func u8(_ value: Int) { bytes.append(UInt8(truncatingIfNeeded: value)) }

    mutating func u16(_ value: Int) {
        u8(value)
        u8(value >> 8)
    }

    mutating func u32(_ value: Int) {
        u16(value)
        u16(value >> 16)
    }

    mutating func zeros(_ count: Int) {
        bytes += [UInt8](repeating: 0, count: count)
    }

    mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }
}

/// An ArchSpec, right or wrong.
enum ArchBlob {
    static func make(
        _ input: [Int], _ layers: [[UInt8]], head: Int = 1, version: Int = 1
    ) -> [UInt8] {
        var out = Bytes(bytes: Array("DMLA".utf8))
        out.u8(version)
        out.u8(input.count)
        for dimension in input { out.u32(dimension) }
        out.u8(layers.count)
        for layer in layers { out.bytes += layer }
        out.u8(head)
        return out.bytes
    }

    static func dense(_ outputs: Int, bias: Int = 1) -> [UInt8] {
        var out = Bytes(bytes: [0x01])
        out.u32(outputs)
        out.u8(bias)
        return out.bytes
    }

    /// `pads` are top, left, bottom, right.
    static func conv(
        _ outputs: Int, kernel: (Int, Int), stride: (Int, Int) = (1, 1),
        pads: [Int] = [0, 0, 0, 0], bias: Int = 1
    ) -> [UInt8] {
        var out = Bytes(bytes: [0x02])
        out.u16(outputs)
        for field in [kernel.0, kernel.1, stride.0, stride.1] + pads + [bias] { out.u8(field) }
        return out.bytes
    }

    static func pool(_ code: Int, _ window: (Int, Int), stride: (Int, Int)) -> [UInt8] {
        var out = Bytes()
        for field in [code, window.0, window.1, stride.0, stride.1] { out.u8(field) }
        return out.bytes
    }

    static func leaky(_ slope: Int32) -> [UInt8] {
        var out = Bytes(bytes: [0x11])
        out.u32(Int(slope))
        return out.bytes
    }

    static let maxPool = 0x03
    static let averagePool = 0x04
    static let globalAverage: [UInt8] = [0x05]
    static let relu: [UInt8] = [0x10]
    static let sigmoid: [UInt8] = [0x12]
    static let tanh: [UInt8] = [0x13]
    static let flatten: [UInt8] = [0x20]
}

/// A weights blob, right or wrong.
struct WeightsBlob {
    var kind = 0
    var dtype = 4
    var exponents: [Int]
    var values: [Int]

    /// All zeros and full, i32, for `architecture`.
    init(_ architecture: Architecture) {
        exponents = architecture.tensors.map { _ in 0 }
        values = [Int](repeating: 0, count: architecture.parameterCount)
    }

    init(_ architecture: Architecture, _ values: [Int]) {
        self.init(architecture)
        self.values = values
    }

    func bytes(_ architecture: Architecture) -> [UInt8] {
        var out = Bytes(bytes: Array("DMLW".utf8))
        out.u8(1)
        out.u8(kind)
        out.u8(dtype)
        out.u8(0)
        out.bytes += architecture.id.bytes.prefix(16)
        out.u16(exponents.count)
        out.zeros(6)
        for exponent in exponents { out.u8(exponent) }
        out.pad()
        for value in values {
            switch dtype {
            case 1: out.u8(value)
            case 2: out.u16(value)
            default: out.u32(value)
            }
        }
        return out.bytes
    }
}

/// A data blob, right or wrong.
struct DataBlob {
    var xDType = 4
    var yKind = 0
    var exponent = 0
    var samples: Int
    var features: Int
    var targetWidth = 1
    var x: [Int]
    var y: [Int]

    /// One row of x and one class per sample, i32.
    init(x: [[Int]], classes: [Int]) {
        samples = x.count
        features = x.first?.count ?? 0
        self.x = x.flatMap { $0 }
        y = classes
    }

    /// One row of x and one row of targets per sample, i32.
    init(x: [[Int]], targets: [[Int]]) {
        samples = x.count
        features = x.first?.count ?? 0
        self.x = x.flatMap { $0 }
        yKind = 1
        targetWidth = targets.first?.count ?? 0
        y = targets.flatMap { $0 }
    }

    var bytes: [UInt8] {
        var out = Bytes(bytes: Array("DMLD".utf8))
        out.u8(1)
        out.u8(xDType)
        out.u8(yKind)
        out.u8(exponent)
        out.u32(samples)
        out.u32(features)
        out.u16(targetWidth)
        out.zeros(14)
        for value in x {
            switch xDType {
            case 1, 0x11: out.u8(value)
            case 2: out.u16(value)
            default: out.u32(value)
            }
        }
        out.pad()
        for value in y {
            if yKind == 0 { out.u16(value) } else { out.u32(value) }
        }
        return out.bytes
    }
}
