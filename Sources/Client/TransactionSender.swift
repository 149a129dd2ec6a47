import ABI
import CoreCommands
import Foundation
import JSON

/// Sends transactions to the InputBox from an account that the node itself signs for: the development
/// node, or a test chain. For other chains a wallet signs what `--transactions` prints.
package struct TransactionSender {
    /// Between two questions for a receipt.
    private static var pause: TimeInterval { 0.5 }
    private static var patience: TimeInterval { 600 }
    /// `InputAdded(address,uint256,bytes)`: the second topic behind it is the input's index.
    private static let inputAdded = Hex.string(
        Keccak256.hash(Array("InputAdded(address,uint256,bytes)".utf8)).bytes)

    private let node: JSONPost
    private let sender: Address
    private let inputBox: Address

    package init(_ address: String, sender: Address, inputBox: Address) throws {
        node = try JSONPost(exactly: address, "rpc")
        self.sender = sender
        self.inputBox = inputBox
    }

    /// The hash of the transaction with this call.
    package func send(_ data: [UInt8]) throws -> String {
        let answer = try call("eth_sendTransaction") { json in
            json.beginObject()
            json.hex("from", sender.bytes)
            json.hex("to", inputBox.bytes)
            json.hex("data", data)
            json.endObject()
        }
        guard let hash = answer?.text else {
            throw ToolFailure("rpc", "no transaction hash")
        }
        return hash
    }

    /// Waits until the transaction is in a block; the index of the input that it added.
    package func input(of hash: String) throws -> UInt64 {
        let end = Date() + Self.patience
        while Date() < end {
            let answer = try call("eth_getTransactionReceipt") { $0.string(hash) }
            guard let receipt = answer, case .object = receipt else {
                Thread.sleep(forTimeInterval: Self.pause)
                continue
            }
            guard receipt["status"]?.text == "0x1" else {
                throw ToolFailure("reverted", "the transaction \(hash) was reverted")
            }
            for log in receipt["logs"]?.elements ?? [] {
                let topics = log["topics"]?.elements?.compactMap(\.text) ?? []
                if topics.count == 3, topics[0] == Self.inputAdded,
                    let index = UInt64(topics[2].dropFirst(2), radix: 16)
                {
                    return index
                }
            }
            throw ToolFailure("rpc", "the transaction \(hash) added no input")
        }
        throw ToolFailure("rpc", "the transaction \(hash) is in no block yet")
    }

    /// The result of a call with one parameter.
    private func call(
        _ method: String, _ writeParameter: (inout JSONWriter) -> Void
    ) throws -> JSONValue? {
        let answer = try node.call(method) { json in
            json.beginArray()
            writeParameter(&json)
            json.endArray()
        }
        if let error = answer["error"] {
            throw ToolFailure("rpc", error["message"]?.text ?? "\(method) failed")
        }
        return answer["result"]
    }
}
