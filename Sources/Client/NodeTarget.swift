import ABI
import CoreCommands
import Foundation
import JSON

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// An application behind a node, with a chain whose node signs for the sender.
package struct NodeTarget: UploadTarget {
    private let transactions: TransactionSender
    private let application: Address
    private let inspection: Inspection

    package init(transactions: TransactionSender, application: Address, inspection: Inspection) {
        self.transactions = transactions
        self.application = application
        self.inspection = inspection
    }

    package func send(_ payload: [UInt8]) throws -> (input: UInt64, line: String) {
        let hash = try transactions.send(try InputLine.call(payload, application))
        return (try transactions.input(of: hash), hash)
    }

    package func ask(_ path: String, after inputs: UInt64) throws -> [String: Any] {
        try inspection.ask(path, after: inputs)
    }

    package func refusal(of input: UInt64) throws -> (code: String, message: String)? {
        inspection.refusal(of: input)
    }
}

/// The questions that a node answers: `POST /inspect/{application}`, and the reports of inputs by
/// JSON-RPC at `/rpc` beside it, where the node serves it there.
package struct Inspection: JobQuestions {
    /// Between two questions to a node that is behind.
    private static var pause: TimeInterval { 0.5 }
    private static var patience: TimeInterval { 600 }

    private let url: URL
    private let name: String
    private let reports: JSONPost

    /// `address` is `http://…/inspect/{application}`.
    package init(_ address: String) throws {
        let trimmed = address.hasSuffix("/") ? String(address.dropLast()) : address
        let parts = trimmed.components(separatedBy: "/inspect/")
        guard parts.count == 2, !parts[1].isEmpty, let url = URL(string: trimmed),
            url.scheme == "http" || url.scheme == "https"
        else {
            throw ToolFailure("inspect", "\(address): expected http://…/inspect/NAME")
        }
        self.url = url
        name = parts[1]
        reports = try JSONPost(parts[0])
    }

    /// Beside the chain of the development node, whose application is called deml.
    package init?(besideChain address: String) throws {
        guard address.hasSuffix("/eth") else { return nil }
        try self.init(String(address.dropLast(4)) + "/inspect/deml")
    }

    /// The application's answer once it has taken `inputs` inputs. Its refusals are thrown.
    package func ask(_ path: String, after inputs: UInt64) throws -> [String: Any] {
        let end = Date() + Self.patience
        while true {
            let answer = try JSONObject.parse(try post(path))
            let processed = answer["processed_input_count"] as? Int ?? 0
            if UInt64(processed) >= inputs { return try Self.report(in: answer) }
            guard Date() < end else {
                throw ToolFailure(
                    "inspect", "the application is behind: it has not taken the last piece")
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    private func post(_ path: String) throws -> [UInt8] {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("text/plain", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(path.utf8)
        return try HTTPExchange.body(of: request)
    }

    private static func report(in answer: [String: Any]) throws -> [String: Any] {
        guard let report = (answer["reports"] as? [[String: Any]])?.first,
            let payload = report["payload"] as? String
        else { throw ToolFailure("inspect", "the node gives no answer of the application") }
        let object = try JSONObject.parse(payload)
        if let refusal = JSONObject.refusal(in: object) {
            throw ToolFailure(refusal.code, refusal.message)
        }
        return object
    }

    /// Nil also when the node has no JSON-RPC there: the files of the job tell the rest.
    package func refusal(of input: UInt64) -> (code: String, message: String)? {
        var json = JSONWriter()
        json.beginObject()
        json.string("jsonrpc", "2.0")
        json.number("id", 1)
        json.string("method", "cartesi_listReports")
        json.beginObject("params")
        json.string("application", name)
        json.string("input_index", "0x" + String(input, radix: 16))
        json.endObject()
        json.endObject()
        guard let answer = try? JSONObject.parse(try reports.send(json.bytes)),
            let result = answer["result"] as? [String: Any],
            let rows = result["data"] as? [[String: Any]]
        else { return nil }
        for row in rows {
            if let data = row["raw_data"] as? String, let object = try? JSONObject.parse(data),
                let refusal = JSONObject.refusal(in: object)
            {
                return refusal
            }
        }
        return nil
    }
}

/// JSON objects of nodes and of the application.
package enum JSONObject {
    package static func parse(_ bytes: [UInt8]) throws -> [String: Any] {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else { throw ToolFailure("http", "the answer is no JSON object") }
        return object
    }

    /// An object in hexadecimal digits, as reports are shown.
    package static func parse(_ hex: String) throws -> [String: Any] {
        try parse(Hex.decode(Array(hex.utf8)) ?? [])
    }

    /// What an object `{"error":{"code":…,"message":…,"at":…}}` says.
    package static func refusal(in object: [String: Any]) -> (code: String, message: String)? {
        guard let error = object["error"] as? [String: Any], let code = error["code"] as? String
        else { return nil }
        let message = error["message"] as? String ?? "the application refuses it"
        let place = (error["at"] as? String).map { " (\($0))" } ?? ""
        return (code, message + place)
    }
}
