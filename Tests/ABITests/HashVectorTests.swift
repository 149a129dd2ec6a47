import Foundation
import TestSupport
import Testing

@testable import ABI

@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct HashVectorTests {
    private func hash(_ message: [UInt8]) -> String {
        String(Hex.string(Keccak256.hash(message).bytes).dropFirst(2))
    }

    @Test func messagesOfEveryLength() throws {
        let file = try #require(try Places.vector("keccak/keccak.json") as? [String: Any])
        let ethash = try #require(file["ethash"] as? [[String: Any]])
        for row in ethash {
            let message = Hex.decode(Array((row["message_hex"] as? String ?? "").utf8))
            #expect(hash(try #require(message)) == row["keccak256"] as? String)
        }
        let cryptopp = try #require(file["cryptopp"] as? [[String: Any]])
        for row in cryptopp {
            let text = Array((row["text"] as? String ?? "").utf8)
            var hasher = Keccak256()
            for _ in 0..<(row["repeat"] as? Int ?? 0) { hasher.update(text) }
            #expect(
                Hex.string(hasher.finish().bytes) == "0x" + (row["keccak256"] as? String ?? ""))
        }
        let libcmt = try #require(file["libcmt"] as? [[String: String]])
        for row in libcmt {
            let text = row["text"] ?? ""
            #expect(hash(Array(text.utf8)) == row["keccak256"] || row["keccak256"] == nil)
            guard let selector = row["selector"] else { continue }
            let bytes = try ABIFunction(parsing: text).selectorBytes
            #expect(Hex.string(bytes) == "0x" + selector)
        }
        print(
            "keccak/keccak.json: \(ethash.count) + \(cryptopp.count) + \(libcmt.count), all of them"
        )
    }

    @Test(arguments: [("ShortMsgKAT_256", 256), ("LongMsgKAT_256", 65)])
    func knownAnswers(file: String, count: Int) throws {
        let url = Places.vectors.appendingPathComponent("keccak/kat/\(file).txt")
        var (length, message, answers) = (0, "", 0)
        for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
            let parts = line.components(separatedBy: " = ")
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "Len": length = Int(parts[1]) ?? 0
            case "Msg": message = parts[1]
            case "MD":
                let bytes = try #require(Hex.decode(Array(message.utf8)))
                #expect(hash(Array(bytes.prefix(length / 8))) == parts[1].lowercased())
                answers += 1
            default: continue
            }
        }
        #expect(answers == count)
        print("keccak/kat/\(file).txt: \(answers) of \(count)")
        print("keccak/kat/ExtremelyLongMsgKAT_256.txt: not run, one message of 1 GiB")
    }

    @Test func checksums() throws {
        let file = try #require(try Places.vector("eip55/eip55.json") as? [String: Any])
        for set in ["erc55", "ethers"] {
            let addresses = try #require(file[set] as? [String])
            for text in addresses {
                #expect(Address(hex: text)?.checksummed == text)
                #expect(Address(hex: text.lowercased())?.checksummed == text)
            }
            print("eip55/eip55.json: \(set) \(addresses.count) of \(addresses.count)")
        }
    }
}
