import ABI
import HTTPTypes
import JSON
import Rollup
import Vouchers

/// What an application may ask of the rollup server, with its body checked and decoded.
enum RollupCall: Equatable, Sendable {
    case finish(accept: Bool)
    case output(Output)
    case report([UInt8])
    case exception([UInt8])
    case gio(domain: UInt16)
}

extension RollupCall {
    /// The endpoints, without the leading slash.
    static let endpoints = [
        "finish", "voucher", "delegate-call-voucher", "notice", "report", "exception", "gio",
    ]

    /// Decodes the body of a call to `endpoint`, which is one of `endpoints`.
    static func decode(endpoint: String, body: [UInt8]) throws(RefusedCall) -> RollupCall {
        let body = try Body(body)
        switch endpoint {
        case "finish":
            let status = try body.text("status")
            guard status == "accept" || status == "reject" else {
                throw RefusedCall(.badRequest, "status must be 'accept' or 'reject'")
            }
            return .finish(accept: status == "accept")
        case "voucher":
            return .output(
                .voucher(
                    destination: try body.address(), value: try body.value(),
                    payload: try body.payload(limit: OutputLimit.voucher)))
        case "delegate-call-voucher":
            return .output(
                .delegateCallVoucher(
                    destination: try body.address(),
                    payload: try body.payload(limit: OutputLimit.delegateCallVoucher)))
        case "notice":
            return .output(.notice(payload: try body.payload(limit: OutputLimit.notice)))
        case "report":
            return .report(try body.payload(limit: OutputLimit.report))
        case "exception":
            return .exception(try body.payload(limit: OutputLimit.report))
        case "gio":
            _ = try body.payload("id", limit: OutputLimit.report)
            return .gio(domain: try body.domain())
        default:
            throw RefusedCall(.notFound, "no such endpoint")
        }
    }

    /// The members of a body. What is wrong with one goes back to the application.
    private struct Body {
        private let json: JSONValue

        init(_ bytes: [UInt8]) throws(RefusedCall) {
            do throws(JSONError) {
                json = try JSONValue(parsing: bytes)
            } catch {
                throw Self.refusal("\(error.code) at byte \(error.offset)")
            }
        }

        private static func refusal(_ reason: String) -> RefusedCall {
            RefusedCall(.badRequest, "Json deserialize error: \(reason)")
        }

        private func member(_ name: String) throws(RefusedCall) -> JSONValue {
            guard let value = json[name] else { throw Self.refusal("missing field `\(name)`") }
            return value
        }

        private func ascii(_ name: String) throws(RefusedCall) -> [UInt8] {
            guard case .string(let ascii) = try member(name) else {
                throw Self.refusal("`\(name)` is not a string")
            }
            return ascii
        }

        func text(_ name: String) throws(RefusedCall) -> String {
            String(decoding: try ascii(name), as: UTF8.self)
        }

        func domain() throws(RefusedCall) -> UInt16 {
            guard let domain = try member("domain").uint64.flatMap({ UInt16(exactly: $0) }) else {
                throw Self.refusal("`domain` is not a number of 16 bits")
            }
            return domain
        }

        func address() throws(RefusedCall) -> Address {
            guard let address = Address(hex: try text("destination")) else {
                throw RefusedCall(.badRequest, "address not valid")
            }
            return address
        }

        /// 1 to 32 bytes, or zero when there are none.
        func value() throws(RefusedCall) -> UInt256 {
            if json["value"] == nil || json["value"] == .null { return .zero }
            guard let bytes = Self.bytes(try ascii("value")), (1...32).contains(bytes.count),
                let word = Bytes32([UInt8](repeating: 0, count: 32 - bytes.count) + bytes)
            else { throw RefusedCall(.badRequest, "value not valid") }
            return UInt256(word)
        }

        func payload(
            _ name: String = "payload", limit: Int
        ) throws(RefusedCall) -> [UInt8] {
            guard let bytes = Self.bytes(try ascii(name)) else {
                throw RefusedCall(.badRequest, "payload is not valid hexadecimal")
            }
            guard bytes.count <= limit else {
                throw RefusedCall(
                    .badRequest, "payload of \(bytes.count) bytes does not fit: at most \(limit)")
            }
            return bytes
        }

        /// The bytes spelled after the first two characters, which the server in the machine cuts
        /// off without looking at them; nil for an odd count, another character, or fewer than two.
        private static func bytes(_ ascii: [UInt8]) -> [UInt8]? {
            guard ascii.count >= 2 else { return nil }
            return Hex.decode(Array("0x".utf8) + ascii.dropFirst(2))
        }
    }
}
