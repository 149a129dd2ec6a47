import ABI
import JSON
import Marketplace
import Vouchers

/// The part of Ethereum's JSON-RPC that wallets and libraries need, over the pretend chain.
///
/// Transactions come signed, or from whoever they say they are from; they are in a block when their
/// hash comes back. Gas is free unless the transaction offers a price.
struct ChainMethods {
    let node: DevelopmentNode

    /// The JSON of the result.
    func call(_ method: String, _ value: JSONValue?) async throws -> [UInt8] {
        var json = JSONWriter()
        switch method {
        case "eth_sendTransaction":
            json.hex(try await node.send(try Self.transaction(value)).bytes)
        case "eth_sendRawTransaction":
            json.hex(try await node.send(try Self.signedTransaction(value)).bytes)
        case "eth_estimateGas":
            json.quantity(try await node.estimateGas(try Self.transaction(value, from: .zero)))
        case "evm_increaseTime", "evm_setNextBlockTimestamp":
            json.quantity(try await moveClock(method, value))
        default:
            let isKnown =
                try await writeState(method, value, to: &json)
                || writeConstant(method, value, to: &json)
            guard isKnown else { throw RPCError.unknownMethod(method) }
        }
        return json.bytes
    }

    /// What the chain is like now.
    private func writeState(
        _ method: String, _ value: JSONValue?, to json: inout JSONWriter
    ) async throws -> Bool {
        let objects = await node.objects
        switch method {
        case "eth_blockNumber": json.quantity(objects.latest.number)
        case "eth_getBlockByNumber":
            let parameters = try RPCParameters(value, names: ["block", "full"])
            let number = try Self.blockNumber(parameters["block"])
            objects.writeBlock(number, isFull: parameters["full"] == .bool(true), to: &json)
        case "eth_getBlockByHash":
            let parameters = try RPCParameters(value, names: ["hash", "full"])
            let hash = try Self.hash(parameters)
            objects.writeBlock(hash: hash, isFull: parameters["full"] == .bool(true), to: &json)
        case "eth_getTransactionByHash":
            let parameters = try RPCParameters(value, names: ["hash"])
            objects.writeTransaction(try Self.hash(parameters), to: &json)
        case "eth_getTransactionReceipt":
            let parameters = try RPCParameters(value, names: ["hash"])
            objects.writeReceipt(try Self.hash(parameters), to: &json)
        case "eth_getBalance":
            let account = try Self.account(value)
            json.string(objects.chain.accounts.balance(of: account).hexadecimal)
        case "eth_getTransactionCount":
            json.quantity(objects.chain.accounts.nonce(of: try Self.account(value)))
        case "eth_feeHistory":
            let parameters = try RPCParameters(value, names: ["count", "newest", "percentiles"])
            try objects.writeFeeHistory(parameters, to: &json)
        default: return false
        }
        return true
    }

    /// What does not change: everything is approved, and gas costs nothing.
    private func writeConstant(
        _ method: String, _ value: JSONValue?, to json: inout JSONWriter
    ) throws(RPCError) -> Bool {
        switch method {
        case "web3_clientVersion": json.string("DeML/v\(Engine.version)/node")
        case "web3_sha3":
            guard let data = try RPCParameters(value, names: ["data"])["data"]?.bytes else {
                throw .invalidParameters("data is not bytes")
            }
            json.hex(Keccak256.hash(data).bytes)
        case "eth_chainId": json.quantity(node.settings.chainID)
        case "net_version": json.string("\(node.settings.chainID)")
        case "eth_accounts", "eth_requestAccounts":
            json.beginArray()
            for account in NodeSettings.developerAccounts { json.string(account.checksummed) }
            json.endArray()
        case "eth_syncing": json.bool(false)
        case "eth_call": json.hex(UInt256(UInt64.max).bytes32.bytes)
        case "eth_getCode": json.hex([0xfe])
        case "eth_gasPrice", "eth_maxPriorityFeePerGas": json.quantity(0)
        case "evm_mine", "wallet_switchEthereumChain": json.null()
        default: return false
        }
        return true
    }

    private func moveClock(_ method: String, _ value: JSONValue?) async throws -> UInt64 {
        let parameters = try RPCParameters(value, names: ["seconds"])
        guard let seconds = parameters["seconds"]?.unsigned else {
            throw RPCError.invalidParameters("a number of seconds is due")
        }
        let isMoved =
            method == "evm_increaseTime"
            ? try await node.advanceClock(by: seconds) : try await node.setClock(to: seconds)
        guard isMoved else {
            throw RPCError.invalidParameters("time only moves ahead, and not beyond 2^48")
        }
        return await node.latestBlock.timestamp
    }
}

/// What parameters say.
extension ChainMethods {
    /// `sender` is whose it is when it does not say.
    private static func transaction(
        _ value: JSONValue?, from sender: Address? = nil
    ) throws(RPCError) -> ChainTransaction {
        let parameters = try RPCParameters(value, names: ["transaction", "block", "overrides"])
        guard let members = parameters["transaction"], case .object = members else {
            throw .invalidParameters("a transaction is due")
        }
        guard let from = members["from"]?.address ?? sender else {
            throw .invalidParameters("from is not an address")
        }
        guard let to = members["to"]?.address else {
            throw .invalidParameters("to is not an address")
        }
        let amount = members["value"] ?? .string(Array("0x0".utf8))
        guard let value = amount.quantity else {
            throw .invalidParameters("value is not a quantity")
        }
        let input = members["data"] ?? members["input"] ?? .string(Array("0x".utf8))
        guard let data = input.bytes else { throw .invalidParameters("data is not bytes") }
        return ChainTransaction(from: from, to: to, value: value, data: data)
    }

    private static func signedTransaction(_ value: JSONValue?) throws -> SignedTransaction {
        let parameters = try RPCParameters(value, names: ["transaction"])
        guard let raw = parameters["transaction"]?.bytes else {
            throw RPCError.invalidParameters("a signed transaction is due, as 0x and its bytes")
        }
        return try SignedTransaction(raw: raw)
    }

    /// The account that is asked for; what it has is what it has now, whatever the block.
    private static func account(_ value: JSONValue?) throws(RPCError) -> Address {
        let parameters = try RPCParameters(value, names: ["address", "block"])
        guard let address = parameters["address"]?.address else {
            throw .invalidParameters("an address is due")
        }
        return address
    }

    private static func hash(_ parameters: RPCParameters) throws(RPCError) -> Bytes32 {
        guard let hash = parameters["hash"]?.hash else {
            throw .invalidParameters("a hash of 32 bytes is due")
        }
        return hash
    }

    /// Nil for the block that the chain is at, which is safe and final at once.
    static func blockNumber(_ value: JSONValue?) throws(RPCError) -> UInt64? {
        switch value?.text {
        case nil where value == nil: return nil
        case "latest", "pending", "safe", "finalized": return nil
        case "earliest": return 0
        default:
            guard let number = value?.unsigned else {
                throw .invalidParameters(
                    "a block is a number, latest, pending, safe, finalized or earliest")
            }
            return number
        }
    }
}
