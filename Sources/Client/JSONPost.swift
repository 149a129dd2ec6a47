import CoreCommands
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Where JSON-RPC requests go.
package struct JSONPost {
    private let url: URL

    /// The address of a node, to which `/rpc` is added unless it ends so already.
    package init(_ address: String) throws {
        let trimmed = address.hasSuffix("/") ? String(address.dropLast()) : address
        let text = trimmed.hasSuffix("/rpc") ? trimmed : trimmed + "/rpc"
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https" else {
            throw ToolFailure("node", "\(address): expected an http or https address")
        }
        self.url = url
    }

    /// The body of the answer to `body`.
    package func send(_ body: [UInt8]) throws -> [UInt8] {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body)
        return try HTTPExchange.body(of: request)
    }
}
