import ABI
import CoreCommands
import Foundation
import JSON

/// Reads a chain at its latest block by JSON-RPC, one question at a time.
package struct ChainReader {
    /// Takes the body of a request, and returns that of the answer.
    package typealias Post = ([UInt8]) throws -> [UInt8]

    /// Bytes of an answer: far above the code of any contract, 24,576 bytes in digits.
    private static let sizeLimit = 1 << 20

    private let post: Post

    package init(post: @escaping Post) { self.post = post }

    /// The node at `address`, which has `deadline` seconds for each answer.
    package init(_ address: String, deadline: TimeInterval) throws {
        let post = try JSONPost(
            exactly: address, "rpc",
            client: HTTPClient(sizeLimit: Self.sizeLimit, deadline: deadline))
        self.init { try post.send($0) }
    }

    func chainID() throws(ChainError) -> UInt64 {
        let text = try result("eth_chainId") { _ in }
        let digits = text.dropFirst(2)
        guard text.hasPrefix("0x"), digits.count <= 16, digits.allSatisfy(\.isHexDigit),
            let value = UInt64(digits, radix: 16)
        else {
            throw .malformed(
                "eth_chainId: expected 0x and 1 to 16 digits, found \"\(text.shortened)\"")
        }
        return value
    }

    /// Whether a contract stands at `address`.
    func hasCode(at address: Address) throws(ChainError) -> Bool {
        try !bytes("eth_getCode") { json in
            json.hex(address.bytes)
            json.string("latest")
        }.isEmpty
    }

    /// What the contract at `address` answers to `view`.
    func ask<Answer>(
        _ view: ContractView<Answer>, at address: Address
    ) throws(ChainError) -> Answer {
        let data = try bytes("eth_call") { json in
            json.beginObject()
            json.hex("to", address.bytes)
            json.hex("data", view.function.selectorBytes)
            json.endObject()
            json.string("latest")
        }
        guard !data.isEmpty else { throw .reverted("\(view.function.signature) answers nothing") }
        do {
            var fields = ABIFields(try Codec.decode(data, as: view.result))
            return try view.read(&fields)
        } catch {
            let reason = (error as? ToolFailure)?.message ?? "\(error)"
            throw .malformed(
                "\(view.function.signature) answers \(data.count) bytes that are no "
                    + "\(view.result[0].type.canonicalName): \(reason)")
        }
    }

    private func bytes(
        _ method: String, _ writeParameters: (inout JSONWriter) -> Void
    ) throws(ChainError) -> [UInt8] {
        let text = try result(method, writeParameters)
        let ascii = Array(text.utf8)
        guard ascii.starts(with: Array("0x".utf8)), let bytes = Hex.decode(ascii) else {
            throw .malformed(
                "\(method): expected 0x and an even number of digits, found \"\(text.shortened)\"")
        }
        return bytes
    }

    /// The result of a call, which is a string in all of those above.
    private func result(
        _ method: String, _ writeParameters: (inout JSONWriter) -> Void
    ) throws(ChainError) -> String {
        let answer = try answer(
            to: JSONPost.request(method) { json in
                json.beginArray()
                writeParameters(&json)
                json.endArray()
            })
        guard answer["id"]?.uint64 == JSONPost.id else {
            let id = answer["id"]?.kind ?? "none"
            throw .silent(
                "\(method): the answer is to another question: expected id 1, found \(id)")
        }
        if let error = answer["error"], error != .null {
            let message = error["message"]?.text ?? error.kind
            // By the code of geth, or by what all nodes say.
            let isRevert = error["code"]?.uint64 == 3 || message.lowercased().contains("revert")
            if method == "eth_call", isRevert { throw .reverted(message) }
            throw .refused("\(method): the node refuses: \(message)")
        }
        guard let result = answer["result"] else {
            throw .malformed("\(method): the answer has no result")
        }
        guard let text = result.text else {
            throw .malformed("\(method): expected 0x and digits, found \(result.kind)")
        }
        return text
    }

    private func answer(to request: [UInt8]) throws(ChainError) -> JSONValue {
        do {
            let body = try post(request)
            guard !body.isEmpty else { throw ToolFailure("http", "the answer is empty") }
            return try Answer.parse(body)
        } catch {
            throw .silent((error as? ToolFailure)?.message ?? "\(error)")
        }
    }
}

/// Why a question to a chain has no answer.
enum ChainError: Error, Equatable {
    /// Nothing came that is an answer to it, so that other questions are in vain.
    case silent(String)
    /// The node answers that it cannot say.
    case refused(String)
    /// The contract reverts, or has no such function.
    case reverted(String)
    /// An answer came that means nothing.
    case malformed(String)

    var sentence: String {
        switch self {
        case .silent(let text), .refused(let text), .malformed(let text): text
        case .reverted(let text): "the contract does not answer: \(text)"
        }
    }
}
