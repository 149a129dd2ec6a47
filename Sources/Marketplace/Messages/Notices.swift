import ABI
import Vouchers

/// The statements that the application makes, as declared in `docs/deml.abi.json`: a notice is
/// `selector ‖ abi.encode(arguments)`.
public enum NoticeFunctions {
    private static let jobID = ABIParameter("jobId", .uint256)
    private static let round = ABIParameter("round", .uint32)
    private static let client = ABIParameter("client", .address)
    private static let modelCid = ABIParameter("modelCid", .bytes)
    private static let dataCid = ABIParameter("dataCid", .bytes)
    private static let asset = [
        ABIParameter("kind", .uint8), ABIParameter("token", .address), ABIParameter("id", .uint256),
        ABIParameter("amount", .uint256),
    ]

    public static let deposited = ABIFunction(
        name: "Deposited", parameters: [ABIParameter("account", .address)] + asset)
    public static let withdrawn = ABIFunction(
        name: "Withdrawn", parameters: [ABIParameter("account", .address)] + asset)
    public static let jobPosted = ABIFunction(
        "JobPosted", jobID, ABIParameter("sponsor", .address), ABIParameter("termsHash", .bytes32),
        ABIParameter("payout", .uint8), ABIParameter("sealed", .bool),
        ABIParameter("token", .address), ABIParameter("reward", .uint96),
        ABIParameter("slots", .uint32), ABIParameter("fillDeadline", .uint64))
    public static let rentPaid = ABIFunction(
        "RentPaid", jobID, ABIParameter("rent", .uint256), ABIParameter("scoring", .uint256))
    public static let jobAccepted = ABIFunction(
        "JobAccepted", jobID, client, ABIParameter("payout", .address),
        ABIParameter("slot", .uint32))
    public static let contentStored = ABIFunction(
        "ContentStored", jobID, ABIParameter("uploader", .address), ABIParameter("cid", .bytes),
        ABIParameter("size", .uint32))
    public static let jobOpened = ABIFunction(
        "JobOpened", jobID, round, ABIParameter("opensAt", .uint64),
        ABIParameter("closesAt", .uint64))
    public static let committed = ABIFunction(
        "Committed", jobID, round, client, ABIParameter("commitment", .bytes32))
    public static let dataRevealed = ABIFunction("DataRevealed", jobID, round, dataCid)
    public static let claimed = ABIFunction(
        "Claimed", jobID, round, client, ABIParameter("loss", .uint256))
    public static let submitted = ABIFunction("Submitted", jobID, round, client, modelCid, dataCid)
    public static let submissionScored = ABIFunction(
        "SubmissionScored", jobID, round, client, modelCid, dataCid,
        ABIParameter("loss", .uint256), ABIParameter("baseLoss", .uint256),
        ABIParameter("correct", .uint32), ABIParameter("samples", .uint32),
        ABIParameter("accepted", .bool))
    public static let rewardIssued = ABIFunction(
        "RewardIssued", jobID, client, ABIParameter("token", .address),
        ABIParameter("amount", .uint256))
    public static let bondForfeited = ABIFunction(
        "BondForfeited", jobID, client, ABIParameter("beneficiary", .address),
        ABIParameter("amount", .uint256))
    public static let roundClosed = ABIFunction(
        "RoundClosed", jobID, round, ABIParameter("globalCid", .bytes),
        ABIParameter("loss", .uint256))
    public static let jobSettled = ABIFunction(
        "JobSettled", jobID, ABIParameter("paidSlots", .uint32), ABIParameter("refund", .uint256))
    public static let jobCancelled = ABIFunction(
        "JobCancelled", jobID, ABIParameter("reason", .uint8))
    public static let jobDefaulted = ABIFunction("JobDefaulted", jobID, round)
    public static let messageSent = ABIFunction(
        "MessageSent", jobID, ABIParameter("from", .address), ABIParameter("to", .address),
        ABIParameter("body", .bytes))

    /// All of them, in the order of the protocol page.
    public static let all: [ABIFunction] = [
        deposited, withdrawn, jobPosted, rentPaid, jobAccepted, contentStored, jobOpened,
        committed, dataRevealed, claimed, submitted, submissionScored, rewardIssued, bondForfeited,
        roundClosed, jobSettled, jobCancelled, jobDefaulted, messageSent,
    ]
}
