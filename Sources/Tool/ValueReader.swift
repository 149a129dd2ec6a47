import ABI
import JSON

/// Reads the JSON form of values, guided by their types.
struct ValueReader {
    private let bytes: [UInt8]
    /// Where `bytes` begin in the line, for messages.
    private let base: Int
    private var reader: JSONReader

    init(_ bytes: [UInt8], from base: Int = 0) {
        self.bytes = bytes
        self.base = base
        self.reader = JSONReader(bytes)
    }

    /// Calls the JSON reader and turns its errors into refusals.
    mutating func read<T>(
        _ body: (inout JSONReader) throws(JSONError) -> T
    ) throws(BatchRefusal) -> T {
        do throws(JSONError) {
            return try body(&reader)
        } catch {
            throw BatchRefusal(error, from: base)
        }
    }

    mutating func kind() throws(BatchRefusal) -> JSONReader.Kind {
        try read { (reader) throws(JSONError) in try reader.peek() }
    }

    func mismatch(_ expected: String) -> BatchRefusal {
        .mismatch(expected, at: base + reader.offset)
    }

    mutating func text() throws(BatchRefusal) -> [UInt8] {
        guard try kind() == .string else { throw mismatch("a string") }
        return try read { (reader) throws(JSONError) in try reader.readString() }
    }

    mutating func hex() throws(BatchRefusal) -> [UInt8] {
        guard try kind() == .string else { throw mismatch("a string of 0x and digits") }
        return try read { (reader) throws(JSONError) in try reader.readHex() }
    }

    mutating func hex(count: Int) throws(BatchRefusal) -> [UInt8] {
        let refusal = mismatch("\(count) bytes, 0x and \(2 * count) digits,")
        let result = try hex()
        guard result.count == count else { throw refusal }
        return result
    }

    mutating func bool() throws(BatchRefusal) -> Bool {
        guard try kind() == .bool else { throw mismatch("true or false") }
        return try read { (reader) throws(JSONError) in try reader.readBool() }
    }

    /// The digits of a JSON number, or the contents of a string.
    mutating func numeral() throws(BatchRefusal) -> String {
        switch try kind() {
        case .string:
            return String(decoding: try text(), as: UTF8.self)
        case .number:
            let start = reader.offset
            try read { (reader) throws(JSONError) in try reader.skipValue() }
            return String(decoding: bytes[start..<reader.offset], as: UTF8.self)
        case .object, .array, .bool, .null:
            throw mismatch("an integer, as a decimal string or a number,")
        }
    }

    /// Reads an array, calling `body` in front of each element.
    mutating func array(
        _ body: (inout ValueReader, _ index: Int) throws(BatchRefusal) -> Void
    ) throws(BatchRefusal) {
        guard try kind() == .array else { throw mismatch("an array") }
        try read { (reader) throws(JSONError) in try reader.beginArray() }
        var index = 0
        while try read({ (reader) throws(JSONError) in try reader.nextElement() }) {
            try body(&self, index)
            index += 1
        }
    }

    /// Reads an object, calling `body` in front of the value of each member.
    mutating func object(
        _ body: (inout ValueReader, _ key: JSONKey) throws(BatchRefusal) -> Void
    ) throws(BatchRefusal) {
        guard try kind() == .object else { throw mismatch("an object") }
        try read { (reader) throws(JSONError) in try reader.beginObject() }
        while let key = try read({ (reader) throws(JSONError) in try reader.nextKey() }) {
            try body(&self, key)
        }
    }

    mutating func skip() throws(BatchRefusal) {
        try read { (reader) throws(JSONError) in try reader.skipValue() }
    }

    mutating func finish() throws(BatchRefusal) {
        try read { (reader) throws(JSONError) in try reader.finish() }
    }
}

extension ValueReader {
    /// The values of `parameters`, an array of as many elements.
    mutating func abiValues(of parameters: [ABIParameter]) throws(BatchRefusal) -> [ABIValue] {
        let wrongCount = mismatch("an array of \(parameters.count) values")
        var values: [ABIValue] = []
        try array { (reader, index) throws(BatchRefusal) in
            guard index < parameters.count else { throw wrongCount }
            values.append(try reader.abiValue(of: parameters[index].type))
        }
        guard values.count == parameters.count else { throw wrongCount }
        return values
    }

    /// A value of `type`. Numbers are checked against the width of their type when they are encoded.
    mutating func abiValue(of type: ABIType) throws(BatchRefusal) -> ABIValue {
        switch type {
        case .uint:
            let refusal = mismatch("\(type.canonicalName), a decimal string or a number,")
            guard let number = UInt256(decimal: try numeral()) else { throw refusal }
            return .number(number)
        case .int:
            let refusal = mismatch("\(type.canonicalName), a decimal string or a number,")
            guard let number = UInt256(signedDecimal: try numeral()) else { throw refusal }
            return .number(number)
        case .bool:
            return .bool(try bool())
        case .address:
            let refusal = mismatch("an address, 0x and 40 digits,")
            guard let address = Address(try hex(count: 20)) else { throw refusal }
            return .address(address)
        case .fixedBytes(let count):
            return .fixedBytes(try hex(count: count))
        case .bytes:
            return .bytes(try hex())
        case .string:
            return .string(String(decoding: try text(), as: UTF8.self))
        case .array(let element):
            return .array(try elements(of: element))
        case .fixedArray(let element, let count):
            let refusal = mismatch("an array of \(count) values")
            let values = try elements(of: element)
            guard values.count == count else { throw refusal }
            return .array(values)
        case .tuple(let members):
            return .tuple(try abiValues(of: members))
        }
    }

    private mutating func elements(of type: ABIType) throws(BatchRefusal) -> [ABIValue] {
        var values: [ABIValue] = []
        try array { (reader, _) throws(BatchRefusal) in
            values.append(try reader.abiValue(of: type))
        }
        return values
    }
}
