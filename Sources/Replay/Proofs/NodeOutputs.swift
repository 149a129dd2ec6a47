import ABI
import JSON
import Vouchers

/// The outputs of an application behind a node's JSON-RPC, with the proofs that the node gives.
///
/// The node is not believed: a proof has to lead to the outputs root that the node states for the
/// last input of the output's epoch or, as the development node does, for the last one processed.
public struct NodeOutputs {
    private let name: String
    private let post: ([UInt8]) throws -> [UInt8]

    /// `name` is the application's name or address; `post` sends a JSON-RPC request and returns the
    /// body of the answer.
    public init(application name: String, post: @escaping ([UInt8]) throws -> [UInt8]) {
        self.name = name
        self.post = post
    }

    /// Outputs so far.
    public func count() throws -> UInt64 {
        let result = try call("cartesi_listOutputs") { $0.number("limit", 1) }
        guard let total = result["pagination"]?["total_count"].flatMap(Self.number) else {
            throw ProofError.node("its list of outputs has no total_count")
        }
        return total
    }

    /// Output `index` with its proof, which has been checked.
    public func proved(_ index: UInt64) throws -> ProvedOutput {
        let count = try count()
        guard count > 0 else { throw ProofError.noOutputs }
        guard index < count else { throw ProofError.noSuchOutput(index: index, count: count) }
        let application = try call("cartesi_getApplication")
        guard
            let address = application["data"]?["iapplication_address"]?.text
                .flatMap({ Address(hex: $0) })
        else { throw ProofError.node("it does not tell the application's address") }
        // Between two questions an input may come in and move the root, so a mismatch is asked again.
        var mismatch: (any Error)?
        for _ in 0..<3 {
            let (output, proof, epoch) = try fetch(index)
            for root in try roots(epoch: epoch) {
                do {
                    return try ProvedOutput(
                        output, proof: proof, root: root, count: nil, application: address)
                } catch {
                    mismatch = error
                }
            }
        }
        throw mismatch ?? ProofError.node("it states no outputs root")
    }

    private func fetch(_ index: UInt64) throws -> ([UInt8], OutputsProof, epoch: String) {
        let answer = try call("cartesi_getOutput") {
            $0.string("output_index", "0x" + String(index, radix: 16))
        }
        guard let data = answer["data"], let output = data["raw_data"].flatMap(Self.bytes),
            let epoch = data["epoch_index"]?.text
        else { throw ProofError.node("output \(index) is not of the form that was expected") }
        guard case .array(let elements)? = data["output_hashes_siblings"], !elements.isEmpty else {
            throw ProofError.notYetProvable(index: index)
        }
        let siblings = elements.compactMap { Self.bytes($0).flatMap { Bytes32($0) } }
        guard siblings.count == elements.count else {
            throw ProofError.node("a sibling of output \(index) is not a hash")
        }
        return (output, OutputsProof(index: index, siblings: siblings), epoch)
    }

    /// The outputs roots that a proof may lead to.
    private func roots(epoch: String) throws -> [Bytes32] {
        var roots: [Bytes32] = []
        let inputs = try call("cartesi_listInputs") {
            $0.number("limit", 1)
            $0.string("epoch_index", epoch)
            $0.bool("descending", true)
        }
        if let root = Self.root(after: inputs["data"]?.elements?.first) { roots.append(root) }
        let processed = try call("cartesi_getProcessedInputCount")
        guard let count = processed["data"].flatMap(Self.number), count > 0 else { return roots }
        let last = try call("cartesi_getInput") {
            $0.string("input_index", "0x" + String(count - 1, radix: 16))
        }
        if let root = Self.root(after: last["data"]) { roots.append(root) }
        return roots
    }

    private static func root(after input: JSONValue?) -> Bytes32? {
        input?["outputs_hash"].flatMap(bytes).flatMap { Bytes32($0) }
    }

    private static func bytes(_ value: JSONValue) -> [UInt8]? {
        guard case .string(let text) = value, text.starts(with: Array("0x".utf8)) else {
            return nil
        }
        return Hex.decode(text)
    }

    /// A JSON number, or `0x` and digits.
    private static func number(_ value: JSONValue) -> UInt64? {
        if let number = value.uint64 { return number }
        guard let text = value.text, text.hasPrefix("0x") else { return nil }
        return UInt64(text.dropFirst(2), radix: 16)
    }

    /// The `result` of a call about the application, with what else `parameters` writes.
    private func call(
        _ method: String, _ parameters: (inout JSONWriter) -> Void = { _ in }
    ) throws -> JSONValue {
        var json = JSONWriter()
        json.beginObject()
        json.string("jsonrpc", "2.0")
        json.number("id", 1)
        json.string("method", method)
        json.beginObject("params")
        json.string("application", name)
        parameters(&json)
        json.endObject()
        json.endObject()
        let answer: JSONValue
        do {
            answer = try JSONValue(parsing: try post(json.bytes))
        } catch let error as JSONError {
            throw ProofError.node(
                "its answer to \(method) cannot be read: \(error.code) at byte \(error.offset)")
        }
        if let error = answer["error"], case .object = error {
            throw ProofError.node(error["message"]?.text ?? "an error without a message")
        }
        guard let result = answer["result"] else {
            throw ProofError.node("it answers without a result")
        }
        return result
    }
}
