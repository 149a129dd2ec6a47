import ABI

/// The messages that the application takes, as declared in `docs/deml.abi.json`.
public enum MessageFunctions {
    private static let jobID = ABIParameter("jobId", .uint256)

    public static let postJob = ABIFunction(
        "postJob", JobTerms.parameter, ABIParameter("maxRent", .uint256))
    public static let cancelJob = ABIFunction("cancelJob", jobID)
    public static let acceptJob = ABIFunction(
        "acceptJob", jobID, ABIParameter("termsHash", .bytes32), ABIParameter("payout", .address),
        ABIParameter("proof", .array(.bytes32)))
    public static let upload = ABIFunction(
        "upload", jobID, ABIParameter("cid", .bytes), ABIParameter("size", .uint32),
        ABIParameter("offset", .uint32), ABIParameter("chunk", .bytes))
    public static let commit = ABIFunction(
        "commit", jobID, ABIParameter("commitment", .bytes32))
    public static let revealData = ABIFunction(
        "revealData", jobID, ABIParameter("dataCid", .bytes), ABIParameter("salt", .bytes32))
    public static let claim = ABIFunction("claim", jobID, ABIParameter("loss", .uint256))
    public static let submit = ABIFunction(
        "submit", jobID, ABIParameter("modelCid", .bytes), ABIParameter("dataCid", .bytes),
        ABIParameter("salt", .bytes32))
    public static let advance = ABIFunction("advance", jobID)
    public static let sendMessage = ABIFunction(
        "sendMessage", jobID, ABIParameter("to", .address), ABIParameter("body", .bytes))
    public static let relay = ABIFunction(
        "relay", ABIParameter("signer", .address), ABIParameter("nonce", .uint256),
        ABIParameter("deadline", .uint64), ABIParameter("message", .bytes),
        ABIParameter("signature", .bytes))

    /// Of a withdrawal: the 20 bytes of who gets it, or none for the sender.
    private static let execLayerData = ABIParameter("execLayerData", .bytes)

    // The names that generic Cartesi wallets send.
    public static let withdrawEther = ABIFunction(
        "WithdrawEther", ABIParameter("value", .uint256), execLayerData)
    public static let withdrawERC20 = ABIFunction(
        "WithdrawErc20", ABIParameter("token", .address), ABIParameter("value", .uint256),
        execLayerData)
    public static let withdrawERC721 = ABIFunction(
        "WithdrawErc721", ABIParameter("token", .address), ABIParameter("tokenId", .uint256),
        execLayerData)
    public static let withdrawERC1155Single = ABIFunction(
        "WithdrawErc1155Single", ABIParameter("token", .address), ABIParameter("id", .uint256),
        ABIParameter("value", .uint256), execLayerData)
    public static let withdrawERC1155Batch = ABIFunction(
        "WithdrawErc1155Batch", ABIParameter("token", .address),
        ABIParameter("ids", .array(.uint256)), ABIParameter("values", .array(.uint256)),
        execLayerData)

    /// All of them, in the order of the protocol page.
    public static let all: [ABIFunction] = [
        postJob, cancelJob, acceptJob, upload, commit, revealData, claim, submit, advance,
        sendMessage, relay, withdrawEther, withdrawERC20, withdrawERC721, withdrawERC1155Single,
        withdrawERC1155Batch,
    ]
}
