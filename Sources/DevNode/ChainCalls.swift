import ABI
import Vouchers

/// A transaction as a wallet sends it. Nobody checks signatures: the sender is believed.
struct ChainTransaction: Equatable, Sendable {
    var from: Address
    var to: Address
    var value: UInt256
    var data: [UInt8]
}

/// What a transaction does on the pretend chain.
enum ChainEffect: Equatable, Sendable {
    /// The InputBox adds an input; `sender` is what the application sees, a portal for deposits.
    case input(sender: Address, payload: [UInt8])
    /// `executeOutput` of the application contract.
    case execution(output: [UInt8], proof: OutputsProof)
    /// A transfer of Ether or an approval, which the application does not hear of.
    case nothing
}

/// Why a transaction reverts.
struct ChainRevert: Error, Equatable, Sendable {
    let reason: String
    /// The contract's error, `selector ‖ abi.encode(…)`, or empty.
    var data: [UInt8] = []
}

/// The functions that the pretend chain knows, by the contracts that have them.
enum ChainCalls {
    private static let app = ABIParameter("app", .address)
    private static let token = ABIParameter("token", .address)
    private static let base = ABIParameter("baseLayerData", .bytes)
    private static let exec = ABIParameter("execLayerData", .bytes)
    private static let ids = ABIParameter("tokenIds", .array(.uint256))
    private static let values = ABIParameter("values", .array(.uint256))

    static let addInput = ABIFunction("addInput", app, ABIParameter("payload", .bytes))
    static let depositEther = ABIFunction("depositEther", app, exec)
    static let depositERC20 = ABIFunction(
        "depositERC20Tokens", token, app, ABIParameter("value", .uint256), exec)
    static let depositERC721 = ABIFunction(
        "depositERC721Token", token, app, ABIParameter("tokenId", .uint256), base, exec)
    static let depositERC1155 = ABIFunction(
        "depositSingleERC1155Token", token, app, ABIParameter("tokenId", .uint256),
        ABIParameter("value", .uint256), base, exec)
    static let depositERC1155Batch = ABIFunction(
        "depositBatchERC1155Token", token, app, ids, values, base, exec)
    /// Calls that a wallet makes at tokens before a deposit.
    static let approvals = [
        ABIFunction("approve", ABIParameter("spender", .address), ABIParameter("value", .uint256)),
        ABIFunction(
            "setApprovalForAll", ABIParameter("operator", .address),
            ABIParameter("approved", .bool)),
    ]
    static let inputTooLarge = ABIFunction(
        "InputTooLarge", app, ABIParameter("inputLength", .uint256),
        ABIParameter("maxInputLength", .uint256))

    static let all =
        [
            addInput, depositEther, depositERC20, depositERC721, depositERC1155,
            depositERC1155Batch, ApplicationContract.executeOutput,
        ] + approvals

    /// The largest input of `InputBox` 2.x: the whole `EvmAdvance` blob.
    static let inputLimit = 1 << 16

    /// What `transaction` does.
    static func effect(
        of transaction: ChainTransaction, in settings: NodeSettings
    ) throws(ChainRevert) -> ChainEffect {
        if transaction.data.isEmpty { return .nothing }
        guard let selector = ABIFunction.selector(of: transaction.data),
            let function = all.first(where: { $0.selector == selector })
        else {
            throw ChainRevert(reason: "no contract of the pretend chain has this function")
        }
        let values: [ABIValue]
        do throws(ABIError) {
            values = try function.decode(transaction.data)
        } catch {
            throw ChainRevert(reason: "the arguments of \(function.signature) are malformed")
        }
        if approvals.contains(function) { return .nothing }
        guard transaction.to == contract(with: function, in: settings) else {
            throw ChainRevert(
                reason: "\(function.name) is a function of "
                    + contract(with: function, in: settings).checksummed)
        }
        var call = Call(function: function, fields: ABIFields(values), transaction: transaction)
        let target: Address
        let effect: ChainEffect
        do throws(ABIError) {
            (target, effect) = try call.effect(in: settings)
        } catch {
            throw ChainRevert(reason: "the arguments of \(function.signature) are malformed")
        }
        guard target == settings.application else {
            throw ChainRevert(
                reason: "the application here is \(settings.application.checksummed)")
        }
        return effect
    }

    private static func contract(
        with function: ABIFunction, in settings: NodeSettings
    ) -> Address {
        switch function {
        case addInput: return settings.inputBox
        case depositEther: return settings.portals.ether
        case depositERC20: return settings.portals.erc20
        case depositERC721: return settings.portals.erc721
        case depositERC1155: return settings.portals.erc1155Single
        case depositERC1155Batch: return settings.portals.erc1155Batch
        default: return settings.application
        }
    }

    /// A call whose arguments the decoder has matched with the declaration.
    private struct Call {
        let function: ABIFunction
        var fields: ABIFields
        let transaction: ChainTransaction

        /// The application that is meant, and what happens to it.
        ///
        /// Deposits are packed as `InputEncoding.sol` of the contracts does: addresses in 20 bytes,
        /// numbers in 32, and what is dynamic as `abi.encode`.
        mutating func effect(
            in settings: NodeSettings
        ) throws(ABIError) -> (Address, ChainEffect) {
            switch function {
            case addInput:
                let app = try fields.address()
                let payload = try fields.bytes()
                return (app, .input(sender: transaction.from, payload: payload))
            case depositEther:
                let app = try fields.address()
                let payload =
                    transaction.from.bytes + transaction.value.bytes32.bytes + (try fields.bytes())
                return (app, .input(sender: settings.portals.ether, payload: payload))
            case ApplicationContract.executeOutput:
                let output = try fields.bytes()
                var proof = try fields.tuple()
                let index = try proof.uint64()
                let siblings = try proof.bytes32Array()
                return (
                    settings.application,
                    .execution(
                        output: output, proof: OutputsProof(index: index, siblings: siblings))
                )
            default:
                return try tokenDeposit()
            }
        }

        private mutating func tokenDeposit() throws(ABIError) -> (Address, ChainEffect) {
            let token = try fields.address()
            let app = try fields.address()
            var payload = token.bytes + transaction.from.bytes
            switch function {
            case depositERC20:
                payload += try fields.uint256().bytes32.bytes
                payload += try fields.bytes()
            case depositERC721:
                payload += try fields.uint256().bytes32.bytes
                payload += try tail(
                    [base, exec], [.bytes(fields.bytes()), .bytes(fields.bytes())])
            case depositERC1155:
                payload += try fields.uint256().bytes32.bytes
                payload += try fields.uint256().bytes32.bytes
                payload += try tail(
                    [base, exec], [.bytes(fields.bytes()), .bytes(fields.bytes())])
            default:
                let (first, second) = (try fields.uint256Array(), try fields.uint256Array())
                payload += try tail(
                    [ids, values, base, exec],
                    [
                        .array(first.map { .number($0) }), .array(second.map { .number($0) }),
                        .bytes(fields.bytes()), .bytes(fields.bytes()),
                    ])
            }
            return (app, .input(sender: transaction.to, payload: payload))
        }

        private func tail(
            _ parameters: [ABIParameter], _ values: [ABIValue]
        ) throws(ABIError) -> [UInt8] {
            try ABIEncoder.encode(values, as: parameters)
        }
    }
}
