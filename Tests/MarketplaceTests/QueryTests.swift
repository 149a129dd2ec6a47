import ABI
import Content
import Foundation
import Testing

@testable import Marketplace

/// Numbers in queries: what is none, or is out of range, is told the range; nothing traps.
@Suite struct QueryTests {
    private static let largest = "9223372036854775807"
    /// Every number that a query may hold: what stands before it, its name and the largest.
    private static let numbers = [
        ("jobs/", "job", largest), ("jobs?offset=", "offset", largest),
        ("jobs?limit=", "limit", largest), ("jobs?phase=open&offset=", "offset", largest),
        ("accounts/\(Market.ada.checksummed)?offset=", "offset", largest),
        ("accounts/\(Market.ada.checksummed)?limit=", "limit", largest),
        ("audit?offset=", "offset", largest), ("audit?limit=", "limit", largest),
        ("content/\(CID.raw(TinyJob.data).text)/bytes?offset=", "offset", largest),
        ("content/\(CID.raw(TinyJob.data).text)/bytes?length=", "length", largest),
        ("rent?bytes=", "bytes", largest), ("rent?seconds=", "seconds", "4294967296"),
        ("rent?bytes=1&seconds=", "seconds", "4294967296"),
    ]

    private func fault(_ market: Market, _ path: String) throws -> (code: String?, at: String?) {
        let error = try market.inspect(path)["error"] as? [String: Any]
        return (error?["code"] as? String, error?["at"] as? String)
    }

    @Test(arguments: numbers)
    func aNumberOutOfRangeIsToldTheRange(path: String, name: String, most: String) throws {
        let market = try Market.withOpenJob(clients: [Market.ada])
        let above = most.dropLast() + "\(most.last == "7" ? "8" : "7")"
        let wrong = [
            "", "-1", "+1", "1.0", "0x1", "one", " 1", "1e3", "%31", String(above),
            "18446744073709551615", "18446744073709551616", String(repeating: "9", count: 100),
        ]
        for text in wrong where !(name == "job" && text.isEmpty) {
            let (code, at) = try fault(market, path + text)
            #expect(code == "invalidQuery", "\(path)\(text)")
            #expect(at == "\(name): a number from 0 to \(most) is due", "\(path)\(text)")
        }
        // The largest is in range: what it means is another question.
        let code = try fault(market, path + most).code
        let expected = ["job": "notFound", "bytes": "capacity"][name]
        #expect(code == expected, "\(path)\(most)")
        #expect(try fault(market, path + "0").code == nil)
    }

    /// The room that is free is that of this machine, and the same for a question and a job.
    @Test func theRoomIsThatOfTheMachine() throws {
        var market = Market { $0.contentCapacity = 60_000 }
        market.fund()
        let before = try fault(market, "rent?bytes=60001&seconds=1")
        #expect(before.code == "capacity" && before.at == "60001 bytes, 60000 free")
        #expect(try market.inspect("rent?bytes=60000")["capacity"] as? Int == 60_000)
        #expect(try market.post() == nil)
        let bytes = try market.job().storage.reserved
        let asked = try fault(market, "rent?bytes=\(bytes)&seconds=1")
        #expect(asked.code == "capacity" && asked.at == "\(bytes) bytes, \(60_000 - bytes) free")
        #expect(try market.post() == "capacity")
        #expect(market.errors.first?.at == asked.at)
        #expect(try fault(market, "rent?bytes=\(60_000 - bytes)&seconds=1").code == nil)
    }
}
