import ABI
import Vouchers

/// Logistic regression on one feature, as DML-1 blobs.
enum TinyBlobs {
    /// Input of one feature, Dense with one output and a bias, sigmoid head.
    static let architecture: [UInt8] = {
        var blob = Array("DMLA".utf8)
        blob += [1, 1]
        blob += word(1)
        blob += [1, 0x01]
        blob += word(1)
        blob += [1, 2]
        return blob
    }()

    /// A full i32 model with this weight and bias, raw Q16.16.
    static func model(weight: Int32, bias: Int32 = 0) -> [UInt8] {
        var blob = Array("DMLW".utf8)
        blob += [1, 0, 4, 0]
        blob += Keccak256.hash(architecture).bytes.prefix(16)
        blob += [2, 0]
        // Six reserved bytes, two exponents and their padding.
        blob += [UInt8](repeating: 0, count: 10)
        blob += word(weight)
        blob += word(bias)
        return blob
    }

    /// Samples x = −2, −1, 1, 2 of which the positive ones are of class 1.
    static let data: [UInt8] = {
        let x: [Int32] = [-2, -1, 1, 2]
        var blob = Array("DMLD".utf8)
        blob += [1, 4, 0, 0]
        blob += word(4)
        blob += word(1)
        blob += [1, 0]
        blob += [UInt8](repeating: 0, count: 14)
        for value in x { blob += word(value << 16) }
        for value in x { blob += [value > 0 ? 1 : 0, 0] }
        return blob
    }()

    private static func word(_ value: Int32) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
