import ABI
import JSON

extension ValueReader {
    /// The members of a struct, in the order of its declaration.
    mutating func members(
        of index: Int, in types: TypedDataTypes
    ) throws(ToolFailure) -> [TypedDataValue] {
        let declared = types.structs[index].members
        var values = [TypedDataValue?](repeating: nil, count: declared.count)
        try object { (reader, key) throws(ToolFailure) in
            guard let place = declared.firstIndex(where: { $0.name == key.bytes }) else {
                throw ToolFailure("unexpectedMember", "\"\(key.text)\" is no member of its type")
            }
            values[place] = try reader.typedValue(
                of: types.memberTypes[index][place], in: types)
        }
        var result: [TypedDataValue] = []
        for (place, value) in values.enumerated() {
            if let value {
                result.append(value)
            } else if case .structure = types.memberTypes[index][place] {
                result.append(.absent)
            } else {
                let name = String(decoding: declared[place].name, as: UTF8.self)
                throw ToolFailure("missingMember", "the member \"\(name)\" is missing")
            }
        }
        return result
    }

    /// Integers also as JavaScript writes large numbers, in hexadecimal.
    private mutating func typedValue(
        of type: TypedDataType, in types: TypedDataTypes
    ) throws(ToolFailure) -> TypedDataValue {
        switch type {
        case .elementary(.uint(let bits)):
            return .elementary(.number(try integer(bits, isSigned: false, orHexadecimal: true)))
        case .elementary(.int(let bits)):
            return .elementary(.number(try integer(bits, isSigned: true, orHexadecimal: true)))
        case .elementary(let type):
            return .elementary(try abiValue(of: ABIParameter("", type)))
        case .structure(let index):
            if try kind() == .null {
                try skip()
                return .absent
            }
            return .structure(try members(of: index, in: types))
        case .array(let element, let count):
            let start = try start()
            var values: [TypedDataValue] = []
            try array { (reader, _) throws(ToolFailure) in
                values.append(try reader.typedValue(of: element, in: types))
            }
            if let count { try require(values.count, of: count, at: start) }
            return .array(values)
        }
    }
}

extension UInt256 {
    /// The number that `text` spells, `0x` and 1 to 64 digits.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8.dropFirst(2))
        guard (1...64).contains(digits.count) else { return nil }
        let padded = [UInt8](repeating: 0x30, count: 64 - digits.count) + digits
        guard let bytes = Hex.decode(padded), let word = Bytes32(bytes) else { return nil }
        self.init(word)
    }
}
