import ABI
import JSON

/// A question to the state: a path and its parameters.
///
/// Clients differ in how they wrap it, so three forms are read: the text of the path, a JSON object
/// with a member `path`, and `0x` hexadecimal of either.
struct Query {
    /// What stands between the slashes, without empty parts.
    let segments: [[UInt8]]
    private let parameters: [(name: [UInt8], value: [UInt8])]

    init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Limits.query else {
            throw Refusal(.invalidQuery, at: "\(bytes.count) bytes, at most \(Limits.query)")
        }
        var text = bytes
        if text.starts(with: [0x30, 0x78]) {
            guard let decoded = Hex.decode(text) else { throw Refusal(.invalidQuery, at: "hex") }
            text = decoded
        }
        if text.first == UInt8(ascii: "{") {
            text = try Query.path(inJSON: text)
        }
        let parts = text.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        segments = (parts.first ?? []).split(separator: UInt8(ascii: "/")).map { Array($0) }
        let pairs = parts.dropFirst().first ?? []
        parameters = pairs.split(separator: UInt8(ascii: "&")).map { pair in
            let sides = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Array(sides[0]), sides.count > 1 ? Array(sides[1]) : [])
        }
    }

    private static func path(inJSON text: [UInt8]) throws(Refusal) -> [UInt8] {
        var path: [UInt8]?
        do throws(JSONError) {
            var json = JSONReader(text)
            try json.beginObject()
            while let key = try json.nextKey() {
                if key == "path" {
                    path = try json.readString()
                } else {
                    try json.skipValue()
                }
            }
            try json.finish()
        } catch {
            throw Refusal(.invalidQuery, at: "JSON at byte \(error.offset)")
        }
        guard let path else { throw Refusal(.invalidQuery, at: "JSON without \"path\"") }
        return path
    }

    /// The value of a parameter, the last one when it is named twice.
    func text(_ name: StaticString) -> [UInt8]? {
        parameters.last { name ~= $0.name }?.value
    }

    /// A parameter that is a number of at most `most`, or `fallback` when it is absent.
    func number(
        _ name: StaticString, default fallback: UInt64, atMost most: UInt64 = Query.largest
    ) throws(Refusal) -> UInt64 {
        guard let text = text(name) else { return fallback }
        return try Query.number(text, name, atMost: most)
    }

    /// Decimal digits and nothing else, at most `most`; refused otherwise, with the range.
    static func number(
        _ text: [UInt8], _ name: StaticString, atMost most: UInt64 = Query.largest
    ) throws(Refusal) -> UInt64 {
        guard let value = UInt256(decimal: String(decoding: text, as: UTF8.self))?.asUInt64,
            value <= most
        else {
            throw Refusal(.invalidQuery, at: "\(name): a number from 0 to \(most) is due")
        }
        return value
    }

    /// The largest number of any query: sums with it stay in range, and it is an `Int`.
    static var largest: UInt64 { 1 << 63 - 1 }
}

/// A part of a list: where it begins and how much of it at most.
struct Page {
    let offset: Int
    let limit: Int

    /// From the parameters `offset` and `limit`; a limit above the largest page is cut to it.
    init(_ query: Query) throws(Refusal) {
        offset = Int(try query.number("offset", default: 0))
        limit = Int(min(try query.number("limit", default: Limits.page), Limits.page))
    }

    /// Writes `total`, `offset` and `next`: the offset of the following page, or null.
    func write(total: Int, to json: inout JSONWriter) {
        json.number("total", UInt64(total))
        json.number("offset", UInt64(offset))
        let end = min(min(offset, total) + limit, total)
        json.number("next", end < total && limit > 0 ? UInt64(end) : nil)
    }
}
