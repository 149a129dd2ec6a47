import TestSupport
import Testing

@testable import ABI

/// Encodings made to cost their reader more than their writer.
@Suite struct BudgetTests {
    private func cost(_ type: ABIType, _ bytes: [UInt8]) -> (ABIDecoder.Cost, isRefused: Bool) {
        var cost = ABIDecoder.Cost()
        do throws(ABIError) {
            _ = try ABIDecoder.decode([ABIParameter("", type)], from: bytes, cost: &cost)
            return (cost, false)
        } catch {
            return (cost, true)
        }
    }

    @Test func everyElementAndEveryByteIsCounted() throws {
        let type = try ABIType(parsing: "(uint8,bytes)[]")
        let value = ABIValue.array([
            .tuple([.uint(1), .bytes([1])]), .tuple([.uint(2), .bytes([])]),
        ])
        let bytes = try ABIEncoder.encode([value], as: [ABIParameter("", type)])
        // The array, two tuples, two members in each.
        let (cost, isRefused) = cost(type, bytes)
        #expect(!isRefused && cost.elements == 7 && cost.bytes == bytes.count)
    }

    /// Types that take no bytes cannot be read from text, but they can be built.
    @Test func valuesOfNoBytesStopAtTheLimit() {
        let nothing = ABIType.tuple([])
        let huge = UInt256(0xffff_ffff as UInt64).bytes32.bytes
        let head = UInt256(0x20 as UInt64).bytes32.bytes
        for (type, bytes) in [
            (.fixedArray(.fixedArray(.uint256, count: 0), count: 4_294_967_295), head + huge),
            (.fixedArray(.fixedArray(.uint256, count: 1 << 32), count: 1 << 32), head + huge),
            (.array(.fixedArray(.uint256, count: 0)), head + huge), (.array(nothing), head + huge),
            (.array(.tuple([ABIParameter("", nothing)])), head + huge),
            (.fixedArray(.fixedArray(nothing, count: 60_000), count: 60_000), []),
            (.fixedArray(.array(nothing), count: .max), head),
            (.fixedArray(.bytes, count: .max), head),
        ] as [(ABIType, [UInt8])] {
            let (cost, isRefused) = cost(type, bytes)
            #expect(isRefused && cost.elements <= ABIDecoder.elementLimit)
            #expect(cost.bytes <= bytes.count)
        }
    }

    @Test(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
    func publishedBombsEndWithinTheBudget() throws {
        let rows = try #require(try Places.vector("abi/viem/malformed.json") as? [[String: Any]])
        let zeroSized: [String: ABIType] = [
            "zst_1": .fixedArray(.fixedArray(.uint256, count: 0), count: 4_294_967_295),
            "zst_2": .fixedArray(.fixedArray(.uint32, count: 0), count: 4_294_967_295),
            "zst_5": .array(.fixedArray(.uint256, count: 0)), "zst_6": .array(.tuple([])),
            "zst_7": .array(.tuple([ABIParameter("", .tuple([]))])),
            "zst_8": .array(.tuple([ABIParameter("", .fixedArray(.uint32, count: 0))])),
            "zst_9": .array(
                .tuple([
                    ABIParameter("", .tuple([ABIParameter("", .fixedArray(.uint32, count: 0))]))
                ])),
        ]
        var hexOfRow: [String: String] = [:]
        var (elements, bytesRead, refusedTypes) = (0, 0, 0)
        for row in rows {
            let name = try #require(row["name"] as? String)
            let hex = row["hex"] as? String ?? hexOfRow[row["hex_of"] as? String ?? ""] ?? ""
            hexOfRow[name] = hex
            let bytes = try #require(Hex.decode(Array(hex.utf8)))
            let text = try #require(row["type"] as? String)
            var parameters: [ABIParameter]
            if let type = zeroSized[name] {
                // Refused already as a type; the decoder is shown it all the same.
                #expect(throws: SignatureError.self) { try ABIType(parsing: text) }
                refusedTypes += 1
                parameters = [ABIParameter("", type)]
            } else {
                guard case .tuple(let members) = try ABIType(parsing: text) else {
                    Issue.record("\(name): \(text)")
                    continue
                }
                parameters = members
            }
            var cost = ABIDecoder.Cost()
            #expect(throws: ABIError.self, "\(name)") {
                try ABIDecoder.decode(parameters, from: bytes, cost: &cost)
            }
            // The limit is far away: none gets further than its second value.
            #expect(cost.elements <= 2, "\(name)")
            #expect(cost.bytes <= bytes.count, "\(name)")
            elements = max(elements, cost.elements)
            bytesRead = max(bytesRead, cost.bytes)
        }
        #expect(rows.count == 18 && refusedTypes == zeroSized.count)
        print(
            "abi/viem/malformed.json: 18 of 18 refused, \(refusedTypes) of them as types already; at "
                + "most \(elements) elements and \(bytesRead) bytes of one")
    }
}
