import JSON

/// The payloads of reports that are not answers to a query.
enum Report {
    /// `{"error":{"code":"…","message":"…","at":"…"}}`. Only fixed texts, numbers and names of our
    /// own go in: nothing that a sender wrote.
    static func error(_ refusal: Refusal) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.beginObject("error")
        json.string("code", refusal.code.name)
        json.string("message", refusal.code.message)
        json.string("at", refusal.at)
        json.endObject()
        json.endObject()
        return json.bytes
    }
}
