import ABI
import CoreCommands
import Foundation
import JSON

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

    package func ask(_ path: String, after inputs: UInt64) throws -> JSONValue {
        try inspection.ask(path, after: inputs)
    }

    package func refusal(of input: UInt64) throws -> (code: String, message: String)? {
        inspection.refusal(of: input)
    }
}

/// The questions that a node answers: `POST /inspect/{application}`, and about the application and the
/// reports of inputs by JSON-RPC at `/rpc` beside it, where the node serves it there.
package struct Inspection: JobQuestions {
    /// Between two questions to a node that is behind.
    private static var pause: TimeInterval { 0.5 }
    private static var patience: TimeInterval { 600 }

    private let queries: JSONPost
    private let name: String
    private let reports: JSONPost

    /// `address` is `http://…/inspect/{application}`.
    package init(_ address: String) throws {
        let base = HTTPClient.base(address)
        let parts = base.components(separatedBy: "/inspect/")
        guard parts.count == 2, !parts[1].isEmpty else {
            throw ToolFailure("inspect", "\(address): expected http://…/inspect/NAME")
        }
        queries = try JSONPost(exactly: base, "inspect")
        name = parts[1]
        reports = try JSONPost(parts[0])
    }

    /// Beside the chain of the development node, whose application is called deml.
    package init?(besideChain address: String) throws {
        guard address.hasSuffix("/eth") else { return nil }
        try self.init(String(address.dropLast(4)) + "/inspect/deml")
    }

    /// The application's answer once it has taken `inputs` inputs. Its refusals are thrown.
    package func ask(_ path: String, after inputs: UInt64) throws -> JSONValue {
        let end = Date() + Self.patience
        while true {
            let answer = try Answer.parse(try queries.send(Array(path.utf8), type: "text/plain"))
            if answer["processed_input_count"]?.uint64 ?? 0 >= inputs {
                return try Self.report(in: answer)
            }
            guard Date() < end else {
                throw ToolFailure(
                    "inspect", "the application is behind: it has not taken the last piece")
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    private static func report(in answer: JSONValue) throws -> JSONValue {
        guard let payload = answer["reports"]?.elements?.first?["payload"]?.text else {
            throw ToolFailure("inspect", "the node gives no answer of the application")
        }
        let object = try Self.object(payload)
        if let refusal = Answer.refusal(in: object) {
            throw ToolFailure(refusal.code, refusal.message)
        }
        return object
    }

    /// The InputBox that the node watches for the application.
    package func inputBox() throws -> Address {
        let answer = try reports.call("cartesi_getApplication") { json in
            json.beginObject()
            json.string("application", name)
            json.endObject()
        }
        guard let text = answer["result"]?["data"]?["iinputbox_address"]?.text,
            let address = Address(hex: text)
        else {
            throw ToolFailure(
                "inspect", "the node does not say which InputBox it watches: give --input-box")
        }
        return address
    }

    /// Nil also when the node has no JSON-RPC there: the files of the job tell the rest.
    package func refusal(of input: UInt64) -> (code: String, message: String)? {
        let answer = try? reports.call("cartesi_listReports") { json in
            json.beginObject()
            json.string("application", name)
            json.string("input_index", "0x" + String(input, radix: 16))
            json.endObject()
        }
        for row in answer?["result"]?["data"]?.elements ?? [] {
            if let data = row["raw_data"]?.text, let object = try? Self.object(data),
                let refusal = Answer.refusal(in: object)
            {
                return refusal
            }
        }
        return nil
    }

    /// An object in hexadecimal digits, as reports are shown.
    private static func object(_ hex: String) throws(ToolFailure) -> JSONValue {
        try Answer.parse(Hex.decode(Array(hex.utf8)) ?? [])
    }
}
