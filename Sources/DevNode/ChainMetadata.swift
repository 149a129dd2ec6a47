import ABI
import Vouchers

/// What the chain says about an input: `Metadata` with nothing missing.
struct ChainMetadata: Equatable, Sendable {
    var chainID: UInt64
    var application: Address
    var sender: Address
    var blockNumber: UInt64
    var blockTimestamp: UInt64
    var prevRandao: Bytes32
    var index: UInt64
}

extension ChainMetadata {
    /// Nil when something is missing.
    init?(_ metadata: Metadata) {
        guard let chainID = metadata.chainID, let application = metadata.appContract,
            let sender = metadata.messageSender, let number = metadata.blockNumber,
            let timestamp = metadata.blockTimestamp, let prevRandao = metadata.prevRandao,
            let index = metadata.inputIndex
        else { return nil }
        self.init(
            chainID: chainID, application: application, sender: sender, blockNumber: number,
            blockTimestamp: timestamp, prevRandao: prevRandao, index: index)
    }

    var metadata: Metadata {
        Metadata(
            chainID: chainID, appContract: application, messageSender: sender,
            blockNumber: blockNumber, blockTimestamp: blockTimestamp, prevRandao: prevRandao,
            inputIndex: index)
    }

    /// `EvmAdvance(…)`: the input as the InputBox makes it and JSON-RPC shows it.
    static let evmAdvance = ABIFunction(
        "EvmAdvance", ABIParameter("chainId", .uint256), ABIParameter("appContract", .address),
        ABIParameter("msgSender", .address), ABIParameter("blockNumber", .uint256),
        ABIParameter("blockTimestamp", .uint256), ABIParameter("prevRandao", .uint256),
        ABIParameter("index", .uint256), ABIParameter("payload", .bytes))

    /// The blob of an input with this metadata.
    func encoded(with payload: [UInt8]) -> [UInt8] {
        let values: [ABIValue] = [
            .uint(chainID), .address(application), .address(sender), .uint(blockNumber),
            .uint(blockTimestamp), .number(UInt256(prevRandao)), .uint(index), .bytes(payload),
        ]
        return (try? Self.evmAdvance.encode(values)) ?? []
    }
}
