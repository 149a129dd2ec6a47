import ABI

/// What the chain says about an input, as the rollup server hands it over.
///
/// Every field is optional because servers of other generations leave some out; what is missing is
/// refused where it is needed, and a deposit needs only the sender.
public struct Metadata: Equatable, Sendable {
    public var chainID: UInt64?
    /// The application contract, which owns every deposited asset.
    public var appContract: Address?
    /// The account that called the input box: a portal for deposits.
    public var messageSender: Address?
    public var blockNumber: UInt64?
    /// Seconds since 1970.
    public var blockTimestamp: UInt64?
    public var prevRandao: Bytes32?
    /// Inputs to this application before this one.
    public var inputIndex: UInt64?

    public init(
        chainID: UInt64? = nil, appContract: Address? = nil, messageSender: Address? = nil,
        blockNumber: UInt64? = nil, blockTimestamp: UInt64? = nil, prevRandao: Bytes32? = nil,
        inputIndex: UInt64? = nil
    ) {
        self.chainID = chainID
        self.appContract = appContract
        self.messageSender = messageSender
        self.blockNumber = blockNumber
        self.blockTimestamp = blockTimestamp
        self.prevRandao = prevRandao
        self.inputIndex = inputIndex
    }
}

/// An input that advances the state.
public struct Input: Equatable, Sendable {
    public var metadata: Metadata
    public var payload: [UInt8]

    public init(metadata: Metadata, payload: [UInt8]) {
        self.metadata = metadata
        self.payload = payload
    }
}

/// Everything that an input caused, in order. The input itself is always accepted.
public struct Outcome: Equatable, Sendable {
    public var outputs: [Output]
    /// Payloads of the reports: not provable, and on a refusal the reason.
    public var reports: [[UInt8]]

    public init(outputs: [Output] = [], reports: [[UInt8]] = []) {
        self.outputs = outputs
        self.reports = reports
    }
}
