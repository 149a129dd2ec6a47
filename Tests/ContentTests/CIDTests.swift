import ABI
import Foundation
import TestSupport
import Testing

@testable import Content

@Suite struct CIDTests {
    private func decoded(_ hex: String) -> [UInt8] { Hex.decode(Array(hex.utf8)) ?? [] }

    @Test func aRawBlockHasTheCIDThatKuboPrints() {
        // `printf hello | ipfs add --cid-version=1 --raw-leaves`
        let cid = CID.raw(Array("hello".utf8))
        #expect(cid.text == "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq")
        #expect(cid.rawDigest == SHA256.hash(Array("hello".utf8)))
    }

    @Test func everyTextFormNamesTheSameBlock() throws {
        let cid = CID.raw(Array("hello".utf8))
        var hex: [UInt8] = []
        Hex.append(cid.binary, to: &hex)
        let forms: [[UInt8]] = [
            Array(cid.text.utf8), Array(cid.text.uppercased().utf8),
            Array("f".utf8) + hex,
            Array("F".utf8) + Array(String(decoding: hex, as: UTF8.self).uppercased().utf8),
            Array("z".utf8) + Multibase.encodeBase58(cid.binary), cid.binary,
        ]
        for form in forms {
            #expect(try CID(form) == cid)
        }
    }

    @Test func identityHashesOver128BytesAreRefused() throws {
        let head: [UInt8] = [1, 0x55, 0]
        #expect(throws: Never.self) {
            try CID(binary: head + [0x80, 1] + [UInt8](repeating: 7, count: 128))
        }
        #expect(throws: CIDError.invalidDigestLength) {
            try CID(binary: head + [0x81, 1] + [UInt8](repeating: 7, count: 129))
        }
    }

    @Test func everyChangedByteIsRefusedOrAnotherCID() {
        let binary = CID.raw([1, 2, 3]).binary
        for index in 0..<binary.count {
            for bit in 0..<8 {
                var changed = binary
                changed[index] ^= 1 << bit
                if let cid = try? CID(changed) { #expect(cid.binary == changed) }
            }
        }
    }

    @Test(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
    func publishedCIDsGetTheirVerdict() throws {
        let vectors = try #require(try Places.vector("cid/cid.json") as? [String: Any])
        var counts = (accepted: 0, otherHash: 0, otherBase: 0, refused: 0)
        let accepted = try #require(vectors["accept"] as? [[String: Any]])
        for entry in accepted {
            let text = try #require(entry["cid"] as? String)
            do {
                let cid = try CID(text: Array(text.utf8))
                counts.accepted += 1
                if let hex = entry["hex"] as? String { #expect(cid.binary == decoded(hex)) }
                if let canonical = entry["canonical"] as? String { #expect(cid.text == canonical) }
                #expect(try CID(binary: cid.binary) == cid)
                #expect(try CID(text: Array(cid.text.utf8)) == cid)
            } catch CIDError.unknownHash {
                // A valid CID over a hash function that DeML does not take.
                counts.otherHash += 1
            } catch CIDError.unknownBase {
                // Valid text in a base that DeML does not take.
                counts.otherBase += 1
            }
        }
        let rejected = try #require(vectors["reject"] as? [[String: Any]])
        for entry in rejected {
            let why = entry["why"] as? String ?? ""
            let hex = (entry["hex"] as? String).map(decoded)
            let text = (entry["cid"] as? String).map { Array($0.utf8) }
            let bytes = try #require(hex ?? text)
            #expect(throws: CIDError.self, "\(why)") { try CID(bytes) }
            counts.refused += 1
        }
        print("cid.json: \(counts)")
        #expect(counts.accepted > 15)
        #expect(counts.refused == 28)
    }

    @Test(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
    func publishedVarintsGetTheirVerdict() throws {
        let vectors = try #require(try Places.vector("cid/cid.json") as? [String: Any])
        let varints = try #require(vectors["varint"] as? [String: Any])
        let valid = try #require(varints["valid"] as? [[Any]])
        for entry in valid {
            let hex = try #require(entry[0] as? String)
            let number = try #require(entry[1] as? NSNumber)
            let value = number.uint64Value
            var reader = ByteReader(decoded(hex))
            #expect(try reader.readVarint() == value)
            var bytes: [UInt8] = []
            appendVarint(value, to: &bytes)
            #expect(bytes == decoded(hex))
        }
        let invalid = try #require(varints["invalid"] as? [[Any]])
        for entry in invalid {
            let hex = try #require(entry[0] as? String)
            #expect(throws: CIDError.invalidVarint, "\(hex)") {
                var reader = ByteReader(decoded(hex))
                _ = try reader.readVarint()
            }
        }
    }
}
