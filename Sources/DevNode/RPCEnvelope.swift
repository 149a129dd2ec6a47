import JSON

/// The parameters of a call, by name or by position.
struct RPCParameters: Sendable {
    private let value: JSONValue
    private let names: [String]

    /// `names` in the order of the positions. Throws when there are more positions than that, or
    /// `value` is no list of parameters.
    init(_ value: JSONValue?, names: [String]) throws(RPCError) {
        self.value = value ?? .null
        self.names = names
        switch self.value {
        case .null, .object: break
        case .array(let elements):
            guard elements.count <= names.count else {
                throw .invalidParameters("at most \(names.count) are known")
            }
        case .bool, .number, .string:
            throw .invalidParameters("an object or an array is due")
        }
    }

    /// The parameter, nil when it is absent or null.
    subscript(name: String) -> JSONValue? {
        var found: JSONValue?
        if case .array(let elements) = value, let index = names.firstIndex(of: name) {
            found = index < elements.count ? elements[index] : nil
        } else {
            found = value[name]
        }
        return found == .null ? nil : found
    }
}

/// JSON-RPC 2.0 around methods.
enum RPCEnvelope {
    /// Bytes of a request.
    static let requestLimit = 1 << 20
    /// Calls in one request.
    static let batchLimit = 100
    /// Bytes of an answer.
    static let responseLimit = 10 << 20

    /// The methods behind a path: gives the JSON of the result.
    typealias Methods = @Sendable (String, JSONValue?) async throws -> [UInt8]

    /// Answers one call or a batch; nil when there is nothing to answer, as for notifications.
    static func answer(_ body: [UInt8], methods: Methods) async -> [UInt8]? {
        guard let request = try? JSONValue(parsing: body) else {
            return error(.parse, id: .null)
        }
        guard case .array(let calls) = request else {
            return await answer(request, methods: methods)
        }
        guard !calls.isEmpty else {
            return error(.invalidRequest("the batch is empty"), id: .null)
        }
        guard calls.count <= batchLimit else { return error(.batchTooLarge, id: .null) }
        var answers: [[UInt8]] = []
        var size = 0
        for call in calls {
            guard let answer = await answer(call, methods: methods) else { continue }
            answers.append(answer)
            size += answer.count
            guard size <= responseLimit else { return error(.responseTooLarge, id: .null) }
        }
        guard !answers.isEmpty else { return nil }
        return Array("[".utf8) + Array(answers.joined(separator: [UInt8(ascii: ",")]))
            + Array("]".utf8)
    }

    private static func answer(_ call: JSONValue, methods: Methods) async -> [UInt8]? {
        guard case .object = call else {
            return error(.invalidRequest("a call is an object"), id: .null)
        }
        let id = call["id"]
        switch id {
        case nil, .null, .number, .string: break
        case .bool, .array, .object:
            return error(.invalidRequest("the id is a string or a number"), id: .null)
        }
        guard call["jsonrpc"]?.text == "2.0", let method = call["method"]?.text else {
            return error(
                .invalidRequest("\"jsonrpc\": \"2.0\" and a \"method\" are due"), id: id ?? .null)
        }
        let result: [UInt8]
        do {
            result = try await methods(method, call["params"])
            guard result.count <= responseLimit else { throw RPCError.responseTooLarge }
        } catch let failure as RPCError {
            return id.map { error(failure, id: $0) }
        } catch let refusal as TransactionRefusal {
            return id.map { error(.refusal(refusal), id: $0) }
        } catch let revert as ChainRevert {
            return id.map { error(.revert(revert), id: $0) }
        } catch let failure {
            return id.map { error(.internal("\(failure)"), id: $0) }
        }
        guard let id else { return nil }
        return Array("{\"jsonrpc\":\"2.0\",\"id\":".utf8) + json(of: id)
            + Array(",\"result\":".utf8) + result + Array("}".utf8)
    }

    private static func error(_ error: RPCError, id: JSONValue) -> [UInt8] {
        let code = Array("\"code\":\(error.code),\"message\":".utf8)
        var message = JSONWriter()
        message.string(error.message)
        var body = code + message.bytes
        if let data = error.data {
            var hex = JSONWriter()
            hex.hex(data)
            body += Array(",\"data\":".utf8) + hex.bytes
        }
        return Array("{\"jsonrpc\":\"2.0\",\"id\":".utf8) + json(of: id)
            + Array(",\"error\":{".utf8) + body + Array("}}".utf8)
    }

    private static func json(of id: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        id.write(to: &writer)
        return writer.bytes
    }
}

extension JSONWriter {
    /// A number as JSON-RPC writes it: `0x` and the digits without leading zeros.
    mutating func quantity(_ name: StaticString, _ value: UInt64) {
        string(name, "0x" + String(value, radix: 16))
    }

    mutating func quantity(_ value: UInt64) {
        string("0x" + String(value, radix: 16))
    }
}
