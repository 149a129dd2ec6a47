import ABI

extension Output {
    /// `Notice(bytes)`, one of the three wrappers that the contracts know.
    public static let noticeFunction = ABIFunction("Notice", ABIParameter("payload", .bytes))
    /// `Voucher(address,uint256,bytes)`.
    public static let voucherFunction = ABIFunction(
        "Voucher", ABIParameter("destination", .address), ABIParameter("value", .uint256),
        ABIParameter("payload", .bytes))
    /// `DelegateCallVoucher(address,bytes)`.
    public static let delegateCallVoucherFunction = ABIFunction(
        "DelegateCallVoucher", ABIParameter("destination", .address),
        ABIParameter("payload", .bytes))

    /// The output as the contracts see it: `selector ‖ abi.encode(…)`.
    public var encoded: [UInt8] {
        switch self {
        case .notice(let payload):
            return (try? Output.noticeFunction.encode([.bytes(payload)])) ?? []
        case .voucher(let destination, let value, let payload):
            return
                (try? Output.voucherFunction.encode([
                    .address(destination), .number(value), .bytes(payload),
                ])) ?? []
        case .delegateCallVoucher(let destination, let payload):
            let values: [ABIValue] = [.address(destination), .bytes(payload)]
            return (try? Output.delegateCallVoucherFunction.encode(values)) ?? []
        }
    }
}
