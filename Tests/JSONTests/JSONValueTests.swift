import Testing

@testable import JSON

@Suite struct JSONValueTests {
    /// What comes back is what came, but for white space: no digit is lost, no member moves.
    @Test(arguments: [
        #"{"b":18446744073709551616,"a":[-0,1e2,0.10,null,true,"é\n"],"":{}}"#, "[]", "-1.5E+3",
        #""\u0001""#,
    ])
    func everythingIsKeptAsItCame(text: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8))
        var writer = JSONWriter()
        value.write(to: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    }

    @Test func membersAreFoundByNameAndKind() throws {
        let text = #"{"n":7,"s":"x","b":false,"l":[1],"f":1.0,"big":18446744073709551616}"#
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(value["n"]?.uint64 == 7 && value["n"]?.text == nil)
        #expect(value["s"]?.text == "x" && value["s"]?.uint64 == nil)
        #expect(value["b"]?.bool == false && value["l"]?.elements?.count == 1)
        #expect(value["f"]?.uint64 == nil && value["big"]?.uint64 == nil)
        #expect(value["none"] == nil && value["l"]?["n"] == nil)
        #expect(value["big"]?.kind == "18446744073709551616" && value["b"]?.kind == "false")
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, JSONError.Code.duplicateKey), ("[1,]", .unexpectedByte),
        ("1 2", .trailingBytes), (#"{"a":01}"#, .invalidNumber), ("", .unexpectedEnd),
    ])
    func onlyOneWholeValueIsTaken(text: String, code: JSONError.Code) {
        let error = #expect(throws: JSONError.self) {
            _ = try JSONValue(parsing: Array(text.utf8))
        }
        #expect(error?.code == code)
    }

    /// Without the comparison an object may have any number of members.
    @Test func namesNeedNotBeCompared() throws {
        let members = (0..<300).map { "\"\($0)\":0" }.joined(separator: ",")
        let text = Array("{\(members)}".utf8)
        #expect(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
        var reader = JSONReader(text, comparingNames: false)
        guard case .object(let found) = try JSONValue(&reader) else { throw CancellationError() }
        #expect(found.count == 300)
    }
}
