import JSON
import RollupServer

/// What the v2 node answers to a query.
struct InspectAnswer {
    private let result: RequestResult
    private let processed: Int

    init(_ result: RequestResult, processed: Int) {
        self.result = result
        self.processed = processed
    }

    /// `reports` is null when there are none.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        switch result.status {
        case .accept: json.string("status", "Accepted")
        case .reject: json.string("status", "Rejected")
        case .exception(let payload):
            json.string("status", "Exception")
            json.hex("exception_data", payload)
        }
        if result.reports.isEmpty {
            json.null("reports")
        } else {
            json.beginArray("reports")
            for report in result.reports {
                json.beginObject()
                json.hex("payload", report)
                json.endObject()
            }
            json.endArray()
        }
        json.number("processed_input_count", UInt64(processed))
        json.endObject()
        return json.bytes
    }
}
