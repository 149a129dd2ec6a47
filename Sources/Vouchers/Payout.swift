import ABI

/// How assets leave the application contract: the calls of the vouchers that it makes.
public struct Payout: Sendable {
    /// Who pays: vouchers are executed as this contract.
    private let application: Address
    /// The library that ERC-20 tokens leave by; without it they leave by their own `transfer`.
    private let safeERC20Transfer: Address?

    public init(from application: Address, safeERC20Transfer: Address?) {
        self.application = application
        self.safeERC20Transfer = safeERC20Transfer
    }

    public static let erc20Transfer = ABIFunction(
        "transfer", ABIParameter("to", .address), ABIParameter("value", .uint256))
    /// `SafeERC20Transfer` of the contracts: reverts when the token answers false or nothing at all
    /// stands at its address.
    public static let safeTransfer = ABIFunction(
        "safeTransfer", ABIParameter("token", .address), ABIParameter("to", .address),
        ABIParameter("value", .uint256))
    private static let erc721Parameters = [
        ABIParameter("from", .address), ABIParameter("to", .address),
        ABIParameter("tokenId", .uint256),
    ]
    public static let erc721Transfer = ABIFunction(
        name: "safeTransferFrom", parameters: erc721Parameters)
    public static let erc721Return = ABIFunction(
        name: "transferFrom", parameters: erc721Parameters)
    public static let erc1155Transfer = ABIFunction(
        "safeTransferFrom", ABIParameter("from", .address), ABIParameter("to", .address),
        ABIParameter("id", .uint256), ABIParameter("value", .uint256), ABIParameter("data", .bytes))
    public static let erc1155BatchTransfer = ABIFunction(
        "safeBatchTransferFrom", ABIParameter("from", .address), ABIParameter("to", .address),
        ABIParameter("ids", .array(.uint256)), ABIParameter("values", .array(.uint256)),
        ABIParameter("data", .bytes))

    /// The voucher that sends `amount` of `asset` to `receiver`, taken from what `owner` has here.
    ///
    /// - Ether goes as the value of an empty call.
    /// - ERC-20: a token that answers `false` has not paid. A voucher that calls `transfer` counts as
    ///   executed all the same, and the money is gone; `safeTransfer` reverts, and the voucher can be
    ///   executed when the token pays again.
    /// - An ERC-721 token moves whole, so its amount is one. Its owner held it before, hook or no
    ///   hook, so it gets it back by `transferFrom`; anybody else may be a slip of the pen, and has
    ///   to take it.
    public func voucher(
        _ amount: UInt256, of asset: Asset, owner: Address, to receiver: Address
    ) throws(ABIError) -> Output {
        switch asset {
        case .ether:
            return .voucher(destination: receiver, value: amount, payload: [])
        case .erc20(let token):
            if let library = safeERC20Transfer {
                return .delegateCallVoucher(
                    destination: library,
                    payload: try Payout.safeTransfer.encode([
                        .address(token), .address(receiver), .number(amount),
                    ]))
            }
            return call(
                token, try Payout.erc20Transfer.encode([.address(receiver), .number(amount)]))
        case .erc721(let token, let id):
            let function = receiver == owner ? Payout.erc721Return : Payout.erc721Transfer
            return call(
                token,
                try function.encode([.address(application), .address(receiver), .number(id)]))
        case .erc1155(let token, let id):
            return call(
                token,
                try Payout.erc1155Transfer.encode([
                    .address(application), .address(receiver), .number(id), .number(amount),
                    .bytes([]),
                ]))
        }
    }

    /// The voucher that sends several ids of one ERC-1155 contract at once.
    public func batchVoucher(
        ids: [UInt256], amounts: [UInt256], of token: Address, to receiver: Address
    ) throws(ABIError) -> Output {
        var idValues: [ABIValue] = []
        for id in ids { idValues.append(.number(id)) }
        var amountValues: [ABIValue] = []
        for amount in amounts { amountValues.append(.number(amount)) }
        return call(
            token,
            try Payout.erc1155BatchTransfer.encode([
                .address(application), .address(receiver), .array(idValues), .array(amountValues),
                .bytes([]),
            ]))
    }

    private func call(_ contract: Address, _ payload: [UInt8]) -> Output {
        .voucher(destination: contract, value: .zero, payload: payload)
    }
}
