import ABI
import JSON
import Vouchers

/// Blocks, transactions and receipts as Ethereum's JSON-RPC shows them; null for what is unknown.
struct ChainObjects {
    let settings: NodeSettings
    let chain: MinedChain
    let history: History
    let latest: BlockClock.Block

    /// Blocks that `eth_feeHistory` goes back at most, as Ethereum clients limit it.
    static let feeHistoryLimit: UInt64 = 1024

    /// The block `number`, nil for the one that the chain is at, at the time that it is now.
    func writeBlock(_ number: UInt64?, isFull: Bool, to json: inout JSONWriter) {
        guard var entry = chain.blocks.entry(number ?? latest.number, latest: latest.number) else {
            return json.null()
        }
        if number == nil { entry.block.timestamp = latest.timestamp }
        write(entry, isFull: isFull, to: &json)
    }

    func writeBlock(hash: Bytes32, isFull: Bool, to json: inout JSONWriter) {
        guard let number = chain.blocks.number(ofHash: hash) else { return json.null() }
        writeBlock(number, isFull: isFull, to: &json)
    }

    private func write(_ entry: ChainBlocks.Entry, isFull: Bool, to json: inout JSONWriter) {
        let block = entry.block
        json.beginObject()
        json.quantity("number", block.number)
        json.hex("hash", ChainBlocks.hash(of: block.number).bytes)
        json.hex(
            "parentHash",
            block.number == 0
                ? Bytes32.zero.bytes
                : ChainBlocks.hash(of: block.number - 1).bytes)
        json.quantity("timestamp", block.timestamp)
        json.quantity("gasLimit", ChainAccounts.blockGasLimit)
        json.quantity("gasUsed", gasUsed(by: entry.transactions[...]))
        json.quantity("baseFeePerGas", 0)
        json.quantity("difficulty", 0)
        json.hex("nonce", [UInt8](repeating: 0, count: 8))
        json.hex("extraData", [])
        json.string("miner", Address.zero.checksummed)
        json.hex("mixHash", BlockClock.randomness(of: block.number).bytes)
        json.hex("logsBloom", [UInt8](repeating: 0, count: 256))
        json.beginArray("transactions")
        for hash in entry.transactions {
            if isFull { writeTransaction(hash, to: &json) } else { json.hex(hash.bytes) }
        }
        json.endArray()
        json.beginArray("uncles")
        json.endArray()
        json.endObject()
    }

    func writeTransaction(_ hash: Bytes32, to json: inout JSONWriter) {
        guard let transaction = chain.transactions[hash] else { return json.null() }
        let number = transaction.block.number
        json.beginObject()
        json.hex("hash", hash.bytes)
        json.hex("blockHash", ChainBlocks.hash(of: number).bytes)
        json.quantity("blockNumber", number)
        json.quantity(
            "transactionIndex", UInt64(chain.blocks.position(of: hash, in: number)))
        json.string("from", transaction.call.from.checksummed)
        json.string("to", transaction.call.to.checksummed)
        json.string("value", transaction.call.value.hexadecimal)
        json.hex("input", transaction.call.data)
        json.quantity("nonce", transaction.nonce)
        json.quantity("gas", transaction.gasLimit)
        json.string("gasPrice", transaction.effectiveGasPrice.hexadecimal)
        json.quantity("type", transaction.type)
        let signed = transaction.signed
        if let signed, signed.kind != .legacy { writeMembers(of: signed, to: &json) }
        json.string("v", (signed?.v ?? .zero).hexadecimal)
        json.string("r", UInt256(signed?.signature.r ?? .zero).hexadecimal)
        json.string("s", UInt256(signed?.signature.s ?? .zero).hexadecimal)
        if signed?.kind != .legacy || signed?.chainID != nil {
            json.quantity("chainId", settings.chainID)
        }
        json.endObject()
    }

    /// What types 1 and 2 have and legacy transactions do not.
    private func writeMembers(of signed: SignedTransaction, to json: inout JSONWriter) {
        if signed.kind == .dynamicFee {
            json.string("maxFeePerGas", signed.maxFee.hexadecimal)
            json.string("maxPriorityFeePerGas", signed.maxPriorityFee.hexadecimal)
        }
        json.string("yParity", signed.v.hexadecimal)
        json.beginArray("accessList")
        for entry in signed.accessList {
            json.beginObject()
            json.string("address", entry.address.checksummed)
            json.beginArray("storageKeys")
            for key in entry.storageKeys { json.hex(key.bytes) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }

    func writeReceipt(_ hash: Bytes32, to json: inout JSONWriter) {
        guard let transaction = chain.transactions[hash] else { return json.null() }
        let number = transaction.block.number
        let inBlock = chain.blocks.entry(number, latest: number)?.transactions ?? []
        let position = chain.blocks.position(of: hash, in: number)
        json.beginObject()
        json.hex("transactionHash", hash.bytes)
        json.quantity("transactionIndex", UInt64(position))
        json.hex("blockHash", ChainBlocks.hash(of: number).bytes)
        json.quantity("blockNumber", number)
        json.string("from", transaction.call.from.checksummed)
        json.string("to", transaction.call.to.checksummed)
        json.quantity("cumulativeGasUsed", gasUsed(by: inBlock.prefix(position + 1)))
        json.quantity("gasUsed", transaction.gasUsed)
        json.string("effectiveGasPrice", transaction.effectiveGasPrice.hexadecimal)
        json.null("contractAddress")
        json.hex("logsBloom", [UInt8](repeating: 0, count: 256))
        json.quantity("status", 1)
        json.quantity("type", transaction.type)
        json.beginArray("logs")
        if case .input(let index) = transaction.outcome {
            let earlier = inBlock.prefix(position).count { isInput($0) }
            writeLog(
                of: history.inputs[index], transactionIndex: position, logIndex: earlier, to: &json)
        }
        json.endArray()
        json.endObject()
    }

    /// The event `InputAdded(address indexed appContract, uint256 indexed index, bytes input)` of
    /// the InputBox.
    private func writeLog(
        of input: StoredInput, transactionIndex: Int, logIndex: Int, to json: inout JSONWriter
    ) {
        let metadata = input.metadata
        let event = ABIFunction(
            "InputAdded", ABIParameter("appContract", .address), ABIParameter("index", .uint256),
            ABIParameter("input", .bytes))
        let blob = metadata.encoded(with: input.payload)
        let data =
            (try? ABIEncoder.encode([.bytes(blob)], as: [ABIParameter("input", .bytes)])) ?? []
        json.beginObject()
        json.string("address", settings.inputBox.checksummed)
        json.beginArray("topics")
        json.hex(Keccak256.hash(Array(event.signature.utf8)).bytes)
        json.hex(metadata.application.word.bytes)
        json.hex(UInt256(metadata.index).bytes32.bytes)
        json.endArray()
        json.hex("data", data)
        json.hex("transactionHash", input.transaction.bytes)
        json.hex("blockHash", ChainBlocks.hash(of: metadata.blockNumber).bytes)
        json.quantity("blockNumber", metadata.blockNumber)
        json.quantity("transactionIndex", UInt64(transactionIndex))
        json.quantity("logIndex", UInt64(logIndex))
        json.bool("removed", false)
        json.endObject()
    }

    /// Base fees are 0, and nobody need offer anything beyond.
    func writeFeeHistory(
        _ parameters: RPCParameters, to json: inout JSONWriter
    ) throws(RPCError) {
        guard let asked = parameters["count"]?.unsigned, asked > 0 else {
            throw .invalidParameters("a count of blocks is due")
        }
        let newest = try ChainMethods.blockNumber(parameters["newest"]) ?? latest.number
        guard newest <= latest.number else {
            throw .invalidParameters("block \(newest) is to come, the chain is at \(latest.number)")
        }
        var percentiles = 0
        if case .array(let list)? = parameters["percentiles"] { percentiles = list.count }
        guard percentiles <= 100 else { throw .invalidParameters("at most 100 percentiles") }
        let count = min(asked, Self.feeHistoryLimit, newest + 1)
        json.beginObject()
        json.quantity("oldestBlock", newest + 1 - count)
        json.beginArray("baseFeePerGas")
        for _ in 0...count { json.quantity(0) }
        json.endArray()
        json.beginArray("gasUsedRatio")
        for _ in 0..<count { json.number(0) }
        json.endArray()
        json.beginArray("reward")
        for _ in 0..<(percentiles == 0 ? 0 : count) {
            json.beginArray()
            for _ in 0..<percentiles { json.quantity(0) }
            json.endArray()
        }
        json.endArray()
        json.endObject()
    }

    private func isInput(_ hash: Bytes32) -> Bool {
        if case .input = chain.transactions[hash]?.outcome { return true }
        return false
    }

    private func gasUsed(by transactions: ArraySlice<Bytes32>) -> UInt64 {
        transactions.reduce(0) { $0 + (chain.transactions[$1]?.gasUsed ?? 0) }
    }
}
