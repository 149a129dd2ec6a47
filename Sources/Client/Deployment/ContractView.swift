import ABI

/// A question that a contract answers without a transaction.
struct ContractView<Answer>: Sendable {
    let function: ABIFunction
    let result: [ABIParameter]
    /// Takes the answer out of what was decoded.
    let read: @Sendable (inout ABIFields) throws(ABIError) -> Answer

    fileprivate init(
        _ name: String, _ result: ABIType,
        _ read: @escaping @Sendable (inout ABIFields) throws(ABIError) -> Answer
    ) {
        function = ABIFunction(name)
        self.result = [ABIParameter("", result)]
        self.read = read
    }
}

/// Who may end an application of version 3, and by whom its accounts are paid then.
struct WithdrawalConfig: Equatable {
    let guardian: Address
    let outputBuilder: Address
}

enum ContractViews {
    /// Of an application of Rollups Contracts 3, and of a portal of version 2. A portal of version 3
    /// has none: it asks the application.
    static let inputBox = ContractView<Address>("getInputBox", .address) {
        (fields) throws(ABIError) in try fields.address()
    }
    /// Of an application of version 2: a call that describes where inputs come from.
    static let dataAvailability = ContractView<[UInt8]>("getDataAvailability", .bytes) {
        (fields) throws(ABIError) in try fields.bytes()
    }
    /// Of every application: the hash of the machine that it began with.
    static let templateHash = ContractView<Bytes32>("getTemplateHash", .bytes32) {
        (fields) throws(ABIError) in try fields.bytes32()
    }
    /// Of an application of version 3: whether its guardian has ended it.
    static let isForeclosed = ContractView<Bool>("isForeclosed", .bool) {
        (fields) throws(ABIError) in try fields.bool()
    }
    /// Of an application of version 3.
    static let withdrawalConfig = ContractView<WithdrawalConfig>(
        "getWithdrawalConfig",
        .tuple([
            ABIParameter("guardian", .address), ABIParameter("log2LeavesPerAccount", .uint8),
            ABIParameter("log2MaxNumOfAccounts", .uint8),
            ABIParameter("accountsDriveStartIndex", .uint64),
            ABIParameter("withdrawalOutputBuilder", .address),
        ])
    ) { (fields) throws(ABIError) in
        var config = try fields.tuple()
        let guardian = try config.address()
        _ = try (config.uint8(), config.uint8(), config.uint64())
        return WithdrawalConfig(guardian: guardian, outputBuilder: try config.address())
    }

    /// The data availability of an application that takes the inputs of one InputBox and no others.
    static let inputBoxOnly = ABIFunction("InputBox", ABIParameter("inputBox", .address))
}
