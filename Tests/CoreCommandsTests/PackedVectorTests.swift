import ABI
import Foundation
import TestSupport
import Testing

@testable import CoreCommands

@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct PackedVectorTests {
    /// A value in alloy's notation: brackets, parentheses, commas and words.
    private struct Notation {
        private var rest: Substring
        init(_ text: String) {
            rest = text.filter { !$0.isWhitespace && $0 != "\\" }[...]
        }

        mutating func value(of type: ABIType) -> Any {
            switch type {
            case .array(let element), .fixedArray(let element, _):
                return list { _ in element }
            case .tuple(let members):
                return list { members[$0].type }
            default:
                let word = rest.prefix { !"[](),".contains($0) }
                rest = rest.dropFirst(word.count)
                switch type {
                case .bool: return word == "true"
                case .address, .bytes, .fixedBytes: return "0x" + word
                default: return String(word)
                }
            }
        }

        private mutating func list(_ type: (Int) -> ABIType) -> [Any] {
            var values: [Any] = []
            rest = rest.dropFirst()
            while let next = rest.first, next != "]", next != ")" {
                if next == "," { rest = rest.dropFirst() }
                values.append(value(of: type(values.count)))
            }
            rest = rest.dropFirst()
            return values
        }
    }

    @Test func alloyPacked() throws {
        let rows = try #require(try Places.vector("abi/alloy/packed.json") as? [[String: Any]])
        var (passed, notPackable, leftPadded): (Int, [String], [String]) = (0, [], [])
        for row in rows {
            let text = try #require(row["type"] as? String)
            let type = try ABIType(parsing: text)
            var notation = Notation(try #require(row["value"] as? String))
            let value = notation.value(of: type)
            var (types, values) = ([text], [value])
            if case .tuple(let members) = type {
                types = members.map { $0.type.canonicalName }
                values = try #require(value as? [Any])
            }
            let answer = try Answer(
                .abiEncode, ["types": types, "values": values, "packed": true] as [String: Any])
            if answer.code == "notPackable" {
                notPackable.append(text)
            } else if text.hasPrefix("bytes20[") {
                // Solidity pads fixed bytes on the right in arrays too.
                let padded = (value as? [String] ?? []).map {
                    String($0.dropFirst(2)) + String(repeating: "0", count: 24)
                }
                #expect(answer.text == "0x" + padded.joined())
                leftPadded.append(text)
            } else {
                #expect(answer.text == "0x" + (row["packed"] as? String ?? ""), "\(row)")
                passed += 1
            }
        }
        #expect(notPackable.count == 4 && leftPadded.count == 2)
        print(
            "abi/alloy/packed.json: \(passed) of \(rows.count); not packable in Solidity: "
                + "\(notPackable); padded on the other side by alloy: \(leftPadded)")
    }

    @Test func portalPayloads() throws {
        let rows = try #require(try Places.vector("cartesi/portals.json") as? [[String: Any]])
        for row in rows {
            let fields = try #require(row["fields"] as? [String: Any])
            let sender = try #require(fields["sender"])
            let exec = "0x" + (fields["exec_layer_data"] as? String ?? "")
            let base = "0x" + (fields["base_layer_data"] as? String ?? "")
            let layers = try encode(["bytes", "bytes"], [base, exec])
            let (types, values): ([String], [Any?])
            switch row["portal"] as? String {
            case "EtherPortal":
                (types, values) = (
                    ["address", "uint256", "bytes"], [sender, fields["value"], exec]
                )
            case "ERC20Portal":
                types = ["address", "address", "uint256", "bytes"]
                values = [fields["token"], sender, fields["value"], exec]
            case "ERC721Portal":
                types = ["address", "address", "uint256", "bytes"]
                values = [fields["token"], sender, fields["token_id"], layers]
            case "ERC1155SinglePortal":
                types = ["address", "address", "uint256", "uint256", "bytes"]
                values = [fields["token"], sender, fields["token_id"], fields["value"], layers]
            default:
                types = ["address", "address", "bytes"]
                let data = try encode(
                    ["uint256[]", "uint256[]", "bytes", "bytes"],
                    [fields["token_ids"] ?? [], fields["values"] ?? [], base, exec])
                values = [fields["token"], sender, data]
            }
            #expect(
                try encode(types, values.compactMap(\.self), packed: true)
                    == "0x" + (row["payload"] as? String ?? ""), "\(row)")
        }
        print("cartesi/portals.json: \(rows.count) of \(rows.count)")
    }

    private func encode(_ types: [String], _ values: [Any], packed: Bool = false) throws -> String {
        let answer = try Answer(
            .abiEncode, ["types": types, "values": values, "packed": packed] as [String: Any])
        return try #require(answer.text)
    }
}
