import ABI
import Foundation
import TestSupport
import Testing

@testable import CoreCommands

/// eth-abi's tables. Values are `{"int": decimal}`, `{"bytes": hex}`, lists, bools and text.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct EthABIVectorTests {
    private static func tables() throws -> [String: [[Any]]] {
        let file = try #require(try Places.vector("abi/eth-abi/unit.json") as? [String: Any])
        return try #require(file["tables"] as? [String: [[Any]]])
    }

    private func plain(_ value: Any, of type: ABIType) -> Any {
        if let entry = value as? [String: Any] {
            if let bytes = entry["bytes"] as? String {
                guard case .fixedBytes(let count) = type, bytes.count < 2 * count else {
                    return "0x" + bytes
                }
                // Shorter values are filled up there.
                return "0x" + bytes.padding(toLength: 2 * count, withPad: "0", startingAt: 0)
            }
            return entry["int"] ?? entry
        }
        if let list = value as? [Any] {
            switch type {
            case .array(let element), .fixedArray(let element, _):
                return list.map { plain($0, of: element) }
            case .tuple(let members):
                return zip(list, members).map { plain($0, of: $1.type) }
            default: return list
            }
        }
        return value
    }

    private func hex(_ value: Any) throws -> String {
        let entry = try #require(value as? [String: Any])
        return "0x" + (try #require(entry["bytes"] as? String))
    }

    @Test func correctEncodings() throws {
        let rows = try #require(try Self.tables()["CORRECT_ENCODINGS"])
        var (encoded, packed, notPackable, differs, unsupported) = (0, 0, 0, 0, 0)
        for row in rows {
            let text = try #require(row[0] as? String)
            guard let type = try? ABIType(parsing: text) else {
                #expect(text.contains("fixed"), "\(text)")
                unsupported += 1
                continue
            }
            let value = plain(row[1], of: type)
            // Rows of tuples are lists of arguments, rows of dynamic types lack the first offset.
            var (types, values, prefix) = ([text], [value], "")
            if case .tuple(let members) = type {
                types = members.map { $0.type.canonicalName }
                values = try #require(value as? [Any])
            } else if type.isDynamic {
                prefix = String(repeating: "0", count: 62) + "20"
            }
            let expected = "0x" + prefix + (try hex(row[2])).dropFirst(2)
            let request: [String: Any] = ["types": types, "values": values]
            #expect(try Answer(.abiEncode, request).text == expected, "\(row)")
            encoded += 1
            let packing = try Answer(
                .abiEncode, request.merging(["packed": true]) { $1 })
            if packing.code == "notPackable" {
                notPackable += 1
            } else if text.contains("[") {
                // eth-abi does not pad elements of arrays, the compiler does.
                differs += 1
            } else {
                #expect(packing.text == (try hex(row[3])), "\(row)")
                packed += 1
            }
        }
        #expect(encoded == rows.count - unsupported)
        print(
            "abi/eth-abi/unit.json: \(encoded) of \(rows.count) encodings (\(unsupported) of fixed "
                + "point numbers unsupported), \(packed) packed (\(notPackable) not "
                + "packable in Solidity, \(differs) with arrays, which eth-abi does not pad)")
    }

    @Test func notEncodableValuesAreRefused() throws {
        let rows = try #require(try Self.tables()["NOT_ENCODABLE"])
        // A JSON request says integers and text alike as strings, and bytes as hexadecimal text.
        var alike = 0
        for row in rows {
            let text = try #require(row[0] as? String)
            let value = (try? ABIType(parsing: text)).map { plain(row[1], of: $0) } ?? row[1]
            let request: [String: Any] = ["types": [text], "values": [value]]
            let answer = try Answer(.abiEncode, request)
            if text == "(uint32)", answer.code == nil {
                alike += 1
            } else if text == "string", answer.code == nil {
                alike += 1
            } else {
                #expect(answer.code != nil, "\(row)")
            }
        }
        print(
            "abi/eth-abi/unit.json: \(rows.count - alike) of \(rows.count) values refused (\(alike) "
                + "mix up text and numbers, which JSON requests write alike)")
    }

    @Test func malformedEncodingsAreRefused() throws {
        let file = try Places.vector("abi/eth-abi/decode_malformed.json") as? [String: Any]
        var count = 0
        for (_, rows) in try #require(file) {
            for row in rows as? [[String: Any]] ?? [] {
                let columns = try #require(row["row"] as? [Any])
                let types = columns[0] as? [String] ?? [columns[0] as? String ?? ""]
                let data = columns.count > 1 ? columns[1] as? String ?? "" : ""
                let answer = try Answer(
                    .abiDecode, ["types": types, "data": "0x" + data] as [String: Any])
                #expect(answer.code != nil, "\(types)")
                count += 1
            }
        }
        #expect(count == 15)
        print("abi/eth-abi/decode_malformed.json: \(count) of \(count) refused")
    }
}
