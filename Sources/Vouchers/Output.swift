import ABI

/// What an input leaves behind for the chain: provable, in order, for ever.
public enum Output: Equatable, Sendable {
    /// A call that anyone may have the application contract execute, once.
    case voucher(destination: Address, value: UInt256, payload: [UInt8])
    /// A statement that a contract can verify.
    case notice(payload: [UInt8])
}
