import JSON

/// The members of a request, found first and read later, so that their order does not matter.
struct RequestFields {
    private let line: [UInt8]
    private var members: [(key: JSONKey, place: Range<Int>)] = []

    init(_ line: [UInt8]) throws(ToolFailure) {
        self.line = line
        var start = ValueReader(line)
        guard try start.kind() == .object else {
            let mismatch = start.mismatch("a JSON object", at: try start.start())
            // What is no JSON at all is said first.
            try start.skip()
            try start.finish()
            throw mismatch
        }
        do throws(JSONError) {
            var reader = JSONReader(line)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                _ = try reader.peek()
                let start = reader.offset
                try reader.skipValue()
                members.append((key, start..<reader.offset))
            }
            try reader.finish()
        } catch {
            throw ToolFailure(error)
        }
    }

    /// The value of a member; nil when there is no such member.
    func value(_ name: StaticString) -> ValueReader? {
        for (key, place) in members where key == name {
            return ValueReader(Array(line[place]), from: place.lowerBound)
        }
        return nil
    }

    func required(_ name: StaticString) throws(ToolFailure) -> ValueReader {
        guard let value = value(name) else { throw .missing(name) }
        return value
    }
}
