import JSON

/// The payloads of reports that are not answers to a query.
enum Report {
    /// `{"error":{"code":"…","message":"…","at":"…"}}`. Only fixed texts, numbers and names of our
    /// own go in: nothing that a sender wrote.
    static func error(_ refusal: Refusal) -> [UInt8] {
        JSONWriter.error(
            code: refusal.code.name, message: refusal.code.message,
            at: .words(refusal.at))
    }
}
