import ABI

/// The calls that pay assets out of the application contract.
public enum Payout {
    public static let erc20Transfer = ABIFunction(
        "transfer", ABIParameter("to", .address), ABIParameter("value", .uint256))
    public static let erc721Transfer = ABIFunction(
        "safeTransferFrom", ABIParameter("from", .address), ABIParameter("to", .address),
        ABIParameter("tokenId", .uint256))
    public static let erc1155Transfer = ABIFunction(
        "safeTransferFrom", ABIParameter("from", .address), ABIParameter("to", .address),
        ABIParameter("id", .uint256), ABIParameter("value", .uint256), ABIParameter("data", .bytes))
    public static let erc1155BatchTransfer = ABIFunction(
        "safeBatchTransferFrom", ABIParameter("from", .address), ABIParameter("to", .address),
        ABIParameter("ids", .array(.uint256)), ABIParameter("values", .array(.uint256)),
        ABIParameter("data", .bytes))

    /// The voucher that sends `amount` of `asset` from `application` to `receiver`.
    ///
    /// Ether goes as the value of an empty call. An ERC-721 token moves whole, so its amount is one.
    public static func voucher(
        _ amount: UInt256, of asset: Asset, from application: Address, to receiver: Address
    ) throws(ABIError) -> Output {
        switch asset {
        case .ether:
            return .voucher(destination: receiver, value: amount, payload: [])
        case .erc20(let token):
            return call(
                token, try erc20Transfer.encode([.address(receiver), .number(amount)]))
        case .erc721(let token, let id):
            return call(
                token,
                try erc721Transfer.encode([
                    .address(application), .address(receiver), .number(id),
                ]))
        case .erc1155(let token, let id):
            return call(
                token,
                try erc1155Transfer.encode([
                    .address(application), .address(receiver), .number(id), .number(amount),
                    .bytes([]),
                ]))
        }
    }

    /// The voucher that sends several ids of one ERC-1155 contract at once.
    public static func batchVoucher(
        ids: [UInt256], amounts: [UInt256], of token: Address, from application: Address,
        to receiver: Address
    ) throws(ABIError) -> Output {
        var idValues: [ABIValue] = []
        for id in ids { idValues.append(.number(id)) }
        var amountValues: [ABIValue] = []
        for amount in amounts { amountValues.append(.number(amount)) }
        return call(
            token,
            try erc1155BatchTransfer.encode([
                .address(application), .address(receiver), .array(idValues), .array(amountValues),
                .bytes([]),
            ]))
    }

    private static func call(_ contract: Address, _ payload: [UInt8]) -> Output {
        .voucher(destination: contract, value: .zero, payload: payload)
    }
}
