import ABI
import JSON
import Vouchers

/// The part of Ethereum's JSON-RPC that wallets and libraries need, over the pretend chain. A wallet
/// provider in a test only has to forward.
///
/// Nothing is signed and no gas is paid; transactions are in a block when their hash comes back.
struct ChainMethods {
    let node: DevelopmentNode

    /// The JSON of the result.
    func call(_ method: String, _ value: JSONValue?) async throws -> [UInt8] {
        var json = JSONWriter()
        switch method {
        case "eth_chainId": json.quantity(node.settings.chainID)
        case "net_version": json.string("\(node.settings.chainID)")
        case "eth_accounts", "eth_requestAccounts":
            json.beginArray()
            for account in NodeSettings.developerAccounts { json.string(account.checksummed) }
            json.endArray()
        case "eth_blockNumber": json.quantity(await node.latestBlock.number)
        case "eth_getBlockByNumber": Self.write(await node.latestBlock, to: &json)
        case "eth_sendTransaction":
            json.hex(try await node.send(try Self.transaction(value)).bytes)
        case "eth_getTransactionReceipt":
            try await writeReceipt(value, to: &json)
        case "evm_increaseTime", "evm_setNextBlockTimestamp":
            let time = try await moveClock(method, value)
            json.quantity(time)
        default:
            guard try writeConstant(method, value, to: &json) else {
                throw RPCError.unknownMethod(method)
            }
        }
        return json.bytes
    }

    /// What is the same always: everybody is rich, and everything is approved and free.
    private func writeConstant(
        _ method: String, _ value: JSONValue?, to json: inout JSONWriter
    ) throws(RPCError) -> Bool {
        switch method {
        case "eth_getBalance": json.string("0x21e19e0c9bab2400000")
        case "eth_call": json.hex(UInt256(UInt64.max).bytes32.bytes)
        case "eth_getCode": json.hex([0xfe])
        case "eth_estimateGas": json.quantity(100_000)
        case "eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_getTransactionCount":
            json.quantity(0)
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

    private static func transaction(_ value: JSONValue?) throws(RPCError) -> ChainTransaction {
        let parameters = try RPCParameters(value, names: ["transaction"])
        guard let members = parameters["transaction"], case .object = members else {
            throw .invalidParameters("a transaction is due")
        }
        guard let from = members["from"]?.address else {
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
}

extension ChainMethods {
    private static func hash(ofBlock number: UInt64) -> Bytes32 {
        var seed = Array("DeML pretend block".utf8)
        UInt256(number).bytes32.append(to: &seed)
        return Keccak256.hash(seed)
    }

    private static func write(_ block: BlockClock.Block, to json: inout JSONWriter) {
        json.beginObject()
        json.quantity("number", block.number)
        json.hex("hash", hash(ofBlock: block.number).bytes)
        json.hex("parentHash", hash(ofBlock: block.number - 1).bytes)
        json.quantity("timestamp", block.timestamp)
        json.quantity("gasLimit", 30_000_000)
        json.quantity("gasUsed", 0)
        json.quantity("baseFeePerGas", 0)
        json.beginArray("transactions")
        json.endArray()
        json.endObject()
    }

    /// Null for a hash that is not known.
    private func writeReceipt(_ value: JSONValue?, to json: inout JSONWriter) async throws {
        let parameters = try RPCParameters(value, names: ["hash"])
        guard let hash = parameters["hash"]?.hash else {
            throw RPCError.invalidParameters("a transaction hash is due")
        }
        if let input = await node.history.input(ofTransaction: hash) {
            write(input, to: &json)
        } else if let (transaction, block) = await node.otherTransactions[hash] {
            json.beginObject()
            Self.writeMembers(
                hash, from: transaction.from, to: transaction.to, block: block.number, to: &json)
            json.beginArray("logs")
            json.endArray()
            json.endObject()
        } else {
            json.null()
        }
    }

    private static func writeMembers(
        _ hash: Bytes32, from: Address, to: Address, block: UInt64, to json: inout JSONWriter
    ) {
        json.hex("transactionHash", hash.bytes)
        json.quantity("transactionIndex", 0)
        json.hex("blockHash", Self.hash(ofBlock: block).bytes)
        json.quantity("blockNumber", block)
        json.string("from", from.checksummed)
        json.string("to", to.checksummed)
        json.quantity("cumulativeGasUsed", 0)
        json.quantity("gasUsed", 0)
        json.quantity("effectiveGasPrice", 0)
        json.null("contractAddress")
        json.hex("logsBloom", [UInt8](repeating: 0, count: 256))
        json.quantity("status", 1)
        json.quantity("type", 2)
    }

    /// With the event `InputAdded(address indexed appContract, uint256 indexed index, bytes input)`
    /// of the InputBox.
    private func write(_ input: StoredInput, to json: inout JSONWriter) {
        let metadata = input.metadata
        let event = ABIFunction(
            "InputAdded", ABIParameter("appContract", .address), ABIParameter("index", .uint256),
            ABIParameter("input", .bytes))
        let blob = metadata.encoded(with: input.payload)
        let data =
            (try? ABIEncoder.encode([.bytes(blob)], as: [ABIParameter("input", .bytes)])) ?? []
        json.beginObject()
        Self.writeMembers(
            input.transaction, from: metadata.sender, to: node.settings.inputBox,
            block: metadata.blockNumber, to: &json)
        json.beginArray("logs")
        json.beginObject()
        json.string("address", node.settings.inputBox.checksummed)
        json.beginArray("topics")
        json.hex(Keccak256.hash(Array(event.signature.utf8)).bytes)
        json.hex(metadata.application.word.bytes)
        json.hex(UInt256(metadata.index).bytes32.bytes)
        json.endArray()
        json.hex("data", data)
        json.hex("transactionHash", input.transaction.bytes)
        json.hex("blockHash", Self.hash(ofBlock: metadata.blockNumber).bytes)
        json.quantity("blockNumber", metadata.blockNumber)
        json.quantity("transactionIndex", 0)
        json.quantity("logIndex", 0)
        json.bool("removed", false)
        json.endObject()
        json.endArray()
        json.endObject()
    }
}
