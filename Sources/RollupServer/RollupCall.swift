import Foundation

/// What an application may ask of the rollup server, with its body checked and decoded.
enum RollupCall: Equatable, Sendable {
    case finish(accept: Bool)
    case output(HostOutput)
    case report([UInt8])
    case exception([UInt8])
    case gio(domain: UInt16)
}

/// Why a body is refused; the text goes back to the application with status 400.
struct RefusedBody: Error, Equatable {
    let text: String
}

extension RollupCall {
    /// Bytes of one payload that fit the machine's 2 MiB transmit buffer after ABI padding.
    private enum PayloadLimit {
        static let voucher = 2_096_992
        static let delegateCallVoucher = 2_097_024
        static let notice = 2_097_056
        static let report = 2_097_152
    }

    /// The endpoints, without the leading slash.
    static let endpoints = [
        "finish", "voucher", "delegate-call-voucher", "notice", "report", "exception", "gio",
    ]

    /// Decodes the body of a call to `endpoint`, which is one of `endpoints`.
    static func decode(endpoint: String, body: Data) throws(RefusedBody) -> RollupCall {
        switch endpoint {
        case "finish":
            let status = try decode(FinishBody.self, from: body).status
            guard status == "accept" || status == "reject" else {
                throw RefusedBody(text: "status must be 'accept' or 'reject'")
            }
            return .finish(accept: status == "accept")
        case "voucher":
            let voucher = try decode(VoucherBody.self, from: body)
            return .output(
                .voucher(
                    destination: try address(voucher.destination),
                    value: try value(voucher.value ?? "0x00"),
                    payload: try payload(voucher.payload, limit: PayloadLimit.voucher)))
        case "delegate-call-voucher":
            let voucher = try decode(DelegateCallVoucherBody.self, from: body)
            return .output(
                .delegateCallVoucher(
                    destination: try address(voucher.destination),
                    payload: try payload(voucher.payload, limit: PayloadLimit.delegateCallVoucher)))
        case "notice":
            let body = try decode(PayloadBody.self, from: body)
            return .output(
                .notice(payload: try payload(body.payload, limit: PayloadLimit.notice)))
        case "report":
            let body = try decode(PayloadBody.self, from: body)
            return .report(try payload(body.payload, limit: PayloadLimit.report))
        case "exception":
            let body = try decode(PayloadBody.self, from: body)
            return .exception(try payload(body.payload, limit: PayloadLimit.report))
        case "gio":
            let body = try decode(GIOBody.self, from: body)
            _ = try payload(body.id, limit: PayloadLimit.report)
            return .gio(domain: body.domain)
        default:
            throw RefusedBody(text: "no such endpoint")
        }
    }

    private struct FinishBody: Decodable {
        let status: String
    }

    private struct VoucherBody: Decodable {
        let destination: String
        let value: String?
        let payload: String
    }

    private struct DelegateCallVoucherBody: Decodable {
        let destination: String
        let payload: String
    }

    private struct PayloadBody: Decodable {
        let payload: String
    }

    private struct GIOBody: Decodable {
        let domain: UInt16
        let id: String
    }

    private static func decode<Body: Decodable>(
        _ type: Body.Type, from data: Data
    ) throws(RefusedBody) -> Body {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch DecodingError.keyNotFound(let key, _) {
            throw RefusedBody(text: "Json deserialize error: missing field `\(key.stringValue)`")
        } catch {
            throw RefusedBody(text: "Json deserialize error: \(error)")
        }
    }

    private static func address(_ text: String) throws(RefusedBody) -> [UInt8] {
        guard text.utf8.count == 42, text.hasPrefix("0x") else {
            throw RefusedBody(text: "address not valid")
        }
        guard let bytes = bytes(of: text) else {
            throw RefusedBody(text: "address not valid")
        }
        return bytes
    }

    /// 1 to 32 bytes, left-padded to 32.
    private static func value(_ text: String) throws(RefusedBody) -> [UInt8] {
        guard let bytes = bytes(of: text), !bytes.isEmpty, bytes.count <= 32 else {
            throw RefusedBody(text: "value not valid")
        }
        return [UInt8](repeating: 0, count: 32 - bytes.count) + bytes
    }

    private static func payload(_ text: String, limit: Int) throws(RefusedBody) -> [UInt8] {
        guard let bytes = bytes(of: text) else {
            throw RefusedBody(text: "payload is not valid hexadecimal")
        }
        guard bytes.count <= limit else {
            throw RefusedBody(
                text: "payload of \(bytes.count) bytes does not fit: at most \(limit)")
        }
        return bytes
    }

    /// The bytes spelled after the first two characters, which the server in the machine cuts off
    /// without looking at them; nil for an odd count, another character, or fewer than two.
    private static func bytes(of text: String) -> [UInt8]? {
        let ascii = Array(text.utf8)
        guard ascii.count >= 2, ascii.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(ascii.count / 2 - 1)
        for i in stride(from: 2, to: ascii.count, by: 2) {
            guard let high = nibble(ascii[i]), let low = nibble(ascii[i + 1]) else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }

    private static func nibble(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return character - UInt8(ascii: "A") + 10
        default: return nil
        }
    }
}
