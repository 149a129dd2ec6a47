import ABI

/// Why a message was refused, or a file was dropped. The names are the protocol's: they are never
/// reused.
public enum RefusalCode: String, CaseIterable, Sendable {
    case missingMetadata
    case portalOfAnotherRelease
    case malformedDeposit
    case depositOverflow
    case ledgerFull
    case unknownMessage
    case malformedMessage
    case unsupported
    case unknownJob
    case wrongPhase
    case scoring
    case notSponsor
    case sponsorSlot
    case notSlotHolder
    case invalidTerms
    case invalidArchitecture
    case invalidCid
    case invalidPayout
    case termsMismatch
    case alreadyAccepted
    case noFreeSlot
    case tooEarly
    case tooLate
    case notCommitted
    case wrongCommitment
    case wrongData
    case alreadyPaid
    case attemptsExhausted
    case awaitingScore
    case notDue
    case notAllowed
    case invalidRecipient
    case badRecipient
    case messageTooLong
    case invalidSignature
    case wrongNonce
    case unknownAccount
    case expired
    case nestedRelay
    case chunkOutOfRange
    case inUse
    case outOfOrder
    case notWhole
    case wrongSize
    case wrongBlock
    case tooLarge
    case tooDeep
    case malformedBlock
    case malformedStream
    case zeroAmount
    case insufficientBalance
    case tooManyIds
    case capacity
    case rentTooHigh
    case invalidModel
    case invalidData
    case invalidQuery
    case notFound
    case internalFault

    /// The name on the wire.
    public var name: String { rawValue }

    /// The fixed text that goes with the code.
    public var message: String {
        switch self {
        case .missingMetadata:
            "The rollup server left out a field that this input needs; use a v2 node."
        case .portalOfAnotherRelease:
            "A portal of another contracts release sent this: nothing was credited, stop."
        case .malformedDeposit:
            "The payload is not one that this portal makes; nothing was credited."
        case .depositOverflow:
            "The deposits of this asset would exceed 2^256 - 1; nothing was credited."
        case .ledgerFull:
            "The ledger has no room for what is new here; a voucher sends the deposit back."
        case .unknownMessage:
            "The first four bytes are no selector of a DeML message; see docs/deml.abi.json."
        case .malformedMessage: "The arguments are not the canonical ABI encoding of this message."
        case .unsupported: "A file comes under a raw or dag-pb CID with sha2-256, nothing else."
        case .unknownJob: "There is no job with this number."
        case .wrongPhase: "The job is in a phase that does not take this message; ask jobs/{id}."
        case .scoring: "Scores are pending, and the window opens when they are done; send advance."
        case .notSponsor: "Only the sponsor of the job may send this."
        case .sponsorSlot: "The sponsor takes no slot of its own job."
        case .notSlotHolder: "Only who holds a slot of the job may send this; send acceptJob first."
        case .invalidTerms: "A field of the terms is outside of its limits."
        case .invalidArchitecture: "The architecture is not a valid DML-1 ArchSpec."
        case .invalidCid: "This is not a CID of version 0 or 1 over sha2-256."
        case .invalidPayout: "The application and its portals cannot be paid out to."
        case .termsMismatch:
            "The hash is not that of the job's terms; read them again before you accept."
        case .alreadyAccepted: "This account holds a slot of the job already."
        case .noFreeSlot: "All slots of the job are taken."
        case .tooEarly: "The commitment must be at least 600 seconds old."
        case .tooLate: "The window closes before this could still count."
        case .notCommitted: "There is no commitment to open; send commit first."
        case .wrongCommitment:
            "Round, sender, file and salt do not hash to the commitment; nothing changed."
        case .wrongData: "The data CID is not that of the job's evaluation data."
        case .alreadyPaid: "This slot has been paid; each is paid once."
        case .attemptsExhausted: "This slot has used its three scored submissions."
        case .awaitingScore: "The submission of this slot waits for its score."
        case .notDue: "By the claims this slot is not due a payout, so it shows nothing."
        case .notAllowed: "The proof does not lead to the allow-list of the job."
        case .invalidRecipient: "Only the sponsor and slot holders of the job can be written to."
        case .badRecipient:
            "A recipient is 20 bytes, or none; not zero, the application or a portal."
        case .messageTooLong: "A message has at most 512 bytes."
        case .invalidSignature:
            "The signature is not the signer's over this relay; see docs/front-end.md."
        case .wrongNonce: "The nonce is not the count of the signer's accepted messages."
        case .unknownAccount: "The signer has no account; one begins with a deposit."
        case .expired: "The deadline of the relay has passed."
        case .nestedRelay: "A relay can neither be relayed nor come with a deposit."
        case .chunkOutOfRange: "The piece is empty or lies outside of the size."
        case .inUse: "The job relies on this file; it cannot be started anew."
        case .outOfOrder: "This is not the piece that is due; ask jobs/{id}/files and go on there."
        case .notWhole: "The sender has no whole file under this CID; upload it first."
        case .wrongSize: "The size is not the one that the terms give."
        case .wrongBlock: "A block does not hash to the CID that is due; the file was dropped."
        case .tooLarge: "The stream needs more memory than is reserved; the file was dropped."
        case .tooDeep: "The DAG is deeper than 16 nodes; the file was dropped."
        case .malformedBlock: "A block is no strict dag-pb file node; the file was dropped."
        case .malformedStream:
            "The stream is no CAR of the blocks that are due; the file was dropped."
        case .zeroAmount: "The amount is zero."
        case .insufficientBalance: "The balance is too small; deposit first."
        case .tooManyIds: "One withdrawal takes at most 256 different ids; send it in parts."
        case .capacity: "All jobs together would reserve more than the machine has room for."
        case .rentTooHigh: "Rent and the price of scoring are more than maxRent."
        case .invalidModel: "The blob is not a valid DML-1 model for this architecture."
        case .invalidData: "The blob is not a valid DML-1 data set for this job."
        case .invalidQuery: "The query is none of those in the inspect documentation."
        case .notFound: "There is nothing under this name."
        case .internalFault:
            "A fault of the application: nothing was changed. Please report this input."
        }
    }
}

/// A refusal: the code, and where in the message (a field, a byte offset, the reason of a codec).
public struct Refusal: Error, Equatable, Sendable {
    public let code: RefusalCode
    public let at: String?

    public init(_ code: RefusalCode, at: String? = nil) {
        self.code = code
        self.at = at
    }
}
