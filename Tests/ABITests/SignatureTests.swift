import TestSupport
import Testing

@testable import ABI

@Suite struct SignatureTests {
    @Test(
        arguments: [
            ("transfer(address,uint256)", "transfer(address,uint256)"),
            ("function f((uint256,bytes)[] x) ", "f((uint256,bytes)[])"),
            ("f(uint,int)", "f(uint256,int256)"),
            ("f(uint[3][],int)", "f(uint256[3][],int256)"),
            ("f(tuple(uint a, bytes b)[2] calldata p)", "f((uint256,bytes)[2])"),
            ("f((uint a,(int b)[]) s)", "f((uint256,(int256)[]))"),
            ("function f ( address payable to , string memory s ) ;", "f(address,string)"),
            (
                "function f(uint x) external view returns (uint256 a, (bool, bytes)[] memory b);",
                "f(uint256)"
            ),
            ("f()", "f()"), ("error Broken(bytes32 h)", "Broken(bytes32)"),
            ("error(uint8)", "error(uint8)"),
            ("$_9()", "$_9()"), ("f(function g)", "f(function)"),
            ("f(function[2])", "f(function[2])"),
            ("f(uint256 [ 2 ] x)", "f(uint256[2])"), ("\tf\n(\r\nbool b)", "f(bool)"),
            ("f(tuple)", nil), ("f(uint256 memory memory x)", "f(uint256)"),
        ] as [(String, String?)])
    func signaturesAreCanonical(text: String, signature: String?) throws {
        #expect((try? ABIFunction(parsing: text))?.signature == signature)
    }

    @Test func namesAreKept() throws {
        let function = try ABIFunction(parsing: "f(uint256 amount, (bytes data, bool) s)")
        #expect(function.name == "f")
        #expect(function.parameters.map { $0.name } == ["amount", "s"])
        guard case .tuple(let members) = function.parameters[1].type else {
            Issue.record("not a tuple")
            return
        }
        #expect(members.map { $0.name } == ["data", ""])
    }

    @Test func aFunctionValueIsEncodedLike24Bytes() throws {
        #expect(try ABIType(parsing: "function") == .fixedBytes(24))
        // "f(function)" selects another function than "f(bytes24)".
        let selector = try ABIFunction(parsing: "f(function)").selector
        #expect(try ABIFunction(parsing: "f(bytes24)").selector != selector)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), ("uint256[", .unexpectedEnd, 8),
            ("(uint256", .unexpectedEnd, 8),
            ("(uint256,", .unexpectedEnd, 9), ("(uint256,)", .unexpectedCharacter, 9),
            ("(,uint256)", .unexpectedCharacter, 1), ("uint256]", .unexpectedCharacter, 7),
            ("uint256 x", .unexpectedCharacter, 8), ("[]", .unexpectedCharacter, 0),
            ("uint256[-1]", .unexpectedCharacter, 8), ("uint256[x]", .unexpectedCharacter, 8),
            ("uint256[1", .unexpectedEnd, 9), ("uint 256", .unexpectedCharacter, 5),
            ("ü", .unexpectedCharacter, 0), ("Person", .unknownType, 0), ("tuple", .unknownType, 0),
            ("uint8x", .unknownType, 0), ("byte", .unknownType, 0), ("Uint8", .unknownType, 0),
            ("(bool,bytes3s)", .unknownType, 6), ("bool8", .unknownType, 0),
            ("uint7", .invalidSize, 0), ("uint0", .invalidSize, 0), ("uint264", .invalidSize, 0),
            ("uint08", .invalidSize, 0), ("int12", .invalidSize, 0), ("bytes0", .invalidSize, 0),
            ("bytes33", .invalidSize, 0), ("uint99999999999999999999", .invalidSize, 0),
            ("bytes32[01]", .invalidSize, 8), ("bool[1234567890123456789]", .invalidSize, 5),
            ("fixed", .unsupportedType, 0), ("ufixed128x18", .unsupportedType, 0),
            ("(bool,fixed8x1)", .unsupportedType, 6), ("()", .emptyType, 0),
            ("bool[0]", .emptyType, 5),
            ("bool[00]", .emptyType, 5), ("(bool,())", .emptyType, 6), ("()[]", .emptyType, 0),
        ] as [(String, SignatureError.Code, Int)])
    func refusesWhatIsNoType(text: String, code: SignatureError.Code, offset: Int) {
        #expect(throws: SignatureError(code, at: offset)) { try ABIType(parsing: text) }
    }

    @Test(
        arguments: [
            ("f", .unexpectedEnd, 1), ("(uint256)", .unexpectedCharacter, 0),
            ("9f()", .unexpectedCharacter, 0),
            ("function(uint256)", .unexpectedCharacter, 8), ("f() x", .unexpectedCharacter, 4),
            ("f() returns ()", .emptyType, 4), ("f()() ", .unexpectedCharacter, 3),
            ("f(uint256 payable x)", .unexpectedCharacter, 18), ("f() returns", .unexpectedEnd, 11),
            ("f();;", .unexpectedCharacter, 4), ("f(uint256 x y)", .unexpectedCharacter, 12),
        ] as [(String, SignatureError.Code, Int)])
    func refusesWhatIsNoSignature(text: String, code: SignatureError.Code, offset: Int) {
        #expect(throws: SignatureError(code, at: offset)) { try ABIFunction(parsing: text) }
    }

    @Test func typesAreAsDeepAsTheCodecGoes() throws {
        func arrays(_ count: Int) -> String { "bool" + String(repeating: "[]", count: count) }
        func tuples(_ count: Int) -> String {
            String(repeating: "(", count: count) + "bool" + String(repeating: ")", count: count)
        }
        for make in [arrays, tuples] {
            let deepest = try ABIType(parsing: make(15))
            // What can be read can be encoded and decoded.
            var value = ABIValue.bool(true)
            for _ in 0..<15 { value = make(1).hasPrefix("(") ? .tuple([value]) : .array([value]) }
            let parameters = [ABIParameter("", deepest)]
            let encoded = try ABIEncoder.encode([value], as: parameters)
            #expect(try ABIDecoder.decode(parameters, from: encoded) == [value])
            #expect(throws: SignatureError(.tooDeep, at: 0)) { try ABIType(parsing: arrays(16)) }
            #expect(throws: SignatureError.self) { try ABIType(parsing: tuples(16)) }
            #expect(throws: SignatureError.self) { try ABIType(parsing: make(5_000)) }
        }
    }

    @Test func textsAndTypesAreLimited() {
        let long = "f(" + String(repeating: " ", count: 16_384) + ")"
        #expect(throws: SignatureError(.tooLong, at: 16_384)) { try ABIFunction(parsing: long) }
        let many = "f(" + Array(repeating: "bool", count: 1_025).joined(separator: ",") + ")"
        #expect(throws: SignatureError(.tooManyTypes, at: 2 + 5 * 1_024)) {
            try ABIFunction(parsing: many)
        }
        #expect(throws: Never.self) { try ABIFunction(parsing: String(many.dropLast(6)) + ")") }
    }

    /// What was read once reads as the same again, and no text traps.
    @Test(arguments: 0..<8) func mutatedSignaturesAreRefusedOrStable(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let texts = [
            "function f(tuple(uint a, bytes32[4] b)[] memory x, function g) external returns (int8);",
            "g(uint8[2][],(string,(address payable q,int)[3])[99],bytes)",
            "error E(bool,ufixed128x18)",
        ]
        for _ in 0..<3_000 {
            var text = Array(texts[Int(random.next() % 3)].utf8)
            for _ in 0...random.next() % 3 {
                let index = Int(random.next() % UInt64(text.count))
                switch random.next() % 3 {
                case 0: text[index] = UInt8(random.next() & 0xff)
                case 1: text.remove(at: index)
                default: text.insert(text[Int(random.next() % UInt64(text.count))], at: index)
                }
            }
            let mutated = String(decoding: text, as: UTF8.self)
            guard let function = try? ABIFunction(parsing: mutated) else { continue }
            let again = try ABIFunction(parsing: function.signature)
            #expect(again.signature == function.signature, "seed \(seed): \(mutated)")
            #expect(again.selector == function.selector, "seed \(seed): \(mutated)")
        }
    }
}
