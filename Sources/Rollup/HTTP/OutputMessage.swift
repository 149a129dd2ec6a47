import ABI
import JSON
import Vouchers

/// What the client posts: the JSON texts that the rollup server takes.
public enum OutputMessage {
    /// Ends the current request, and asks for the next.
    public static func writeFinish(to json: inout JSONWriter) {
        json.beginObject()
        json.string("status", "accept")
        json.endObject()
    }

    /// Writes `{"payload"}`.
    public static func write(report payload: [UInt8], to json: inout JSONWriter) {
        json.beginObject()
        json.hex("payload", payload)
        json.endObject()
    }
}

extension Output {
    var endpoint: Endpoint {
        switch self {
        case .voucher: .voucher
        case .delegateCallVoucher: .delegateCallVoucher
        case .notice: .notice
        }
    }

    /// Writes `{"destination", "value", "payload"}` of a voucher, without the value of a delegate-call
    /// voucher, or `{"payload"}` of a notice. The value is always the whole word, 66 characters: one server pads a shorter one, another
    /// refuses it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        switch self {
        case .voucher(let destination, let value, let payload):
            json.hex("destination", destination.bytes)
            json.hex("value", value.bytes32.bytes)
            json.hex("payload", payload)
        case .delegateCallVoucher(let destination, let payload):
            json.hex("destination", destination.bytes)
            json.hex("payload", payload)
        case .notice(let payload):
            json.hex("payload", payload)
        }
        json.endObject()
    }
}
