import ABI
import Content
import JSON

extension ValueReader {
    /// The values of `parameters`: an array of as many elements or, where arguments have names, an
    /// object with exactly these.
    package mutating func abiValues(of parameters: [ABIParameter]) throws(ToolFailure) -> [ABIValue]
    {
        let (kind, start) = (try kind(), try start())
        guard path == nil || kind == .array else { return try members(of: parameters) }
        var values: [ABIValue] = []
        var count = 0
        try array { (reader, index) throws(ToolFailure) in
            count += 1
            guard index < parameters.count else { return try reader.skip() }
            values.append(
                try reader.within("[\(index)]") { (reader) throws(ToolFailure) in
                    try reader.abiValue(of: parameters[index])
                })
        }
        try require(count, of: parameters.count, at: start)
        return values
    }

    private mutating func members(of parameters: [ABIParameter]) throws(ToolFailure) -> [ABIValue] {
        let (kind, start) = (try kind(), try start())
        var names = ""
        for parameter in parameters { names += (names.isEmpty ? "" : ", ") + parameter.name }
        guard kind == .object else { throw mismatch("an object of \(names)", at: start) }
        var values = [ABIValue?](repeating: nil, count: parameters.count)
        let dot = path == "" ? "" : "."
        try object { (reader, key) throws(ToolFailure) in
            let place = parameters.firstIndex { Array($0.name.utf8) == key.bytes }
            guard let place else {
                throw reader.mismatch(
                    "only \(names)", at: start, found: "a member \"\(key.text.shortened)\"")
            }
            values[place] = try reader.within(dot + key.text) { (reader) throws(ToolFailure) in
                try reader.abiValue(of: parameters[place])
            }
        }
        var result: [ABIValue] = []
        for (parameter, value) in zip(parameters, values) {
            guard let value else {
                throw try within(dot + parameter.name) { (reader) throws(ToolFailure) in
                    reader.mismatch(
                        parameter.type.canonicalName, at: start, found: "no such member")
                }
            }
            result.append(value)
        }
        return result
    }

    /// A value within the range of its type.
    mutating func abiValue(of parameter: ABIParameter) throws(ToolFailure) -> ABIValue {
        switch parameter.type {
        case .uint(let bits):
            return .number(try integer(bits, isSigned: false))
        case .int(let bits):
            return .number(try integer(bits, isSigned: true))
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
            return .bytes(path != nil && parameter.holdsCID ? try cidOrHex() : try hex())
        case .string:
            return .string(String(decoding: try text(), as: UTF8.self))
        case .array(let element):
            return .array(try elements(ABIParameter(parameter.name, element)))
        case .fixedArray(let element, let count):
            let start = try start()
            let values = try elements(ABIParameter(parameter.name, element))
            try require(values.count, of: count, at: start)
            return .array(values)
        case .tuple(let members):
            return .tuple(try abiValues(of: members))
        }
    }

    private mutating func elements(_ element: ABIParameter) throws(ToolFailure) -> [ABIValue] {
        var values: [ABIValue] = []
        try array { (reader, index) throws(ToolFailure) in
            values.append(
                try reader.within("[\(index)]") { (reader) throws(ToolFailure) in
                    try reader.abiValue(of: element)
                })
        }
        return values
    }

    /// Decimal or, where it may be, hexadecimal with any number of digits.
    mutating func integer(
        _ bits: Int, isSigned: Bool, orHexadecimal: Bool = false
    ) throws(ToolFailure) -> UInt256 {
        let start = try start()
        let text = try numeral()
        let number: UInt256?
        if orHexadecimal, text.utf8.starts(with: [0x30, 0x78]) {
            number = UInt256(hexadecimal: text).flatMap {
                isSigned && $0.isNegativeTwosComplement ? nil : $0
            }
        } else {
            number = isSigned ? UInt256(signedDecimal: text) : UInt256(decimal: text)
        }
        if let number, isSigned ? number.isSignExtended(from: bits) : number.bitWidth <= bits {
            return number
        }
        let form = orHexadecimal ? "decimal or 0x and digits" : "a decimal string or a number"
        throw mismatch(
            "\(isSigned ? "int" : "uint")\(bits), \(form)" + (path == nil ? "" : ", integers only"),
            at: start)
    }

    /// A CID in text, or any bytes as 0x and digits.
    private mutating func cidOrHex() throws(ToolFailure) -> [UInt8] {
        let (kind, start) = (try kind(), try start())
        if kind == .string {
            let text = try text()
            let isHex = text.starts(with: [0x30, 0x78])
            if let bytes = isHex ? Hex.decode(text) : (try? CID(text: text))?.binary {
                return bytes
            }
        }
        throw mismatch("a CID, or bytes as 0x and digits", at: start)
    }

    func require(_ count: Int, of expected: Int, at start: Int) throws(ToolFailure) {
        guard count == expected else {
            throw mismatch(
                "an array of \(expected) \(expected == 1 ? "value" : "values")", at: start,
                found: "\(count)")
        }
    }
}

extension ABIParameter {
    /// Whether the bytes are those of a CID, which people read as text.
    var holdsCID: Bool { name.utf8.suffix(3).map { $0 | 0x20 } == Array("cid".utf8) }
}
