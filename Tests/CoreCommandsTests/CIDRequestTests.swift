import Content
import CoreCommands
import Foundation
import TestSupport
import Testing

@Suite struct CIDRequestTests {
    private func answer(_ line: String) -> String {
        String(decoding: BatchOperation.cid.answer(Array(line.utf8)), as: UTF8.self)
    }

    @Test func aCIDIsExplainedInTextAndInBinary() {
        let expected =
            #"{"ok":{"version":1,"codec":"raw","hash":"sha2-256","digest":"#
            + #""0x2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","#
            + #""text":"bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"}}"#
        #expect(
            answer(#"{"cid":"bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"}"#)
                == expected)
        let binary = "015512202cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        #expect(answer(#"{"cid":"0x\#(binary)"}"#) == expected)
    }

    @Test func dataHaveACIDForEachProfile() {
        let hello = "0x68656c6c6f20776f726c64"
        let cids = [
            "raw": "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
            "unixfs-v0-2015": "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD",
            "unixfs-v1-2025": "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
        ]
        for profile in ProfileName.allCases {
            #expect(
                answer(#"{"data":"\#(hello)","profile":"\#(profile.rawValue)"}"#)
                    == #"{"ok":{"text":"\#(cids[profile.rawValue] ?? "")"}}"#)
        }
    }

    @Test func whatCannotBeAnsweredHasACode() {
        for (line, code) in [
            (#"{"cid":"zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"}"#, "unknownVersion"),
            (#"{"cid":"0x01"}"#, "empty"), (#"{"cid":"0x0"}"#, "invalidText"),
            (#"{}"#, "missingMember"), (#"{"cid":"b","data":"0x"}"#, "unexpectedMember"),
            (#"{"data":"0x","profile":"x"}"#, "unknownProfile"), ("[", "json"),
            ("{", "json"),
            (#"{"cid":7}"#, "typeMismatch"), (#"{"data":"00"}"#, "typeMismatch"),
        ] {
            #expect(answer(line).hasPrefix(#"{"error":{"code":"\#(code)","#), "\(line)")
        }
    }

    @Test(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
    func everyPublishedCIDHasAnAnswer() throws {
        let vectors = try #require(try Places.vector("cid/cid.json") as? [String: Any])
        var counts = (ok: 0, refused: 0)
        for entry in try #require(vectors["accept"] as? [[String: Any]]) {
            let text = try #require(entry["cid"] as? String)
            let reply = answer(#"{"cid":"\#(text)"}"#)
            if reply.hasPrefix(#"{"ok":"#) { counts.ok += 1 }
            if let canonical = entry["canonical"] as? String { #expect(reply.contains(canonical)) }
        }
        for entry in try #require(vectors["reject"] as? [[String: Any]]) {
            let hex = (entry["hex"] as? String).map { "0x" + $0 }
            let text = try #require(hex ?? entry["cid"] as? String)
            #expect(answer(#"{"cid":"\#(text)"}"#).hasPrefix(#"{"error":"#), "\(text)")
            counts.refused += 1
        }
        #expect(counts == (26, 28))
    }
}
