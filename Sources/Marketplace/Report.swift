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
        if let at = refusal.at {
            json.string("at", at)
        } else {
            json.null("at")
        }
        json.endObject()
        json.endObject()
        return json.bytes
    }
}

extension Report {
    /// `{"warning":{…}}` in the same form: the message was accepted, with a consequence that its
    /// sender may not have meant.
    static func warning(_ code: StaticString, _ message: StaticString, at: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.beginObject("warning")
        json.string("code", code.description)
        json.string("message", message.description)
        json.string("at", at)
        json.endObject()
        json.endObject()
        return json.bytes
    }
}
