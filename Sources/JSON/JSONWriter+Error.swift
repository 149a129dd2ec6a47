extension JSONWriter {
    /// Where an error lies: in words, which there need not be, or at a byte.
    public enum Place: Sendable {
        case words(String?)
        case byte(UInt64)
    }

    /// `{"error":{"code":"…","message":"…","at":…}}`, the one form of errors of the application, its
    /// loop and the tool; without `at` where there is no place to tell.
    public static func error(code: String, message: String, at place: Place? = nil) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.beginObject("error")
        json.string("code", code)
        json.string("message", message)
        switch place {
        case .words(let words): json.string("at", words)
        case .byte(let offset): json.number("at", offset)
        case nil: break
        }
        json.endObject()
        json.endObject()
        return json.bytes
    }
}
