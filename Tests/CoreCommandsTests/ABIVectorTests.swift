import ABI
import Foundation
import TestSupport
import Testing

@testable import CoreCommands

@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct ABIVectorTests {
    @Test func ethersEncodings() throws {
        let rows = try #require(try Places.vector("abi/ethers/abi.json") as? [[String: Any]])
        for row in rows {
            let (type, name) = (row["type"] as? String, row["name"] as? String)
            let encoded = try #require(row["encoded"] as? String)
            let value = try #require(row["value"])
            #expect(
                try checkRoundTrip([try #require(type)], [value], encoded, name ?? ""), "\(row)")
        }
        print("abi/ethers/abi.json: \(rows.count) of \(rows.count)")
    }

    @Test(arguments: [
        // Numbers that do not fit their types, which the library of the time cut off.
        ("contract-interface", 2_045, 202), ("contract-interface-abi2", 1_880, 0),
    ]) func ethersContracts(file: String, count: Int, refused: Int) throws {
        let rows = try #require(
            try Places.vector("abi/ethers/\(file).json") as? [[String: Any]])
        var refusals = 0
        for row in rows {
            let types = try #require(row["types"] as? [String])
            let values = try (try #require(row["values"] as? [Any])).map(plain)
            let name = try #require(row["name"] as? String)
            let encoded = try #require(row["encoded"] as? String)
            if try checkRoundTrip(types, values, encoded, name) { continue }
            refusals += 1
            // The encoding itself is one of the number that was left.
            let decoded = try Answer(
                .abiDecode, ["types": types, "data": encoded] as [String: Any])
            let kept = try #require(decoded.ok as? [Any])
            #expect(!same(kept, values))
            #expect(try checkRoundTrip(types, kept, encoded, name))
        }
        #expect(rows.count == count)
        #expect(refusals == refused)
        print(
            "abi/ethers/\(file).json: \(rows.count - refusals) of \(rows.count); \(refusals) have "
                + "numbers beyond their type, refused, and encodings that round-trip")
    }

    /// `{"type": "number", "value": "1"}` and nested lists of such, as plain JSON.
    private func plain(_ value: Any) throws -> Any {
        if let list = value as? [Any] { return try list.map(plain) }
        let entry = try #require(value as? [String: Any])
        let inner = try #require(entry["value"])
        return inner is [Any] ? try plain(inner) : inner
    }

    @Test func ethersSelectors() throws {
        let rows = try #require(
            try Places.vector("abi/ethers/contract-signatures.json") as? [[String: Any]])
        for row in rows {
            let answer = try Answer(.abiSelector, ["signature": row["signature"]])
            #expect(answer.text == row["selector"] as? String, "\(row)")
        }
        print("abi/ethers/contract-signatures.json: \(rows.count) of \(rows.count)")
    }

    @Test func ethereumTests() throws {
        let file = try Places.vector("abi/ethereum-tests/basic_abi_tests.json")
        let rows = try #require(file as? [String: [String: Any]])
        for (name, row) in rows {
            let types = try #require(row["types"] as? [String])
            var values = try #require(row["args"] as? [Any])
            for (index, type) in types.enumerated() where type.hasPrefix("bytes") {
                // Bytes are written as text there.
                values[index] = Hex.string(Array((values[index] as? String ?? "").utf8))
            }
            let answer = try Answer(
                .abiEncode, ["types": types, "values": values] as [String: Any])
            #expect(answer.text == "0x" + (row["result"] as? String ?? ""), "\(name)")
        }
        print("abi/ethereum-tests/basic_abi_tests.json: \(rows.count) of \(rows.count)")
    }

    /// The type is that of one argument, or a list of arguments in parentheses.
    @Test func alloyEncodings() throws {
        let rows = try #require(
            try Places.vector("abi/alloy/encode_decode.json") as? [[String: Any]])
        for row in rows {
            // A comma behind the one member of a tuple is not Solidity.
            let type = (row["type"] as? String ?? "").replacingOccurrences(of: ",)", with: ")")
            let encoded = "0x" + (row["encoded"] as? String ?? "")
            var lists = [[type]]
            if case .tuple(let members) = try ABIType(parsing: type) {
                lists.append(members.map { $0.type.canonicalName })
            }
            var count = 0
            for types in lists {
                let decoded = try Answer(
                    .abiDecode, ["types": types, "data": encoded] as [String: Any])
                guard let values = decoded.ok else { continue }
                let again = try Answer(
                    .abiEncode, ["types": types, "values": values] as [String: Any])
                #expect(again.text == encoded)
                count += 1
            }
            #expect(count > 0, "\(row)")
        }
        print("abi/alloy/encode_decode.json: \(rows.count) of \(rows.count)")
        print("abi/alloy/sol_types_hex.json: not applicable, types are named in Rust; the same")
        print("    encodings are in encode_decode.json and malformed.json")
    }

    @Test(arguments: [
        ("abi/alloy/malformed.json", 14), ("abi/viem/malformed.json", 18),
    ]) func malformedEncodingsAreRefused(file: String, count: Int) throws {
        let rows = try #require(try Places.vector(file) as? [[String: Any]])
        var hexOfRow: [String: String] = [:]
        var refused = 0
        for row in rows {
            let name = try #require(row["name"] as? String)
            let hex = row["hex"] as? String ?? hexOfRow[row["hex_of"] as? String ?? ""] ?? ""
            hexOfRow[name] = hex
            let type = try #require(row["type"] as? String)
            let types = type.contains("(") || type.contains("[") ? [type] : split(type)
            let answer = try Answer(
                .abiDecode, ["types": types, "data": "0x" + hex] as [String: Any])
            // Two clean addresses, after all: alloy takes them, and so do we.
            #expect((answer.code != nil) == (name != "decode_verify_bytes"), "\(name)")
            if answer.code != nil { refused += 1 }
        }
        #expect(rows.count == count)
        print("\(file): \(refused) of \(rows.count) refused, the rest is canonical")
    }

    private func split(_ types: String) -> [String] {
        types.split(separator: ",").map(String.init)
    }
}
