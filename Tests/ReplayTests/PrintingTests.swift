import ABI
import Foundation
import Marketplace
import Replay
import Terminal
import TestSupport
import Testing
import Vouchers

@Suite struct PrintingTests {
    @Test func alignsColumnsAndLeavesOutEmptyOnes() {
        var table = TextTable()
        table.addColumn("who")
        table.addColumn("nothing")
        table.addColumn("sum", .right)
        table.addRow(["Zoë", "", "1,000"])
        table.addRow(["Bartholomew"])
        #expect(
            table.lines == [
                "who            sum",
                "───────────  ─────",
                "Zoë          1,000",
                "Bartholomew",
            ])
    }

    @Test func drawsOneLineOnATerminalAndWipesIt() {
        var text = ""
        var bar = Progress(label: "x", total: 2_000, redraws: true) { text += $0 }
        for done in 1...2_000 { bar.update(done) }
        bar.finish()
        #expect(!text.contains("\n"))
        #expect(text.hasSuffix("\(String(repeating: "█", count: 30)) 2,000/2,000\r\u{1B}[K"))
        // One redrawing in a thousandth at most.
        #expect(text.filter { $0 == "\r" }.count <= 1_002)
    }

    @Test(arguments: [(1, 1), (3, 3), (4, 4), (1_000, 4)])
    func writesAtMostFourLinesElsewhere(total: Int, lines: Int) {
        var text = ""
        var bar = Progress(label: "x", total: total, redraws: false) { text += $0 }
        for done in 1...total { bar.update(done) }
        bar.finish()
        #expect(text.filter { $0 == "\n" }.count == lines)
        #expect(!text.contains("\r"))
    }

    @Test func writesAmountsExactly() async throws {
        let token = "0x" + String(repeating: "77", count: 20)
        let folder = try TemporaryFolder()
        let payload =
            String(repeating: "77", count: 20) + String(repeating: "02", count: 20)
            + "00000000000000000000000000000000000000000000000821ab0d4414980000"
        let metadata =
            #""msg_sender":"\#(AddressBook(.v2_1).portals.erc20.checksummed)","block_timestamp":1"#
        try folder.write(
            #"{"request_type":"advance_state","data":{"metadata":{\#(metadata)},"#
                + #""payload":"0x\#(payload)"}}"# + "\n", to: "inputs.jsonl")
        func did() async throws -> String? {
            let run = try await ReplayerTests.run(folder)
            return run.chronicle.lines(root: run.root, inColour: false).map(Self.cells)
                .first { $0.first == "1" }?.last
        }
        #expect(try await did() == "deposits 150·10^18 of 0x7777…7777")
        try folder.write(
            #"{"title":"t","tokens":{"\#(token)":{"symbol":"TEST","decimals":17}}}"#,
            to: "story.json")
        #expect(try await did() == "deposits 1,500 TEST")
    }

    private static func lines(inColour: Bool) async throws -> [String] {
        let (folder, scenario) = try await ReplayerTests.recorded()
        try folder.write(
            """
            {"title":"a tiny job","actors":{"\(Scenario.sponsor.checksummed)":"Sponsor",
            "\(Scenario.alice.checksummed)":"Alice","\(Scenario.mallory.checksummed)":"Mallory"},
            "lines":[{"line":\(scenario.places.garbage),"note":"noise from Mallory"}]}
            """, to: "story.json")
        let run = try await ReplayerTests.run(folder)
        return run.chronicle.lines(root: run.root, inColour: inColour)
    }

    /// The cells of a line: two spaces are between columns, one is inside of a cell.
    private static func cells(_ line: String) -> [String] {
        line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    @Test func tellsWhoDidWhatAndWhoWasPaid() async throws {
        let lines = try await Self.lines(inColour: false)
        #expect(lines[0].hasSuffix(": a tiny job"))
        let rows = lines.map(Self.cells)
        for expected in [
            ["1", "Sponsor", "deposits 10 ETH"],
            [
                "10", "Alice", "submits bafkre…spnm to job 0", "0.693147 → 0.220095",
                "4/4 = 100.0 %", "accepted, paid 0.1 ETH",
            ],
            ["16", "Mallory", "noise from Mallory", "refused: unknownMessage"],
            // Time alone has settled it, so there is nothing left to advance.
            ["18", "Mallory", "advances job 0", "refused: wrongPhase, job 0 settled"],
            [
                "0", "Sponsor", "settled", "0.1 ETH", "2/2", "2", "1", "0.693147 → 0.220095",
                "4/4 = 100.0 %", "0.1 ETH",
            ],
            ["Alice", "0", "0.1 ETH", "voucher #12"],
            ["18 inputs, 3 queries"],
            ["23 outputs: 21 notices, 2 vouchers"],
            ["3 refusals: invalidQuery 1, unknownMessage 1, wrongPhase 1"],
        ] {
            #expect(rows.contains(expected), "\(lines.joined(separator: "\n"))")
        }
        #expect(
            rows.contains {
                $0.prefix(3) == ["2", "Sponsor", "posts a job: 2 × 0.1 ETH"]
                    && $0[3].hasPrefix("job 0, scoring 0.0000000")
            })
        #expect(rows.contains { $0.last == "improves too little" })
        #expect(rows.contains { $0.first == "3–5" && $0[2] == "uploads to job 0 in 3 pieces" })
    }

    private static func rows(ofStory name: String) async throws -> [[String]] {
        let run = try await ReplayerTests.run(
            try Fixture(path: Places.fixtures.appendingPathComponent(name).path))
        return run.chronicle.lines(root: run.root, inColour: false).map(cells)
    }

    /// A score of a federated round is that of a mean, so it is nobody's model and nobody's best.
    @Test func tellsRoundsRewardsAndLostBondsOfAFederatedJobInRowsOfTheirOwn() async throws {
        let rows = try await Self.rows(ofStory: "federated-digits")
        let leaveOneOut = "round 0: the mean of all → without this update"
        for expected in [
            ["58", "Anna", leaveOneOut, "1.940147 → 1.961543", "106/200 = 53.0 %", "helps"],
            ["58", "Rex", leaveOneOut, "1.940147 → 1.893582", "113/200 = 56.5 %", "does not help"],
            [
                "58", "School", "round 0 of job 0 closes", "global 1.790956",
                "new global model bafkre…43ni, round 1 opens",
            ],
            ["87", "Ida", "is paid by job 0", "0.059628356892429196 ETH"],
            ["87", "Ida", "forfeits the bond of job 0", "0.050000000000000001 ETH burned"],
            ["121", "Kay", "submits bafkre…4o2u to job 0", "invalidModel"],
            ["121", "Gus", "round 2: an update that does not count"],
            [
                "121", "School", "gets back what is left of job 0",
                "0.500000000000000021 ETH, job 0 settled",
            ],
            [
                "0", "School", "settled", "1.000000000000000001 ETH", "10/10", "27", "8",
                "first round: 1.790956 → last: 0.760477", "0.500000000000000021 ETH",
            ],
        ] {
            #expect(rows.contains(expected), "\(expected)")
        }
    }

    @Test func tellsWhetherAClaimHeldAndThatTheBondBurns() async throws {
        let rows = try await Self.rows(ofStory: "false-claim")
        for (client, verdict) in [("Cyn", "as claimed"), ("Dee", "not as claimed")] {
            #expect(rows.contains { $0.last == verdict && $0[1] == client })
        }
        for expected in [
            ["53", "Ada", "is paid by job 0", "847,662 units of TEST"],
            ["42", "Bob", "forfeits the bond of job 0", "50,001 units of TEST burned"],
            ["63", "Bob", "forfeits the bond of job 1", "50,001 units of TEST burned"],
        ] {
            #expect(rows.contains(expected), "\(expected)")
        }
        // The lowest loss that held, not the lowest that was shown.
        #expect(rows.contains { $0.first == "0" && $0.contains("1.419406 → 0.367127") })
    }

    @Test func paintsWholeRowsOnlyWhereColourIsWanted() async throws {
        let plain = try await Self.lines(inColour: false)
        #expect(!plain.contains { $0.contains("\u{1B}") })
        let coloured = try await Self.lines(inColour: true)
        #expect(coloured.filter { $0.hasPrefix("\u{1B}[32m") }.count == 1)
        #expect(coloured.filter { $0.hasPrefix("\u{1B}[31m") }.count == 3)
        for (line, bare) in zip(coloured.dropFirst(), plain.dropFirst()) {
            #expect(line == bare || line.contains(bare))
        }
    }
}
