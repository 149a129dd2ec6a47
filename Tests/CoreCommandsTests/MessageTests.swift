import Foundation
import TestSupport
import Testing

@testable import CoreCommands

/// What people read when a request is refused: what was expected, what was found, and where.
@Suite struct MessageTests {
    private func failure(_ operation: BatchOperation, _ line: String) throws -> [String: String] {
        let answer = operation.answer(Array(line.utf8))
        let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
        return try #require(object?["error"] as? [String: String])
    }

    @Test(arguments: [
        (
            #"{"types":["uint8"],"values":["256"]}"#,
            #"expected uint8, a decimal string or a number, found "256", at byte 29"#
        ),
        (
            #"{"values":[[true,7]],"types":["bool[]"]}"#,
            "expected true or false, found 7, at byte 17"
        ),
        (
            #"{"types":["uint8","bool"],"values":[1]}"#,
            "expected an array of 2 values, found 1, at byte 35"
        ),
        (
            #"{"types":["(bool)[1]"],"values":[[]]}"#,
            "expected an array of 1 value, found 0, at byte 33"
        ),
        (
            #"{"types":["bytes4"],"values":["0x0102"]}"#,
            #"expected bytes4, 0x and 8 digits, found "0x0102", at byte 30"#
        ),
        (
            #"{"types":["string"],"values":[{}]}"#,
            "expected a string, found an object, at byte 30"
        ),
        (
            #"{"types":["bytes33"],"values":["0x"]}"#,
            "no type has this size: 8 to 256 bits in steps of 8, 1 to 32 bytes, no leading zeros, "
                + #"at character 0 of "bytes33""#
        ),
        ("[]", "expected a JSON object, found an array, at byte 0"),
        (#"{"types":[]}"#, #"the member "values" is missing"#),
        (#"{"types":[],"values":[]"#, "the JSON ends inside a value, at byte 23"),
    ]) func encoding(line: String, message: String) throws {
        #expect(try failure(.abiEncode, line)["message"] == message)
    }

    @Test func whatIsFoundIsCutWhereItIsLong() throws {
        let line = #"{"types":["bool"],"values":["\#(String(repeating: "\\\"", count: 500))"]}"#
        let message = try #require(try failure(.abiEncode, line)["message"])
        #expect(message.count < 160 && message.contains("…"))
    }

    @Test(arguments: [
        (
            #"{"x":300}"#, "typeMismatch",
            "expected uint8, decimal or 0x and digits, found 300, at byte 90"
        ),
        (#"{"x":"0x1ff"}"#, "typeMismatch", nil), (#"{"y":1}"#, "unexpectedMember", nil),
    ]) func typedData(message: String, code: String, text: String?) throws {
        let line =
            #"{"types":{"A":[{"name":"x","type":"uint8"}]},"primaryType":"A","domain":{},"#
            + #""message":\#(message) }"#
        let failure = try failure(.typedDataHash, line)
        #expect(failure["code"] == code)
        if let text { #expect(failure["message"] == text) }
    }

    @Test func typesThatNothingDefinesAreNamed() throws {
        let types = #"{"A":[{"name":"x","type":"Bee[2]"}]}"#
        let line = #"{"types":\#(types),"primaryType":"A","domain":{},"message":{}}"#
        #expect(
            try failure(.typedDataHash, line)["message"]
                == #"nothing defines the type "Bee[2]" of a member"#)
    }

    /// Mixed case is the checksum of ERC-55; a wrong one is a typing error.
    @Test func misspeltAddressesAreRefused() throws {
        let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        for address in [right, right.lowercased(), "0x" + right.dropFirst(2).uppercased()] {
            let answer = try Answer(.abiEncode, ["types": ["address"], "values": [address]])
            #expect(answer.text?.hasSuffix(right.dropFirst(2).lowercased()) == true)
        }
        let wrong = right.replacing("5aA", with: "5aa")
        let answer = try Answer(.abiEncode, ["types": ["address"], "values": [wrong]])
        #expect(answer.code == "typeMismatch")
    }

    @Test func aLineOverTheLimitIsRefusedAndTheNextIsAnswered() {
        let input = #"{"data":"0x0000"}"# + "\n" + #"{"data":1}"# + "\n" + #"{"data":"0x"}"#
        let written = BatchTests.answers(to: Array(input.utf8), inPiecesOf: 1, lineLimit: 12)
        let answers = String(decoding: written.joined(), as: UTF8.self).split(separator: "\n")
        let codes = answers.map { $0.split(separator: "\"")[5] }
        #expect(codes == ["tooLong", "typeMismatch", "tooLong"])
    }
}
