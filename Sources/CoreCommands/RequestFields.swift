import JSON

/// The members of a request, found first and read later, so that their order does not matter.
struct RequestFields {
    private let line: [UInt8]
    private let members: [(key: JSONKey, place: Range<Int>)]

    init(_ line: [UInt8]) throws(ToolFailure) {
        self.line = line
        var reader = ValueReader(line)
        guard try reader.kind() == .object else {
            let mismatch = reader.mismatch("a JSON object", at: try reader.start())
            // What is no JSON at all is said first.
            try reader.skip()
            try reader.finish()
            throw mismatch
        }
        var members: [(key: JSONKey, place: Range<Int>)] = []
        try reader.object { (reader, key) throws(ToolFailure) in
            let start = try reader.start()
            try reader.skip()
            members.append((key, start..<reader.offset))
        }
        try reader.finish()
        self.members = members
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
