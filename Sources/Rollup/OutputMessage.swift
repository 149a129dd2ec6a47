import ABI
import JSON
import Vouchers

/// What the client posts: the JSON texts that the rollup server takes.
public enum OutputMessage {
    /// Bytes of a payload that the machine's 2 MiB buffer has room for beside its encoding.
    public enum Limit {
        /// Beside a selector, a destination, a value, an offset and a length.
        public static var voucher: Int { 2_096_992 }
        /// Beside a selector, an offset and a length.
        public static var notice: Int { 2_097_056 }
        /// Reports are not encoded.
        public static var report: Int { 2_097_152 }
    }

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

    /// The report about something that is not the application's: its codes are beside those of the
    /// application, in the same form.
    static func error(
        code: StaticString, message: StaticString, at offset: Int? = nil
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.beginObject("error")
        json.string("code", "\(code)")
        json.string("message", "\(message)")
        if let offset {
            json.number("at", UInt64(clamping: offset))
        }
        json.endObject()
        json.endObject()
        return json.bytes
    }
}

extension Output {
    var endpoint: Endpoint {
        switch self {
        case .voucher: .voucher
        case .notice: .notice
        }
    }

    var fitsDevice: Bool {
        switch self {
        case .voucher(_, _, let payload): payload.count <= OutputMessage.Limit.voucher
        case .notice(let payload): payload.count <= OutputMessage.Limit.notice
        }
    }

    /// Writes `{"destination", "value", "payload"}` of a voucher or `{"payload"}` of a notice. The
    /// value is always the whole word, 66 characters: one server pads a shorter one, another
    /// refuses it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        switch self {
        case .voucher(let destination, let value, let payload):
            json.hex("destination", destination.bytes)
            json.hex("value", value.bytes32.bytes)
            json.hex("payload", payload)
        case .notice(let payload):
            json.hex("payload", payload)
        }
        json.endObject()
    }
}
