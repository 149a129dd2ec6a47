import ABI
import JSON

/// Reads the JSON form of values, guided by their types.
package struct ValueReader {
    private let bytes: [UInt8]
    /// Where `bytes` begin in the line, for messages.
    private let base: Int
    private var reader: JSONReader

    package init(_ bytes: [UInt8], from base: Int = 0) {
        self.bytes = bytes
        self.base = base
        self.reader = JSONReader(bytes)
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

    /// Where the value begins that is next.
    mutating func start() throws(ToolFailure) -> Int {
        _ = try kind()
        return reader.offset
    }

    /// The value at `start` is not one of its type.
    func mismatch(_ expected: String, at start: Int, found: String? = nil) -> ToolFailure {
        ToolFailure(
            "typeMismatch",
            "expected \(expected), found \(found ?? self.found(at: start)), at byte \(base + start)"
        )
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

extension ValueReader {
    /// The values of `parameters`, an array of as many elements.
    mutating func abiValues(of parameters: [ABIParameter]) throws(ToolFailure) -> [ABIValue] {
        let start = try start()
        var values: [ABIValue] = []
        var count = 0
        try array { (reader, index) throws(ToolFailure) in
            count += 1
            if index < parameters.count {
                values.append(try reader.abiValue(of: parameters[index].type))
            } else {
                try reader.skip()
            }
        }
        try require(count, of: parameters.count, at: start)
        return values
    }

    /// A value of `type`, within the range of the type.
    mutating func abiValue(of type: ABIType) throws(ToolFailure) -> ABIValue {
        switch type {
        case .uint(let bits):
            let start = try start()
            guard let number = UInt256(decimal: try numeral()), number.bitWidth <= bits else {
                throw mismatch("\(type.canonicalName), a decimal string or a number", at: start)
            }
            return .number(number)
        case .int(let bits):
            let start = try start()
            guard let number = UInt256(signedDecimal: try numeral()),
                number.isSignExtended(from: bits)
            else {
                throw mismatch("\(type.canonicalName), a decimal string or a number", at: start)
            }
            return .number(number)
        case .bool:
            return .bool(try bool())
        case .address:
            let (kind, start) = (try kind(), try start())
            guard kind == .string, let address = Address(checkedHex: try text()) else {
                throw mismatch(
                    "an address, 0x and 40 digits, of one case or with the checksum of ERC-55",
                    at: start)
            }
            return .address(address)
        case .fixedBytes(let count):
            let start = try start()
            guard let bytes = try? hex(count: count) else {
                throw mismatch("bytes\(count), 0x and \(2 * count) digits", at: start)
            }
            return .fixedBytes(bytes)
        case .bytes:
            return .bytes(try hex())
        case .string:
            return .string(String(decoding: try text(), as: UTF8.self))
        case .array(let element):
            return .array(try elements(of: element))
        case .fixedArray(let element, let count):
            let start = try start()
            let values = try elements(of: element)
            try require(values.count, of: count, at: start)
            return .array(values)
        case .tuple(let members):
            return .tuple(try abiValues(of: members))
        }
    }

    private mutating func elements(of type: ABIType) throws(ToolFailure) -> [ABIValue] {
        var values: [ABIValue] = []
        try array { (reader, _) throws(ToolFailure) in
            values.append(try reader.abiValue(of: type))
        }
        return values
    }

    func require(_ count: Int, of expected: Int, at start: Int) throws(ToolFailure) {
        guard count == expected else {
            throw mismatch(
                "an array of \(expected) \(expected == 1 ? "value" : "values")", at: start,
                found: "\(count)")
        }
    }
}
