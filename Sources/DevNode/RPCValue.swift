import ABI
import JSON

/// JSON values as JSON-RPC uses them.
extension JSONValue {
    /// A number, or `0x` and 1 to 16 digits.
    var unsigned: UInt64? { uint64 ?? text?.quantity?.asUInt64 }

    /// A number, or `0x` and at least one digit, up to 256 bits.
    var quantity: UInt256? { uint64.map { UInt256($0) } ?? text?.quantity }

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

/// Why a call has no result. The codes are those of the v2 node; 3 is a revert and -32000 a refused
/// transaction, as Ethereum clients report them.
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
    static func refusal(_ refusal: TransactionRefusal) -> RPCError {
        RPCError(code: -32000, message: refusal.reason)
    }
    static func revert(_ revert: ChainRevert) -> RPCError {
        RPCError(code: 3, message: "execution reverted: \(revert.reason)", data: revert.data)
    }
}
