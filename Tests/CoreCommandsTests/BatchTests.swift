import ABI
import Foundation
import TestSupport
import Testing

@testable import CoreCommands

@Suite struct BatchTests {
    private func answer(_ operation: BatchOperation, _ line: String) -> String {
        String(decoding: operation.answer(Array(line.utf8)), as: UTF8.self)
    }

    @Test func answersAreTheDocumentedOnes() {
        #expect(
            answer(.abiEncode, #"{"types":["uint8","bool"],"values":["7",true]}"#)
                == #"{"ok":"0x"# + String(repeating: "0", count: 63) + "7"
                + String(repeating: "0", count: 63) + #"1"}"#)
        #expect(
            answer(.abiEncode, #"{"packed":true,"values":[-1,"Aa"],"types":["int16","string"]}"#)
                == #"{"ok":"0xffff4161"}"#)
        #expect(
            answer(.abiSelector, #"{"signature":"transfer(address,uint256)"}"#)
                == #"{"ok":"0xa9059cbb"}"#)
        #expect(
            answer(.keccak, #"{"data":"0x"}"#)
                == #"{"ok":"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"}"#)
    }

    @Test func decodedValuesAreStringsBoolsAndLists() {
        let data =
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            + "000000000000000000000000d1220a0cf47c7b9be7a2e6ba89f429762e7b9adb"
            + "0000000000000000000000000000000000000000000000000000000000000060"
            + "0000000000000000000000000000000000000000000000000000000000000001"
            + "0000000000000000000000000000000000000000000000000000000000000020"
            + "0000000000000000000000000000000000000000000000000000000000000040"
            + "0000000000000000000000000000000000000000000000000000000000000001"
            + "0000000000000000000000000000000000000000000000000000000000000001"
            + "2200000000000000000000000000000000000000000000000000000000000000"
        #expect(
            answer(
                .abiDecode,
                #"{"types":["int8","address","(string,bool)[]"],"data":"0x\#(data)"}"#)
                == #"{"ok":["-1","0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb",[["\"",true]]]}"#)
    }

    /// A refused line has its answer in its place, and the next line is answered.
    @Test func refusalsDoNotStopTheStream() throws {
        let input = "{}\n\n{\"data\":\"0x0\"}\r\n{\"data\":\"0x\"}\nnull"
        // Cut at every place.
        let answers = Self.answers(to: Array(input.utf8), inPiecesOf: 1)
        let lines = String(decoding: answers.joined(), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 5)
        #expect(
            lines[0]
                == #"{"error":{"code":"missingMember","message":"the member \"data\" is missing"}}"#
        )
        for (index, code) in [(1, "json"), (2, "typeMismatch"), (4, "typeMismatch")] {
            #expect(lines[index].hasPrefix(#"{"error":{"code":"\#(code)","#), "\(lines[index])")
        }
        #expect(lines[3].hasPrefix(#"{"ok":"0xc5d2"#))
    }

    @Test func anInputInOnePieceIsAnsweredLikeOneInMany() {
        let input = Array("{\"data\":\"0x\"}\n{\"data\":\"0x01\"}\n".utf8)
        let whole = Self.answers(to: input, inPiecesOf: input.count)
        let pieces = Self.answers(to: input, inPiecesOf: 1)
        #expect(whole.count == 1 && pieces.count == 2)
        #expect(Array(whole.joined()) == Array(pieces.joined()))
    }

    /// What is written for each time that everything read is answered.
    static func answers(
        to input: [UInt8], inPiecesOf size: Int, lineLimit: Int = 1 << 20
    ) -> [[UInt8]] {
        var rest = input[...]
        var lines = LineReader<Never>(lineLimit: lineLimit) { chunk in
            let piece = rest.prefix(size)
            chunk.replaceSubrange(..<piece.count, with: piece)
            rest = rest.dropFirst(size)
            return piece.count
        }
        var answers: [[UInt8]] = []
        lines.answer(
            with: { BatchOperation.keccak.answer($0) }, write: { answers.append($0) })
        return answers
    }

    @Test(arguments: [
        (#"{"types":["uint8"],"values":["256"]}"#, "typeMismatch"),
        (#"{"types":["uint8"],"values":["-1"]}"#, "typeMismatch"),
        (#"{"types":["uint8"],"values":["0x1"]}"#, "typeMismatch"),
        (#"{"types":["uint8"],"values":[1.0]}"#, "typeMismatch"),
        (#"{"types":["uint8"],"values":[1e1]}"#, "typeMismatch"),
        (#"{"types":["int8"],"values":["128"]}"#, "typeMismatch"),
        (#"{"types":["int8"],"values":["-129"]}"#, "typeMismatch"),
        (#"{"types":["bool"],"values":[1]}"#, "typeMismatch"),
        (#"{"types":["bool"],"values":["true"]}"#, "typeMismatch"),
        (#"{"types":["bytes2"],"values":["0x01"]}"#, "typeMismatch"),
        (#"{"types":["bytes"],"values":["01"]}"#, "typeMismatch"),
        (#"{"types":["bytes"],"values":["0x1"]}"#, "typeMismatch"),
        (#"{"types":["address"],"values":["0x00"]}"#, "typeMismatch"),
        (#"{"types":["uint8[2]"],"values":[[1]]}"#, "typeMismatch"),
        (#"{"types":["uint8"],"values":[1,2]}"#, "typeMismatch"),
        (#"{"types":["uint8"],"values":[]}"#, "typeMismatch"),
        (#"{"types":["(uint8)"],"values":[1]}"#, "typeMismatch"),
        (#"{"types":["uint8"]}"#, "missingMember"),
        (#"{"values":[1]}"#, "missingMember"),
        (#"{"types":["uint7"],"values":[1]}"#, "invalidSize"),
        (#"{"types":["ufixed"],"values":[1]}"#, "unsupportedType"),
        (#"{"types":["uint8"],"values":[1]} x"#, "json"),
        (#"{"types":["uint8"],"types":["uint8"],"values":[1]}"#, "json"),
        (#"{"types":["(uint8,uint8)"],"values":[[1,2]],"packed":true}"#, "notPackable"),
    ]) func refusesWhatIsNoValueOfItsType(line: String, code: String) throws {
        #expect(try Answer(.abiEncode, line: Array(line.utf8)).code == code)
    }

    /// A zero has no sign, in any type.
    @Test(arguments: ["-0", "-00"]) func minusZeroIsNoInteger(text: String) throws {
        for type in ["uint8", "int8", "uint256", "int256"] {
            for value in [text, "\"\(text)\""] where value != "-00" {
                let line = #"{"types":["\#(type)"],"values":[\#(value)]}"#
                #expect(try Answer(.abiEncode, line: Array(line.utf8)).code == "typeMismatch")
            }
        }
    }

    /// What is no JSON is not called a value of the wrong kind.
    @Test(arguments: [
        ("[1 true]", "json"), ("[1,true]", "typeMismatch"), ("7 7", "json"), ("7", "typeMismatch"),
        ("nul", "json"), ("", "json"),
    ])
    func aLineIsJSONBeforeItIsAnObject(line: String, code: String) throws {
        #expect(try Answer(.keccak, line: Array(line.utf8)).code == code)
    }

    @Test func theEdgesOfIntegersAreValues() throws {
        for bits in stride(from: 8, through: 256, by: 8) {
            // The word of the highest intN is half of that of the highest uintN.
            let top = UInt256.max.divided(by: power(256 - bits))?.quotient ?? .zero
            let half = top.divided(by: UInt256(2 as UInt64))?.quotient ?? .zero
            let low = "-" + (half.adding(.one)?.description ?? "")
            let tooLow = "-" + (half.adding(UInt256(2 as UInt64))?.description ?? "")
            for (type, value, isValue) in [
                ("uint\(bits)", top.description, true), ("int\(bits)", half.description, true),
                ("int\(bits)", low, true), ("int\(bits)", tooLow, false),
                ("int\(bits)", half.adding(.one)?.description ?? "", false),
            ] {
                let answer = try Answer(
                    .abiEncode, ["types": [type], "values": [value]] as [String: Any])
                #expect((answer.ok != nil) == isValue, "\(type) \(value)")
                guard let data = answer.text else { continue }
                let back = try Answer(
                    .abiDecode, ["types": [type], "data": data] as [String: Any])
                #expect(same(back.ok, [value]))
            }
        }
    }

    private func power(_ exponent: Int) -> UInt256 {
        var value = UInt256.one
        for _ in 0..<exponent { value = value.adding(value) ?? .one }
        return value
    }

    /// No line may stop the process, whatever is in it.
    @Test(arguments: 0..<4) func mutatedRequestsAreAnswered(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let requests: [(BatchOperation, String)] = [
            (.abiEncode, #"{"types":["(int8,bytes)[]","uint256"],"values":[[["-5","0x01"]],"9"]}"#),
            (.abiDecode, #"{"types":["bytes[2][]"],"data":"0x0000000000000020"}"#),
            (.abiSelector, #"{"signature":"function f(tuple(uint a)[3] memory x) view"}"#),
            (.recover, #"{"digest":"0x00","signature":"0x00"}"#),
            (
                .typedDataHash,
                #"{"types":{"A":[{"name":"x","type":"A[]"},{"name":"y","type":"int8"}]},"#
                    + #""primaryType":"A","domain":{"chainId":1},"message":{"x":[],"y":"-3"}}"#
            ),
        ]
        for _ in 0..<400 {
            for (operation, text) in requests {
                var line = Array(text.utf8)
                for _ in 0...random.next() % 3 {
                    let index = Int(random.next() % UInt64(line.count))
                    let other = Int(random.next() % UInt64(line.count))
                    switch random.next() % 4 {
                    case 0: line[index] = UInt8(random.next() & 0x7f)
                    case 1: line.remove(at: index)
                    case 2: line.insert(line[other], at: index)
                    default: line.swapAt(index, other)
                    }
                }
                let answer = try? Answer(operation, line: line)
                #expect(answer != nil, "seed \(seed): \(String(decoding: line, as: UTF8.self))")
            }
        }
    }
}
