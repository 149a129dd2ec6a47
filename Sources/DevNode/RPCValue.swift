import ABI
import Foundation

/// A JSON value as a JSON-RPC request may hold it.
indirect enum RPCValue: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case fraction(Double)
    case string(String)
    case array([RPCValue])
    case object([String: RPCValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode([RPCValue].self) {
            self = .array(value)
        } else if let value = try? container.decode([String: RPCValue].self) {
            self = .object(value)
        } else {
            self = .fraction(try container.decode(Double.self))
        }
    }

    subscript(name: String) -> RPCValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A number, or `0x` and 1 to 16 digits.
    var unsigned: UInt64? {
        switch self {
        case .integer(let value): return UInt64(exactly: value)
        case .string(let text): return text.quantity?.asUInt64
        case .null, .bool, .fraction, .array, .object: return nil
        }
    }

    /// `0x` and at least one digit, up to 256 bits.
    var quantity: UInt256? {
        if case .integer(let value) = self { return UInt64(exactly: value).map { UInt256($0) } }
        return text?.quantity
    }

    /// `0x` and an even count of digits.
    var bytes: [UInt8]? {
        guard let text, text.hasPrefix("0x") else { return nil }
        return Hex.decode(Array(text.utf8))
    }

    var address: Address? { text.flatMap { Address(hex: $0) } }

    var hash: Bytes32? {
        guard let bytes, bytes.count == 32 else { return nil }
        return Bytes32(bytes)
    }
}

extension String {
    fileprivate var quantity: UInt256? {
        guard hasPrefix("0x"), utf8.count > 2, utf8.count <= 66 else { return nil }
        let digits = Array(utf8.dropFirst(2))
        let padding = [UInt8](repeating: 0x30, count: 64 - digits.count)
        return Hex.decode(padding + digits).flatMap { Bytes32($0) }.map { UInt256($0) }
    }
}

/// Why a call has no result. The codes are those of the v2 node, and 3 is a revert as Ethereum
/// clients report it.
struct RPCError: Error, Equatable, Sendable {
    let code: Int
    let message: String
    var data: [UInt8]?

    static let parse = RPCError(code: -32700, message: "Parse error")
    static func invalidRequest(_ reason: String) -> RPCError {
        RPCError(code: -32600, message: "Invalid request: \(reason)")
    }
    static func unknownMethod(_ name: String) -> RPCError {
        RPCError(code: -32601, message: "Method not found: \(name)")
    }
    static func invalidParameters(_ reason: String) -> RPCError {
        RPCError(code: -32602, message: "Invalid params: \(reason)")
    }
    static func `internal`(_ reason: String) -> RPCError {
        RPCError(code: -32603, message: "Internal error: \(reason)")
    }
    static func notFound(_ what: String) -> RPCError {
        RPCError(code: -31001, message: "\(what) not found")
    }
    static let applicationNotFound = RPCError(code: -31002, message: "Application not found")
    static let responseTooLarge = RPCError(code: -31003, message: "Response too large")
    static let batchTooLarge = RPCError(
        code: -31004, message: "Batch too large: at most \(RPCEnvelope.batchLimit) calls")
    static func revert(_ revert: ChainRevert) -> RPCError {
        RPCError(code: 3, message: "execution reverted: \(revert.reason)", data: revert.data)
    }
}
