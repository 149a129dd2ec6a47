import FuzzSupport
import JSON
import Marketplace
import Rollup
import Vouchers

/// What the rollup server sends: the first byte says which reader gets the rest.
@c(LLVMFuzzerTestOneInput)
public func fuzzRequests(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Bytes(start, count)
    switch bytes.byte() % 4 {
    case 0: parseRequest(bytes.all())
    case 1: parseResponse(&bytes)
    case 2: skipJSON(bytes.all())
    default: _ = try? ServerURL(parsing: String(decoding: bytes.all(), as: UTF8.self))
    }
    return 0
}

/// What parses is the same after it was written and parsed again, and the engine takes it.
private func parseRequest(_ text: [UInt8]) {
    guard let request = try? RollupRequest(parsingJSON: text) else { return }
    var json = JSONWriter()
    request.write(to: &json)
    let again = try? RollupRequest(parsingJSON: json.bytes)
    precondition(again == request, "a request changes when it is written")
    var engine = Engine(configuration: Configuration(contracts: AddressBook(.v2_1)))
    switch request {
    case .advance(let input): _ = engine.advance(input)
    case .inspect(let query): precondition(engine.inspect(query).count == 1)
    }
}

/// The same response comes out however the bytes are cut.
private func parseResponse(_ bytes: inout Bytes) {
    let step = Int(bytes.byte()) + 1
    let text = bytes.all()
    let whole = response(text, step: max(1, text.count))
    let cut = response(text, step: step)
    precondition(whole == cut, "a response depends on how it is cut")
}

private func response(_ text: [UInt8], step: Int) -> HTTPResponse? {
    var parser = HTTPResponseParser()
    var position = 0
    do throws(HTTPError) {
        while position < text.count, parser.response == nil {
            let end = min(text.count, position + step)
            let used = try parser.feed(text, position..<end)
            precondition(used > 0 || parser.response != nil, "no byte was taken")
            position += used
        }
        if parser.response == nil { try parser.finish() }
        return parser.response
    } catch {
        return nil
    }
}

private func skipJSON(_ text: [UInt8]) {
    var reader = JSONReader(text)
    do throws(JSONError) {
        try reader.skipValue()
        try reader.finish()
    } catch {
        precondition(error.offset <= text.count, "an error beyond the end")
    }
}
