import ABI
import Foundation
import JSON
import Marketplace
import Replay
import TestSupport
import Testing

@Suite struct ABIJSONTests {
    @Test func theCheckedInABIIsWhatTheToolPrints() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("docs/deml.abi.json")
        #expect(
            Array(try Data(contentsOf: file)) == ABIDocument.json,
            "write it anew: deml abi-json > docs/deml.abi.json")
    }

    /// Rebuilds each signature from the document alone.
    @Test func thePublishedTypesGiveTheSelectors() throws {
        let document = try JSONSerialization.jsonObject(with: Data(ABIDocument.json))
        let entries = try #require(document as? [[String: Any]])
        let functions = MessageFunctions.all + NoticeFunctions.all
        #expect(entries.count == functions.count)
        for (entry, function) in zip(entries, functions) {
            let inputs = try #require(entry["inputs"] as? [[String: Any]])
            let name = try #require(entry["name"] as? String)
            let signature = try name + "(" + inputs.map(Self.type).joined(separator: ",") + ")"
            #expect(signature == function.signature)
            let hash = Keccak256.hash(Array(signature.utf8)).bytes
            #expect(Array(hash.prefix(4)) == function.selectorBytes)
        }
    }

    private static func type(of input: [String: Any]) throws -> String {
        let type = try #require(input["type"] as? String)
        guard type.hasPrefix("tuple") else { return type }
        let members = try #require(input["components"] as? [[String: Any]])
        return try "(" + members.map(self.type).joined(separator: ",") + ")"
            + type.dropFirst("tuple".count)
    }

    @Test func selectorsAndNamesAreUnique() {
        let selectors = ABICatalogue.entries.map(\.function.selector)
        #expect(Set(selectors).count == selectors.count)
        let signatures = ABICatalogue.entries.map(\.function.signature)
        #expect(Set(signatures).count == signatures.count)
    }

    @Test func anyArgumentsComeBackFromTheirJSON() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        for entry in ABICatalogue.entries {
            for _ in 0..<20 {
                let values = entry.function.parameters.map {
                    Self.value(of: $0.type, using: &generator)
                }
                let payload = try entry.function.encode(values)
                let json = try Translation.decode(payload)
                let object = try JSONSerialization.jsonObject(with: Data(json))
                let members = try #require(object as? [String: Any])
                let arguments = try JSONSerialization.data(
                    withJSONObject: try #require(members["arguments"]))
                let again = try Translation.encode(
                    entry.function.signature, json: Array(arguments))
                #expect(again == Hex.string(payload), "\(entry.function.name), seed: \(seed)")
            }
        }
    }

    private static func value(
        of type: ABIType, using generator: inout SplitMix64
    ) -> ABIValue {
        func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        switch type {
        case .uint(let bits):
            let shortened = Int.random(in: 0...(bits / 8), using: &generator)
            let word = [UInt8](repeating: 0, count: 32 - shortened) + bytes(shortened)
            return .number(UInt256(Bytes32(word) ?? .zero))
        case .int: return .number(UInt256.max)
        case .bool: return .bool(Bool.random(using: &generator))
        case .address: return .address(Address(bytes(20)) ?? .zero)
        case .fixedBytes(let count): return .fixedBytes(bytes(count))
        case .bytes: return .bytes(bytes(Int.random(in: 0...70, using: &generator)))
        case .string: return .string("text \(generator.next())")
        case .array(let element):
            let count = Int.random(in: 0...3, using: &generator)
            return .array((0..<count).map { _ in value(of: element, using: &generator) })
        case .fixedArray(let element, let count):
            return .array((0..<count).map { _ in value(of: element, using: &generator) })
        case .tuple(let members):
            return .tuple(members.map { value(of: $0.type, using: &generator) })
        }
    }

    @Test func writesACIDAsTextAndReadsItBack() throws {
        let cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
        let message = try Translation.encode(
            "revealData",
            json: Array(
                #"{"jobId":1,"dataCid":"\#(cid)","salt":"0x\#(String(repeating: "00", count: 32))"}"#
                    .utf8))
        let json = String(decoding: try Translation.decode(hex: message), as: UTF8.self)
        #expect(json.contains(#""dataCid":"\#(cid)""#))
        #expect(message.contains("01551220"))
    }

    @Test func namesTheTermsHashOfAPosting() throws {
        let scenario = try Scenario()
        let posting = try #require(
            scenario.lines.first { String(decoding: $0, as: UTF8.self).contains(Self.postJob) })
        let text = String(decoding: posting, as: UTF8.self)
        let payload = try #require(text.components(separatedBy: #""payload":""#).last).dropLast(3)
        let json = String(decoding: try Translation.decode(hex: String(payload)), as: UTF8.self)
        // The tuple stands behind its offset, which is one word with one argument, and maxRent.
        let encoding = try #require(Hex.decode(Array(payload.utf8))).dropFirst(4 + 64)
        let terms = UInt256(32 as UInt64).bytes32.bytes + encoding
        let hash = Hex.string(Keccak256.hash(terms).bytes)
        #expect(json.hasSuffix(#""termsHash":"\#(hash)"}"#))
    }

    private static let postJob = Hex.string(MessageFunctions.postJob.selectorBytes).dropFirst(2)

    @Test func looksInsideAVoucher() throws {
        let call = try Translation.encode(
            "transfer",
            json: Array(
                #"{"to":"0x0000000000000000000000000000000000000001","value":"5"}"#.utf8))
        let voucher = try Translation.encode(
            "Voucher",
            json: Array(
                """
                {"destination":"0x0000000000000000000000000000000000000002","value":0,
                "payload":"\(call)"}
                """.utf8))
        let json = String(decoding: try Translation.decode(hex: voucher), as: UTF8.self)
        #expect(json.hasPrefix(#"{"kind":"output","name":"Voucher""#))
        #expect(json.contains(#""inside":{"kind":"call","name":"transfer""#))
    }

    @Test(arguments: [
        (
            "advance", #"{"jobId":"x"}"#,
            #"jobId: expected uint256, a decimal string or a number"#
        ),
        ("advance", #"{"jobId":"1","job":2}"#, #"found a member "job""#),
        ("advance", #"{}"#, "jobId: expected uint256"),
        ("advance", "[1,2]", "the arguments: expected an array of 1 value, found 2"),
        ("advance", "3", "expected an object of jobId, found 3"),
        ("advance", #"{"jobId":1}x"#, "something follows the JSON value, at byte 11"),
        ("advance", #"{"jobId":"x"]"#, "at byte 12"),
        ("postJob", #"{"terms":{"rounds":true}}"#, "terms.rounds: expected an integer"),
        (
            "revealData", #"{"dataCid":"bafy"}"#,
            "dataCid: expected a CID, or bytes as 0x and digits"
        ),
        ("advance", #"{"jobId":1e3}"#, "a decimal string or a number, integers only, found 1e3"),
        ("commit", #"{"jobId":1,"commitment":"0x12"}"#, "commitment: expected bytes32"),
        (
            "acceptJob", #"{"jobId":1,"termsHash":"0x","payout":"0x","proof":[]}"#,
            "termsHash: expected bytes32"
        ),
        (
            "sendMessage",
            #"{"jobId":1,"to":"0x52908400098527886E0F7030069857D2E4169Ee7","body":"0x"}"#,
            "to: expected an address"
        ),
        (
            "claim", #"{"jobId":1,"loss":"1\#(String(repeating: "0", count: 77))0"}"#,
            "loss: expected uint256"
        ),
        (
            "WithdrawErc1155Batch",
            #"{"token":"0x0000000000000000000000000000000000000001","ids":[1,true],"#
                + #""values":[],"execLayerData":"0x"}"#,
            "ids[1]: expected an integer"
        ),
        ("nothing", "{}", "there is no message, notice or call named nothing"),
        ("safeTransferFrom", "{}", "use a whole signature"),
    ])
    func saysWhatIsWrongWithArguments(name: String, json: String, reason: String) {
        let error = #expect(throws: (any Error).self) {
            try Translation.encode(name, json: Array(json.utf8))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason), "\(error.map { "\($0)" } ?? "")")
    }

    @Test(arguments: [
        ("0x1", "even number of hexadecimal digits"),
        ("0x01", "expected at least the 4 bytes of a selector, found 1"),
        ("0x01020304", "has the selector 0x01020304"),
        (
            "0x71d6ddd6",
            "not the canonical encoding of advance(uint256): 32 bytes are needed, 0 are left, at byte 0"
        ),
    ])
    func saysWhatIsWrongWithBytes(hex: String, reason: String) {
        let error = #expect(throws: (any Error).self) { try Translation.decode(hex: hex) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason), "\(error.map { "\($0)" } ?? "")")
    }

    @Test func takesTuplesAsArraysAndNumbersAsNumbers() throws {
        #expect(
            try Translation.encode("advance", json: Array("[18446744073709551615]".utf8))
                == Translation.encode(
                    "advance(uint256)", json: Array(#"{"jobId":"18446744073709551615"}"#.utf8)))
    }
}
