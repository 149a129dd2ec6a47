import ABI
import Foundation
import TestSupport
import Testing

@testable import CoreCommands

@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct TypedDataVectorTests {
    private func rows(_ file: String) throws -> [[String: Any]] {
        try #require(try Places.vector("eip712/\(file).json") as? [[String: Any]])
    }

    @Test(arguments: [("ethers_v5", 1_025), ("ethers_v6", 130)])
    func ethersDigests(file: String, count: Int) throws {
        let rows = try rows(file)
        for row in rows {
            var request = row.filter { ["types", "primaryType", "domain"].contains($0.key) }
            request["message"] = row["data"]
            let line = Array(try JSONSerialization.data(withJSONObject: request))
            let answer = try Answer(.typedDataHash, line: line)
            #expect(answer.text == row["digest"] as? String, "\(row)")
            #expect(
                Hex.string(try TypedDataRequest(line).encodedMessage) == row["encoded"] as? String)
        }
        #expect(rows.count == count)
        print("eip712/\(file).json: \(rows.count) of \(rows.count)")
    }

    /// The example of the standard, and a message for an application of Cartesi.
    @Test(arguments: ["eip712_spec", "cartesi_paio"])
    func digestsAndSigners(file: String) throws {
        let rows = try rows(file)
        for row in rows {
            let answer = try Answer(.typedDataHash, row)
            #expect(answer.text == row["digest"] as? String)
            guard let r = row["r"] as? String, let s = row["s"] as? String,
                let v = row["v"] as? Int
            else { continue }
            let signature = r + s.dropFirst(2) + (v == 27 ? "1b" : "1c")
            let signer = try Answer(
                .recover, ["digest": answer.text ?? "", "signature": signature])
            // In the example of the standard the one who writes the mail signs it.
            let message = row["message"] as? [String: Any]
            let author = (message?["from"] as? [String: Any])?["wallet"] as? String
            #expect(signer.text == row["sender"] as? String ?? author)
        }
        print("eip712/\(file).json: \(rows.count) of \(rows.count)")
    }

    @Test func ethAccountDigests() throws {
        let file = try #require(
            try Places.vector("eip712/eth_account.json") as? [String: Any])
        let rows = try #require(file["cases"] as? [[String: Any]])
        // What eth-account hashes and we refuse, and why.
        let strict = [
            "valid_int_value_for_string_type_ethers_handles_mismatched_type_and_value_differently":
                "an integer where a string belongs",
            "invalid_message_value_type_mismatch_type": "an integer where a string belongs",
            "invalid_message_unequal_1d_array_lengths": "one element in an array of two",
        ]
        var (passed, refused, stricter) = (0, 0, 0)
        for row in rows {
            let name = try #require(row["name"] as? String)
            let answer = try Answer(.typedDataHash, try #require(row["message"]))
            if let digest = row["peer_digest"] as? String {
                if strict[name] == nil {
                    #expect(answer.text == digest, "\(name): \(answer.code ?? "")")
                    passed += 1
                } else {
                    #expect(answer.code != nil, "\(name)")
                    stricter += 1
                }
            } else {
                #expect(answer.code != nil, "\(name)")
                refused += 1
            }
        }
        print(
            "eip712/eth_account.json: \(passed) digests and \(refused) refusals of \(rows.count); "
                + "refused here only: \(strict)")
        #expect(stricter == strict.count)
    }

    /// One member of one type: the library takes nearly anything for it; what we take, we hash alike.
    @Test func metaMaskEncodings() throws {
        let file = try #require(try Places.vector("eip712/metamask.json") as? [String: Any])
        let rows = try #require(file["one_field"] as? [[String: Any]])
        var refused: [String: [String]] = [:]
        for row in rows {
            let (type, text) = (row["type"] as? String ?? "", row["value"] as? String ?? "")
            let value: Any
            switch row["js_type"] as? String {
            case "number": value = NSDecimalNumber(string: text)
            case "boolean": value = text == "true"
            default: value = text
            }
            let request: [String: Any] = [
                "types": ["Message": [["name": "data", "type": type]]], "primaryType": "Message",
                "domain": [:] as [String: Any], "message": ["data": value],
            ]
            let line = Array(try JSONSerialization.data(withJSONObject: request))
            if try Answer(.typedDataHash, line: line).code != nil {
                refused[type, default: []].append(text)
                continue
            }
            #expect(
                Hex.string(try TypedDataRequest(line).encodedMessage)
                    == "0x" + (row["encodeData"] as? String ?? ""), "\(row)")
        }
        // Values that are not of their type: see the printed list.
        let count = refused.values.reduce(0) { $0 + $1.count }
        #expect(count == 82)
        print("eip712/metamask.json: \(rows.count - count) of \(rows.count); refused: \(refused)")
    }
}
