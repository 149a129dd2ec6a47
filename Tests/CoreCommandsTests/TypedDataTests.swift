import Foundation
import Testing

@testable import CoreCommands

@Suite struct TypedDataTests {
    private func code(_ line: String) throws -> String? {
        try Answer(.typedDataHash, line: Array(line.utf8)).code
    }

    private func request(
        types: String = #"{"A":[{"name":"x","type":"uint8"}]}"#, primary: String = #""A""#,
        domain: String = "{}", message: String = #"{"x":1}"#
    ) -> String {
        #"{"types":\#(types),"primaryType":\#(primary),"domain":\#(domain),"message":\#(message)}"#
    }

    @Test func theOrderOfMembersDoesNotMatter() throws {
        let line =
            #"{"message":{"x":1},"domain":{},"primaryType":"A","types":"#
            + #"{"A":[{"type":"uint8","name":"x"}]}}"#
        let first = try Answer(.typedDataHash, line: Array(line.utf8))
        let second = try Answer(.typedDataHash, line: Array(request().utf8))
        #expect(first.text != nil && first.text == second.text)
    }

    @Test func integersMayBeHexadecimal() throws {
        let decimal = try Answer(
            .typedDataHash, line: Array(request(message: #"{"x":"255"}"#).utf8))
        let hexadecimal = try Answer(
            .typedDataHash, line: Array(request(message: #"{"x":"0xff"}"#).utf8))
        #expect(decimal.text != nil && decimal.text == hexadecimal.text)
    }

    @Test func refusesMembersThatAreMissingOrTooMany() throws {
        #expect(try code(request(message: "{}")) == "missingMember")
        #expect(try code(request(message: #"{"x":1,"y":2}"#)) == "unexpectedMember")
        #expect(try code(request(domain: #"{"chain":1}"#)) == "unexpectedMember")
        #expect(try code(request(message: #"{"x":null}"#)) == "typeMismatch")
        #expect(try code(request(message: #"{"x":1,"x":1}"#)) == "json")
    }

    @Test func refusesTypesThatNothingDefines() throws {
        for type in ["B", "uint7", "uint08", "bytes33", "function", "A[", "A[0]", "A[01]", "(A)"] {
            #expect(
                try code(request(types: #"{"A":[{"name":"x","type":"\#(type)"}]}"#))
                    == "unknownType", "\(type)")
        }
        #expect(try code(request(primary: #""B""#)) == "unknownType")
    }

    /// Such names could make two types read alike.
    @Test func refusesNamesWithPunctuation() throws {
        for name in ["a)", "a,uint8 b", "(", "a[]", "\\n"] {
            #expect(
                try code(
                    request(
                        types: #"{"A":[{"name":"\#(name)","type":"uint8"}]}"#,
                        message: #"{"\#(name)":1}"#)) == "invalidName")
        }
        for name in ["uint256", "bool", "bytes1", "fixed", "uint9"] {
            #expect(
                try code(
                    request(
                        types: #"{"\#(name)":[{"name":"x","type":"uint8"}]}"#,
                        primary: #""\#(name)""#)) == "invalidName", "\(name)")
        }
    }

    /// A space ends the type of a member in `encodeType`: a struct's name may hold one only where nothing
    /// in front of it is a type, or two different messages would have one digest.
    @Test func refusesNamesOfStructsThatReadAsATypeAndAMember() throws {
        for (name, other) in [
            ("uint256 a", "C"), ("bytes a", "C"), ("uint a b", "C"), ("bool ", "C"), ("C b", "C"),
            ("C b d", "C b"),
        ] {
            let types =
                #"{"A":[{"name":"x","type":"uint8"}],"\#(other)":[],"\#(name)":[]}"#
            #expect(try code(request(types: types)) == "invalidName", "\(name)")
        }
        for (name, member) in [("Per son", "x y"), ("A uint256", "uint256 a"), ("Cb d", " x")] {
            let types =
                #"{"\#(name)":[{"name":"\#(member)","type":"uint8"}],"C":[]}"#
            #expect(
                try code(
                    request(
                        types: types, primary: "\"\(name)\"", message: #"{"\#(member)":1}"#))
                    == nil,
                "\(name)")
        }
    }

    @Test func refusesTwoMembersOfOneName() throws {
        let types = #"{"A":[{"name":"x","type":"uint8"},{"name":"x","type":"uint8"}]}"#
        #expect(try code(request(types: types)) == "duplicateName")
    }

    @Test func valuesNestedWithoutEndAreRefused() throws {
        let types = #"{"A":[{"name":"x","type":"A"}]}"#
        for depth in [1, 10, 40, 70, 5_000] {
            let message =
                String(repeating: #"{"x":"#, count: depth) + "null"
                + String(repeating: "}", count: depth)
            let found = try code(request(types: types, message: message))
            #expect((found == nil) == (depth <= 40), "\(depth)")
        }
    }
}
