import ABI
import Foundation
import JSON
import Operations

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Sends transactions from an account that the node itself signs for: the development node, or a
/// test chain. For other chains a wallet signs what `--transactions` prints.
struct TransactionSender {
    let url: URL
    let sender: Address

    init(_ address: String, sender: Address) throws {
        guard let url = URL(string: address), url.scheme == "http" || url.scheme == "https" else {
            throw ToolFailure("rpc", "\(address): expected an http or https address")
        }
        self.url = url
        self.sender = sender
    }

    /// The hash of the transaction.
    func send(to receiver: Address, _ data: [UInt8]) throws -> String {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(call(to: receiver, data))
        let answer = try HTTPExchange.body(of: request)
        let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
        if let hash = object?["result"] as? String { return hash }
        let error = object?["error"] as? [String: Any]
        throw ToolFailure("rpc", error?["message"] as? String ?? "no transaction hash")
    }

    private func call(to receiver: Address, _ data: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.string("jsonrpc", "2.0")
        json.number("id", 1)
        json.string("method", "eth_sendTransaction")
        json.beginArray("params")
        json.beginObject()
        json.hex("from", sender.bytes)
        json.hex("to", receiver.bytes)
        json.hex("data", data)
        json.endObject()
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
