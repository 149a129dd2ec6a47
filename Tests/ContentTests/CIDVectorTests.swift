import ABI
import Foundation
import TestSupport
import Testing

@testable import Content

/// The tables of multihash and multibase, seen through CIDs.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct CIDVectorTests {
    @Test func onlyWholeSHA256AndShortIdentityAreTaken() throws {
        var counts = (accepted: 0, refused: 0)
        func check(_ multihash: [UInt8], isTaken: Bool, _ name: String) {
            do {
                let cid = try CID(binary: [1, 0x55] + multihash)
                #expect(isTaken && cid.binary == [1, 0x55] + multihash, "\(name)")
                counts.accepted += 1
            } catch {
                #expect(!isTaken, "\(name)")
                counts.refused += 1
            }
        }
        let vectors = try #require(try Places.vector("cid/cid.json") as? [String: Any])
        for entry in try #require(vectors["multihash_valid"] as? [[String: Any]]) {
            let (code, size) = (entry["code"] as? Int, entry["size"] as? Int ?? 0)
            let isTaken = (code == 0 && size <= 128) || (code == 0x12 && size == 32)
            let hex = try #require(entry["bytes"] as? String)
            check(bytes(hex: hex), isTaken: isTaken, "\(entry["name"] ?? "") \(size)")
        }
        for row in try rows("cid/multihash/test_cases.csv").dropFirst() where row.count == 4 {
            let isTaken = row[0] == "sha2-256" && row[1] == "256"
            check(bytes(hex: row[3]), isTaken: isTaken, "\(row[0]) \(row[1])")
            if isTaken {
                // The hash is that of the cell's text.
                #expect(SHA256.hash(Array(row[2].utf8)).bytes == Array(bytes(hex: row[3])[2...]))
            }
        }
        print("multihash: \(counts)")
        #expect(counts.accepted > 20 && counts.refused > 200)
    }

    @Test func theTextBasesOfCIDsDecode() throws {
        let taken: Set = [
            "base16", "base16upper", "base32", "base32upper", "base58btc", "base36", "base36upper",
        ]
        var counts = (decoded: 0, refused: 0)
        for name in ["basic", "case_insensitivity", "leading_zero", "two_leading_zeros"] {
            let table = try rows("cid/multibase/\(name).csv")
            let plain = try #require(table.first?.last)
            let expected = Array(plain.replacingOccurrences(of: "\\x00", with: "\0").utf8)
            for row in table.dropFirst() where row.count == 2 {
                let text = Array(row[1].utf8)
                if taken.contains(row[0]) {
                    #expect(try Multibase.decode(text[...]) == expected, "\(name) \(row[0])")
                    counts.decoded += 1
                } else {
                    #expect(throws: CIDError.unknownBase, "\(name) \(row[0])") {
                        try Multibase.decode(text[...])
                    }
                    counts.refused += 1
                }
            }
        }
        print("multibase: \(counts)")
        #expect(counts.decoded >= 21 && counts.refused > 40)
    }

    /// The cells of a table, without quotes and spaces around them.
    private func rows(_ path: String) throws -> [[String]] {
        String(decoding: try vectorFile(path), as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: ",", maxSplits: 3).map {
                $0.trimmingCharacters(in: .whitespaces)
                    .trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            }
        }
    }
}
