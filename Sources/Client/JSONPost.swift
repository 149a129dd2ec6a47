import CoreCommands
import Foundation
import JSON

/// Where JSON-RPC requests go.
package struct JSONPost: Sendable {
    /// Of every request.
    static let id: UInt64 = 1

    private let url: URL
    private let client: HTTPClient

    /// The address of a node, to which `/rpc` is added unless it ends so already.
    package init(_ address: String) throws {
        let base = HTTPClient.base(address)
        try self.init(exactly: base.hasSuffix("/rpc") ? base : base + "/rpc", "node")
    }

    /// An address as it is; `what` names it in the refusal. An answer is an object about one thing,
    /// or a page of a list, unless `client` bounds it otherwise.
    package init(
        exactly address: String, _ what: String,
        client: HTTPClient = HTTPClient(sizeLimit: 64 << 20, deadline: 120)
    ) throws(ToolFailure) {
        url = try HTTPClient.url(address, what)
        self.client = client
    }

    /// The body of the answer to `body`.
    package func send(_ body: [UInt8], type: String = "application/json") throws -> [UInt8] {
        try client.post(url, body, type: type)
    }

    /// The answer to a call whose parameters `write` writes, a JSON-RPC envelope.
    package func call(
        _ method: String, _ write: (inout JSONWriter) -> Void
    ) throws -> JSONValue {
        try Answer.parse(try send(Self.request(method, write)))
    }

    /// The body of a call whose parameters `write` writes.
    static func request(_ method: String, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.string("jsonrpc", "2.0")
        json.number("id", id)
        json.string("method", method)
        json.key("params")
        write(&json)
        json.endObject()
        return json.bytes
    }
}

/// JSON of nodes and of the application.
package enum Answer {
    package static func parse(_ bytes: [UInt8]) throws(ToolFailure) -> JSONValue {
        guard let value = try? JSONValue(parsing: bytes), case .object = value else {
            throw ToolFailure("http", "the answer is no JSON object")
        }
        return value
    }

    /// What an object `{"error":{"code":…,"message":…,"at":…}}` says.
    package static func refusal(in object: JSONValue) -> (code: String, message: String)? {
        guard let error = object["error"], let code = error["code"]?.text else { return nil }
        let message = error["message"]?.text ?? "the application refuses it"
        let place = error["at"]?.text.map { " (\($0))" } ?? ""
        return (code, message + place)
    }
}
