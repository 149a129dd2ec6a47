import ABI
import Foundation
import TestSupport
import Testing

@testable import CoreCommands

/// What an operation answers to `request`.
struct Answer {
    let ok: Any?
    let code: String?

    init(_ operation: BatchOperation, _ request: Any) throws {
        try self.init(operation, line: Array(try JSONSerialization.data(withJSONObject: request)))
    }

    init(_ operation: BatchOperation, line: [UInt8]) throws {
        let object = try JSONSerialization.jsonObject(with: Data(operation.answer(line)))
        let answer = try #require(object as? [String: Any])
        ok = answer["ok"]
        code = (answer["error"] as? [String: Any])?["code"] as? String
        #expect((ok == nil) != (code == nil))
    }

    var text: String? { ok as? String }
}

/// The JSON form of a value without the freedom of case that requests have.
func normalized(_ value: Any, of type: ABIType) -> Any {
    switch (type, value) {
    case (.address, let text as String), (.bytes, let text as String),
        (.fixedBytes, let text as String):
        return text.lowercased()
    case (.array(let element), let values as [Any]),
        (.fixedArray(let element, _), let values as [Any]):
        return values.map { normalized($0, of: element) }
    case (.tuple(let members), let values as [Any]):
        return zip(values, members).map { normalized($0, of: $1.type) }
    default:
        return value
    }
}

/// Whether two JSON values are the same.
func same(_ a: Any?, _ b: Any?) -> Bool {
    guard let a, let b else { return false }
    return NSArray(array: [a]).isEqual(to: [b])
}

/// Encodes and decodes and expects what the vector says; false when the value is refused.
func checkRoundTrip(_ types: [String], _ values: [Any], _ encoded: String, _ name: String) throws
    -> Bool
{
    let encoding = try Answer(.abiEncode, ["types": types, "values": values] as [String: Any])
    guard let text = encoding.text else { return false }
    #expect(text == encoded.lowercased(), "\(name)")
    let decoding = try Answer(.abiDecode, ["types": types, "data": encoded] as [String: Any])
    let parsed = try types.map { try ABIType(parsing: $0) }
    let expected = zip(values, parsed).map { normalized($0, of: $1) }
    #expect(same(decoding.ok, expected), "\(name)")
    return true
}
