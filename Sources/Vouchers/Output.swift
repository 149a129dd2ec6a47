import ABI

/// What an input leaves behind for the chain: provable, in order, for ever.
public enum Output: Equatable, Sendable {
    /// A call that anyone may have the application contract execute, once.
    case voucher(destination: Address, value: UInt256, payload: [UInt8])
    /// Code of another contract that anyone may have the application contract run as its own, once.
    case delegateCallVoucher(destination: Address, payload: [UInt8])
    /// A statement that a contract can verify.
    case notice(payload: [UInt8])

    /// What is called or stated.
    public var payload: [UInt8] {
        switch self {
        case .voucher(_, _, let payload), .delegateCallVoucher(_, let payload),
            .notice(let payload):
            return payload
        }
    }

    /// The contract that an execution calls, or whose code it runs; nil for a notice.
    public var destination: Address? {
        switch self {
        case .voucher(let destination, _, _), .delegateCallVoucher(let destination, _):
            return destination
        case .notice: return nil
        }
    }
}
