import ABI
import JSON

/// Reads the JSON form of values, guided by their types.
package struct ValueReader {
    private let bytes: [UInt8]
    /// Where `bytes` begin in the line, for messages.
    private let base: Int
    private var reader: JSONReader
    /// Where named arguments are read: the place of what is next, such as `terms.windows[2]`, empty
    /// for the whole. Nil where members have no names.
    private(set) var path: String?

    package init(_ bytes: [UInt8], from base: Int = 0) {
        self.bytes = bytes
        self.base = base
        self.reader = JSONReader(bytes)
    }

    /// A reader of arguments with names, by which messages say where something is wrong.
    package init(arguments bytes: [UInt8]) throws(ToolFailure) {
        self.init(bytes)
        // What is no JSON at all is said first.
        var whole = self
        try whole.skip()
        try whole.finish()
        path = ""
    }

    /// Calls the JSON reader and turns its errors into refusals.
    mutating func read<T>(
        _ body: (inout JSONReader) throws(JSONError) -> T
    ) throws(ToolFailure) -> T {
        do throws(JSONError) {
            return try body(&reader)
        } catch {
            throw ToolFailure(error, from: base)
        }
    }

    mutating func kind() throws(ToolFailure) -> JSONReader.Kind {
        try read { (reader) throws(JSONError) in try reader.peek() }
    }

    /// Bytes that were read.
    var offset: Int { reader.offset }

    /// Where the value begins that is next.
    mutating func start() throws(ToolFailure) -> Int {
        _ = try kind()
        return reader.offset
    }

    /// The value at `start` is not one of its type.
    func mismatch(_ expected: String, at start: Int, found: String? = nil) -> ToolFailure {
        let sentence = "expected \(expected), found \(found ?? self.found(at: start))"
        guard let path else {
            return ToolFailure("typeMismatch", "\(sentence), at byte \(base + start)")
        }
        return ToolFailure(
            "typeMismatch", "\(path.isEmpty ? "the arguments" : path): \(sentence)")
    }

    /// Calls `body` for what stands at `step`, a name or an index in brackets, in the value that is
    /// being read.
    mutating func within<T>(
        _ step: @autoclosure () -> String,
        _ body: (inout ValueReader) throws(ToolFailure) -> T
    ) throws(ToolFailure) -> T {
        guard let outer = path else { return try body(&self) }
        path = outer + step()
        let result = try body(&self)
        path = outer
        return result
    }

    /// What stands at `start`, short enough for a message.
    private func found(at start: Int) -> String {
        guard start < bytes.count else { return "nothing" }
        if bytes[start] == 0x7B { return "an object" }
        if bytes[start] == 0x5B { return "an array" }
        let isString = bytes[start] == 0x22
        var end = start + 1
        while end < bytes.count {
            let byte = bytes[end]
            if end - start >= 80 {
                return String(decoding: bytes[start..<end], as: UTF8.self) + "…"
            }
            if isString {
                if byte == 0x5C { end += 1 }
                if byte == 0x22 { return String(decoding: bytes[start...end], as: UTF8.self) }
            } else if byte <= 0x20 || byte == 0x2C || byte == 0x5D || byte == 0x7D {
                break
            }
            end += 1
        }
        return String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
    }

    mutating func text() throws(ToolFailure) -> [UInt8] {
        guard try kind() == .string else { throw mismatch("a string", at: reader.offset) }
        return try read { (reader) throws(JSONError) in try reader.readString() }
    }

    mutating func hex() throws(ToolFailure) -> [UInt8] {
        let start = try start()
        if let bytes = try? reader.readHex() { return bytes }
        throw mismatch("bytes, 0x and an even number of digits", at: start)
    }

    mutating func hex(count: Int) throws(ToolFailure) -> [UInt8] {
        let start = try start()
        if let result = try? reader.readHex(), result.count == count { return result }
        throw mismatch("\(count) bytes, 0x and \(2 * count) digits", at: start)
    }

    mutating func bool() throws(ToolFailure) -> Bool {
        guard try kind() == .bool else { throw mismatch("true or false", at: reader.offset) }
        return try read { (reader) throws(JSONError) in try reader.readBool() }
    }

    /// The digits of a JSON number, or the contents of a string.
    mutating func numeral() throws(ToolFailure) -> String {
        switch try kind() {
        case .string:
            return String(decoding: try text(), as: UTF8.self)
        case .number:
            let start = reader.offset
            try read { (reader) throws(JSONError) in try reader.skipValue() }
            return String(decoding: bytes[start..<reader.offset], as: UTF8.self)
        case .object, .array, .bool, .null:
            throw mismatch("an integer, a decimal string or a number", at: reader.offset)
        }
    }

    /// Reads an array, calling `body` in front of each element.
    mutating func array(
        _ body: (inout ValueReader, _ index: Int) throws(ToolFailure) -> Void
    ) throws(ToolFailure) {
        guard try kind() == .array else { throw mismatch("an array", at: reader.offset) }
        try read { (reader) throws(JSONError) in try reader.beginArray() }
        var index = 0
        while try read({ (reader) throws(JSONError) in try reader.nextElement() }) {
            try body(&self, index)
            index += 1
        }
    }

    /// Reads an object, calling `body` in front of the value of each member.
    mutating func object(
        _ body: (inout ValueReader, _ key: JSONKey) throws(ToolFailure) -> Void
    ) throws(ToolFailure) {
        guard try kind() == .object else { throw mismatch("an object", at: reader.offset) }
        try read { (reader) throws(JSONError) in try reader.beginObject() }
        while let key = try read({ (reader) throws(JSONError) in try reader.nextKey() }) {
            try body(&self, key)
        }
    }

    mutating func skip() throws(ToolFailure) {
        try read { (reader) throws(JSONError) in try reader.skipValue() }
    }

    mutating func finish() throws(ToolFailure) {
        try read { (reader) throws(JSONError) in try reader.finish() }
    }
}
