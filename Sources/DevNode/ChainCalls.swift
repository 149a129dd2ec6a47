import ABI
import Vouchers

/// What a transaction does, by whom: who signed it, or who said to be its sender.
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
    /// Calls that a wallet makes at tokens before a deposit.
    static let approvals = [
        ABIFunction("approve", ABIParameter("spender", .address), ABIParameter("value", .uint256)),
        ABIFunction(
            "setApprovalForAll", ABIParameter("operator", .address),
            ABIParameter("approved", .bool)),
    ]
    static let inputTooLarge = ABIFunction(
        "InputTooLarge", ABIParameter("app", .address), ABIParameter("inputLength", .uint256),
        ABIParameter("maxInputLength", .uint256))

    /// The largest input of `InputBox` 2.x: the whole `EvmAdvance` blob.
    static let inputLimit = 1 << 16

    /// What `transaction` does.
    static func effect(
        of transaction: ChainTransaction, in settings: NodeSettings
    ) throws(ChainRevert) -> ChainEffect {
        if transaction.data.isEmpty { return .nothing }
        let selector = ABIFunction.selector(of: transaction.data)
        guard let entry = contracts(of: settings).first(where: { $0.function.selector == selector })
        else {
            throw ChainRevert(reason: "no contract of the pretend chain has this function")
        }
        let function = entry.function
        let values: [ABIValue]
        do throws(ABIError) {
            values = try function.decode(transaction.data)
        } catch {
            throw ChainRevert(reason: "the arguments of \(function.signature) are malformed")
        }
        guard entry.call == .ether || transaction.value.isZero else {
            throw ChainRevert(reason: "\(function.name) takes no Ether")
        }
        if entry.call == .approval { return .nothing }
        guard transaction.to == entry.contract else {
            throw ChainRevert(
                reason: "\(function.name) is a function of \(entry.contract.checksummed)")
        }
        var call = Call(kind: entry.call, fields: ABIFields(values), transaction: transaction)
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

    private enum Kind {
        case addInput, ether, erc20, erc721, erc1155Single, erc1155Batch, execution, approval
    }

    /// What each contract of the pretend chain can do. A token may stand anywhere.
    private static func contracts(
        of settings: NodeSettings
    ) -> [(function: ABIFunction, call: Kind, contract: Address)] {
        let kinds: [Kind] = [.ether, .erc20, .erc721, .erc1155Single, .erc1155Batch]
        var list: [(function: ABIFunction, call: Kind, contract: Address)] = [
            (PortalFunctions.addInput, .addInput, settings.inputBox),
            (ApplicationContract.executeOutput, .execution, settings.application),
        ]
        for functions in PortalFunctions.sets(of: settings.contracts.release) {
            for (index, kind) in kinds.enumerated() {
                list.append((functions.all[index], kind, settings.contracts.portals.all[index]))
            }
        }
        return list + approvals.map { ($0, .approval, .zero) }
    }

    /// A call whose arguments the decoder has matched with the declaration.
    private struct Call {
        let kind: Kind
        var fields: ABIFields
        let transaction: ChainTransaction

        /// The application that is meant, and what happens to it.
        ///
        /// Deposits are packed as `InputEncoding.sol` of the contracts does: addresses in 20 bytes,
        /// numbers in 32, and what is dynamic as `abi.encode`.
        mutating func effect(
            in settings: NodeSettings
        ) throws(ABIError) -> (Address, ChainEffect) {
            switch kind {
            case .addInput:
                let app = try fields.address()
                let payload = try fields.bytes()
                return (app, .input(sender: transaction.from, payload: payload))
            case .ether:
                let app = try fields.address()
                let payload =
                    transaction.from.bytes + transaction.value.bytes32.bytes + (try fields.bytes())
                return (app, .input(sender: settings.contracts.portals.ether, payload: payload))
            case .execution:
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
            switch kind {
            case .erc20:
                payload += try fields.uint256().bytes32.bytes
                payload += try fields.bytes()
            case .erc721:
                payload += try fields.uint256().bytes32.bytes
                payload += try tail(
                    PortalFunctions.data, [.bytes(fields.bytes()), .bytes(fields.bytes())])
            case .erc1155Single:
                payload += try fields.uint256().bytes32.bytes
                payload += try fields.uint256().bytes32.bytes
                payload += try tail(
                    PortalFunctions.data, [.bytes(fields.bytes()), .bytes(fields.bytes())])
            default:
                let (first, second) = (try fields.uint256Array(), try fields.uint256Array())
                payload += try tail(
                    PortalFunctions.batch,
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
