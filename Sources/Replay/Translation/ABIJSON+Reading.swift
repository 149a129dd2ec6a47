import ABI
import Content
import JSON

extension ABIJSON {
    /// The values of `parameters` in `tree`: an object with exactly these names, or an array with
    /// exactly as many elements.
    static func values(
        of parameters: [ABIParameter], in tree: JSONValue, path: String = ""
    ) throws(ABIJSONError) -> [ABIValue] {
        var values: [ABIValue] = []
        switch tree {
        case .object(let members):
            for name in members.map(\.name)
            where !parameters.contains(where: { $0.name == name }) {
                throw ABIJSONError(
                    path: path, expected: "only \(names(of: parameters))",
                    found: "a member \"\(name)\"")
            }
            for parameter in parameters {
                let place = path.isEmpty ? parameter.name : "\(path).\(parameter.name)"
                guard let value = tree[parameter.name] else {
                    throw ABIJSONError(
                        path: place, expected: expectation(parameter), found: "no such member")
                }
                values.append(try Self.value(of: parameter, in: value, path: place))
            }
        case .array(let elements):
            guard elements.count == parameters.count else {
                throw ABIJSONError(
                    path: path, expected: "\(parameters.count) values: \(names(of: parameters))",
                    found: "\(elements.count)")
            }
            for (index, parameter) in parameters.enumerated() {
                values.append(
                    try value(of: parameter, in: elements[index], path: "\(path)[\(index)]"))
            }
        default:
            throw ABIJSONError(
                path: path, expected: "an object of \(names(of: parameters))", found: tree.kind)
        }
        return values
    }

    private static func value(
        of parameter: ABIParameter, in tree: JSONValue, path: String
    ) throws(ABIJSONError) -> ABIValue {
        let mismatch = ABIJSONError(
            path: path, expected: expectation(parameter), found: tree.kind)
        switch parameter.type {
        case .uint(let bits):
            guard let numeral = numeral(tree), let number = UInt256(decimal: numeral),
                number.bitWidth <= bits
            else { throw mismatch }
            return .number(number)
        case .int(let bits):
            guard let numeral = numeral(tree), let number = UInt256(signedDecimal: numeral),
                number.isSignExtended(from: bits)
            else { throw mismatch }
            return .number(number)
        case .bool:
            guard case .bool(let flag) = tree else { throw mismatch }
            return .bool(flag)
        case .address:
            // Digits of one case, or of mixed case with the right checksum: a wrong one is a typing
            // error.
            guard case .string(let digits) = tree, let address = Address(checkedHex: digits) else {
                throw mismatch
            }
            return .address(address)
        case .fixedBytes(let count):
            guard let bytes = hex(tree), bytes.count == count else { throw mismatch }
            return .fixedBytes(bytes)
        case .bytes:
            guard let bytes = hex(tree) ?? cid(tree, of: parameter) else { throw mismatch }
            return .bytes(bytes)
        case .string:
            guard let text = tree.text else { throw mismatch }
            return .string(text)
        case .array(let element):
            return .array(try elements(of: element, in: tree, as: parameter, path: path))
        case .fixedArray(let element, let count):
            let values = try elements(of: element, in: tree, as: parameter, path: path)
            guard values.count == count else {
                throw ABIJSONError(
                    path: path, expected: "\(count) elements", found: "\(values.count)")
            }
            return .array(values)
        case .tuple(let members):
            return .tuple(try values(of: members, in: tree, path: path))
        }
    }

    private static func elements(
        of element: ABIType, in tree: JSONValue, as parameter: ABIParameter, path: String
    ) throws(ABIJSONError) -> [ABIValue] {
        guard case .array(let elements) = tree else {
            throw ABIJSONError(path: path, expected: expectation(parameter), found: tree.kind)
        }
        let parameter = ABIParameter(parameter.name, element)
        var values: [ABIValue] = []
        for (index, element) in elements.enumerated() {
            values.append(try value(of: parameter, in: element, path: "\(path)[\(index)]"))
        }
        return values
    }

    /// What a string says, or the digits of a number below 2^64.
    private static func numeral(_ tree: JSONValue) -> String? {
        switch tree {
        case .number: return tree.uint64.map { "\($0)" }
        case .string: return tree.text
        default: return nil
        }
    }

    private static func hex(_ tree: JSONValue) -> [UInt8]? {
        guard case .string(let ascii) = tree, ascii.starts(with: Array("0x".utf8)) else {
            return nil
        }
        return Hex.decode(ascii)
    }

    private static func cid(_ tree: JSONValue, of parameter: ABIParameter) -> [UInt8]? {
        guard holdsCID(parameter), case .string(let text) = tree,
            let cid = try? CID(text: text)
        else { return nil }
        return cid.binary
    }

    private static func names(of parameters: [ABIParameter]) -> String {
        parameters.isEmpty ? "nothing" : parameters.map(\.name).joined(separator: ", ")
    }

    private static func expectation(_ parameter: ABIParameter) -> String {
        switch parameter.type {
        case .uint, .int:
            return "\(parameter.type.canonicalName) as a decimal string or an integer below 2^64, "
                + "integers only"
        case .bool: return "true or false"
        case .address: return "an address: 0x and 40 digits with a right checksum"
        case .fixedBytes(let count): return "\(count) bytes: 0x and \(2 * count) digits"
        case .bytes where holdsCID(parameter): return "a CID, or bytes as 0x and digits"
        case .bytes: return "bytes as 0x and an even number of digits"
        case .string: return "a string"
        case .array, .fixedArray: return "an array (\(parameter.type.canonicalName))"
        case .tuple(let members): return "an object of \(names(of: members))"
        }
    }
}
