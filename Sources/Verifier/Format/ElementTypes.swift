/// How a weights blob stores its numbers: signed, little-endian.
public enum WeightsDType: UInt8, Equatable, Sendable {
    case int8 = 1
    case int16 = 2
    case int32 = 4

    /// Bytes per number.
    public var size: Int {
        switch self {
        case .int8: 1
        case .int16: 2
        case .int32: 4
        }
    }
}

/// How a data blob stores its samples: little-endian, signed but for `uint8`.
public enum DataDType: UInt8, Equatable, Sendable {
    case int8 = 1
    case int16 = 2
    case int32 = 4
    case uint8 = 0x11

    /// Bytes per number.
    public var size: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16: 2
        case .int32: 4
        }
    }
}

/// What a data blob holds beside each sample.
public enum TargetKind: UInt8, Equatable, Sendable {
    /// A class as u16.
    case classes = 0
    /// Numbers as i32, Q16.16.
    case values = 1

    /// Bytes per target.
    public var size: Int {
        switch self {
        case .classes: 2
        case .values: 4
        }
    }
}
